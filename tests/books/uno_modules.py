"""Run by the system's Python: the VBA modules LibreOffice loads from some add-ins.

Arguments: profile folder, files.  Prints one JSON line a file: module -> number of lines of code.
"""

import json
import sys
from pathlib import Path

import uno  # noqa: F401 (opens com.sun.star to import)
from com.sun.star.beans import PropertyValue
from uno_values import connect

FILTER = "Calc MS Excel 2007 VBA XML"
NEVER_EXECUTE = 0  # com.sun.star.document.MacroExecMode


def modules(book) -> dict:
    library = book.BasicLibraries.getByName("VBAProject")
    return {name: len(library.getByName(name).splitlines()) for name in library.ElementNames}


def main() -> None:
    profile, *files = sys.argv[1:]
    office, desktop = connect(profile)
    how = tuple(
        PropertyValue(name, 0, value, 0)
        for name, value in (
            ("Hidden", True),
            ("FilterName", FILTER),
            ("MacroExecutionMode", NEVER_EXECUTE),
        )
    )
    try:
        for file in files:
            book = desktop.loadComponentFromURL(Path(file).as_uri(), "_blank", 0, how)
            print(json.dumps(modules(book)), flush=True)
            book.close(True)
    finally:
        desktop.terminate()
        office.wait(30)


main()
