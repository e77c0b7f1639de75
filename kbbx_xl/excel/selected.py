"""What the person has selected (选中的行), in terms of the tables that were read."""

from __future__ import annotations

from collections.abc import Collection

from kbbx_xl.excel.desk import Desk
from kbbx_xl.model import FileRead, Kind, Table

LEDGERS = (Kind.CASES,)


def sheets_of(read: FileRead, kinds: Collection[Kind]) -> list[str]:
    """Names of the sheets that hold tables of these kinds."""
    return list(dict.fromkeys(t.sheet for t in read.tables if t.kind in kinds))


def rows_of(
    desk: Desk, read: FileRead, kinds: Collection[Kind] = LEDGERS
) -> list[tuple[Table, int]]:
    """Records of the sheet in front, of one of these kinds, whose row is selected and shown."""
    sheet = desk.book.api.ActiveSheet.Name
    wanted = desk.selected_rows()
    tables = [t for t in read.tables if t.sheet == sheet and t.kind in kinds]
    shown = desk.in_sight(sorted({row for t in tables for row in t.rows if row in wanted}))
    return [(t, index) for t in tables for index, row in enumerate(t.rows) if row in shown]
