"""The workbook and worksheet that all our results are written with: text in them is text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kbbx_xl.books.writing.texts import clean


class PlainBook(Workbook):  # type: ignore[misc]
    """XlsxWriter's workbook whose sheets are plain ones; nothing in it is guessed from a text.

    It is put together in memory: kept in temporary files, sheets would outlive a killed process.
    """

    def __init__(self, path: Path, options: dict[str, Any] | None = None) -> None:
        """``options``: XlsxWriter's own, such as ``constant_memory``, beside ours."""
        ours = {
            "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
        }  # fmt: skip
        super().__init__(str(path), {"in_memory": True, **ours, **(options or {})})
        self.worksheet_class = PlainSheet

    @classmethod
    def streamed(cls, path: Path) -> PlainBook:
        """A book for very many rows: each goes to a file beside ``path`` once the next one is begun."""
        return cls(path, {"constant_memory": True, "in_memory": False, "tmpdir": str(path.parent)})

    def set_properties(self, properties: dict[str, Any]) -> None:
        """Title, author and the like; a title may hold the name of a unit."""
        told = {k: clean(v) if isinstance(v, str) else v for k, v in properties.items()}
        super().set_properties(told)


class PlainSheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's worksheet; every text in it is what a cell can hold.

    Without the search for functions newer than Excel 2010: our formulas have none, and the thirty
    searches a formula take half the time of a build.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")

    def _write_string(
        self, row: int, col: int, string: str, cell_format: Format | None = None
    ) -> int:
        return int(super()._write_string(row, col, clean(string), cell_format))

    def _write_formula(
        self,
        row: int,
        col: int,
        formula: str,
        cell_format: Format | None = None,
        value: object = 0,
    ) -> int:
        """The result shown until Excel calculates may be a text that somebody typed."""
        shown = clean(value) if isinstance(value, str) else value
        return int(super()._write_formula(row, col, formula, cell_format, shown))
