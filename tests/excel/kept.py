"""How the model calculates: the values a file came with stay, until all is worked out anew."""

from __future__ import annotations

from pyopenvba.apps.excel._calc import Calculator
from pyopenvba.apps.excel._model import Workbook


class Kept(Calculator):
    """Formulas keep the values the file came with; only formulas written since are worked out.

    Parsing every formula of one of our workbooks costs the model seconds, and its own calculator does
    so at the first look at any of them.  ``recalculate`` goes back to real calculation.
    """

    def build(self) -> None:
        self._built = True

    def value_of(self, sheet: str, row: int, column: int, *, force: bool = False) -> object:
        cell = self._cell((sheet.lower(), row, column))
        if cell is not None and cell.formula and not cell.stale and not force:
            return cell.value
        return super().value_of(sheet, row, column, force=force)

    def rebuild(self) -> None:
        """After a sheet came or went: what was known stays known, as Excel's values would."""
        known = [
            cell
            for sheet in self.book.sheets_
            for cell in sheet.cells_.values()
            if cell.formula and not cell.stale
        ]
        super().rebuild()
        for cell in known:
            cell.stale = False


def recalculate(book: Workbook) -> None:
    """Forget the values the file came with and work out every formula, as Ctrl+Alt+F9 does."""
    book._calculator = None
    book.calculator.rebuild()
    book.calculator.calculate_all()
