"""What the person has selected (选中的行), in terms of the tables that were read."""

from __future__ import annotations

from kbbx_xl.excel.desk import Desk
from kbbx_xl.model import FileRead, Kind, Table


def ledger_rows(desk: Desk, read: FileRead) -> list[tuple[Table, int]]:
    """Records of the ledger of cases in front whose row is selected: (table, index), in order."""
    sheet = desk.book.api.ActiveSheet.Name
    wanted = _rows(desk)
    return [
        (table, index)
        for table in read.tables
        if table.sheet == sheet and table.kind is Kind.CASES
        for index, row in enumerate(table.rows)
        if row in wanted
    ]


def _rows(desk: Desk) -> set[int]:
    """Row numbers of every area of the selection."""
    areas = desk.app.api.Selection.Areas
    return {
        row
        for n in range(1, areas.Count + 1)
        for row in range(areas(n).Row, areas(n).Row + areas(n).Rows.Count)
    }
