"""Run by the system's Python: every formula cell of some workbooks, as LibreOffice calculates it.

Arguments: profile folder (set to calculate on loading), workbooks.  Prints one JSON line a workbook: sheet -> address -> value.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FORMULA = 16  # com.sun.star.sheet.CellFlags
PIPE = "kbbx"


def connect(profile: str):
    """A private soffice and its desktop."""
    name = f"{PIPE}{Path(profile).name}"
    office = subprocess.Popen(
        [
            "soffice", f"-env:UserInstallation={Path(profile).as_uri()}", "--headless",
            "--norestore", "--nologo", f"--accept=pipe,name={name};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    here = uno.getComponentContext().ServiceManager
    resolver = here.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for _ in range(600):
        try:
            context = resolver.resolve(f"uno:pipe,name={name};urp;StarOffice.ComponentContext")
            break
        except NoConnectException:
            time.sleep(0.1)
    return office, context.ServiceManager.createInstance("com.sun.star.frame.Desktop")


def letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def values(book) -> dict:
    return {name: cells(book.Sheets.getByName(name)) for name in book.Sheets.ElementNames}


def cells(sheet) -> dict:
    found = {}
    for place in sheet.queryContentCells(FORMULA).RangeAddresses:
        area = sheet.getCellRangeByPosition(
            place.StartColumn, place.StartRow, place.EndColumn, place.EndRow
        )
        for row, line in enumerate(area.DataArray, place.StartRow + 1):
            for column, value in enumerate(line, place.StartColumn):
                found[f"{letters(column)}{row}"] = "#error" if value is None else value
    return found


def main() -> None:
    profile, *files = sys.argv[1:]
    office, desktop = connect(profile)
    hidden = PropertyValue("Hidden", 0, True, 0)
    for file in files:
        book = desktop.loadComponentFromURL(Path(file).as_uri(), "_blank", 0, (hidden,))
        print(json.dumps(values(book)), flush=True)
        book.close(True)
    desktop.terminate()
    office.wait(30)


if __name__ == "__main__":
    main()
