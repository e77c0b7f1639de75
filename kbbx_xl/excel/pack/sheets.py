"""The sheets of the add-in's workbook: settings for xlwings, texts, commands, functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kbbx_xl.books.template.page import writing
from kbbx_xl.excel.commands import Command
from kbbx_xl.excel.functions.table import CATEGORY, LONGEST_DOC, MODULE, Function
from kbbx_xl.excel.pack.sources import PROJECT
from kbbx_xl.excel.windows.places import HOME_VARIABLE
from kbbx_xl.messages import SettingsError

HOME = f"%{HOME_VARIABLE}%"  # set by the installer: an ASCII path, also for a Chinese user name
# xlwings asks the sheet first, then files beside the workbook and in the user's folder.  Each key it
# may ask for is given here, blank or not, so that no stray file changes how the add-in runs.
SETTINGS: tuple[tuple[str, str], ...] = (
    ("INTERPRETER_WIN", rf"{HOME}\python\pythonw.exe"),
    ("INTERPRETER_MAC", ""),
    ("INTERPRETER", ""),
    ("PYTHONPATH", rf"{HOME}\python"),  # blank would mean the current folder
    ("ADD_WORKBOOK_TO_PYTHONPATH", "False"),
    ("USE UDF SERVER", "True"),
    ("UDF MODULES", MODULE),
    ("DEBUG UDFS", "False"),
    ("SHOW CONSOLE", "False"),
    ("SHOW_ERROR_POPUPS", "True"),
    ("CONDA PATH", ""),
    ("CONDA ENV", ""),
    ("LICENSE_KEY", ""),
    ("ONEDRIVE_CONSUMER_WIN", ""),
    ("ONEDRIVE_COMMERCIAL_WIN", ""),
    ("SHAREPOINT_WIN", ""),
    ("ONEDRIVE_CONSUMER_MAC", ""),
    ("ONEDRIVE_COMMERCIAL_MAC", ""),
    ("SHAREPOINT_MAC", ""),
)
FUNCTION_HEAD = ("函数", "说明", "类别")

Rows = Sequence[Sequence[str]]


def sheet_rows(
    texts: Mapping[str, str], commands: Sequence[Command], functions: Sequence[Function]
) -> dict[str, Rows]:
    """Sheet name -> its rows."""
    return {
        f"{PROJECT}.conf": SETTINGS,
        f"{PROJECT}.text": [*texts.items()],
        f"{PROJECT}.commands": [(command.id, " ".join(command.forms)) for command in commands],
        f"{PROJECT}.functions": [FUNCTION_HEAD, *map(_function_row, functions)],
    }


def _function_row(function: Function) -> list[str]:
    row = [function.name, function.doc, CATEGORY, *(a.doc for a in function.arguments)]
    for text in row:
        if not 0 < len(text) <= LONGEST_DOC:
            raise SettingsError(f"{function.name}: a description of {len(text)} characters")
    return row


def write_workbook(path: Path, sheets: Mapping[str, Rows]) -> None:
    """An .xlsx of these sheets; every cell is text."""
    with writing(path, CATEGORY) as book:
        for name, rows in sheets.items():
            page = book.page(name)
            for row, cells in enumerate(rows):
                for column, text in enumerate(cells):
                    if text:
                        page.put(row, column, text)
