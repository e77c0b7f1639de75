"""What the person has selected (选中的行), in terms of the tables that were read."""

from __future__ import annotations

from kbbx_xl.excel.desk import Desk
from kbbx_xl.model import FileRead, Kind, Table


def ledger_sheets(read: FileRead) -> list[str]:
    """Names of the sheets that hold a ledger of cases."""
    return list(dict.fromkeys(t.sheet for t in read.tables if t.kind is Kind.CASES))


def ledger_rows(desk: Desk, read: FileRead) -> list[tuple[Table, int]]:
    """Records of the ledger of cases in front whose row is selected and shown: (table, index)."""
    sheet = desk.book.api.ActiveSheet.Name
    wanted = desk.selected_rows()
    return [
        (table, index)
        for table in read.tables
        if table.sheet == sheet and table.kind is Kind.CASES
        for index, row in enumerate(table.rows)
        if row in wanted and desk.in_sight(row)
    ]
