"""Where the data of a registration workbook (登记表) lie, so that formulas can point at them.

Rows and columns are counted from 0, as everywhere in this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name

from kbbx_xl.books.template.page import quoted

_ESCAPES = str.maketrans({c: "'" + c for c in "'[]#@"})


@dataclass(frozen=True, slots=True)
class Region:
    """The records of one declared table on its sheet.

    ``columns`` holds every column of the table, calculated ones too.  The records are an Excel
    table called ``name`` whose headers are ``titles``; with ``name`` "" there is no such table
    and whole columns are addressed as fixed ranges (a month grid has two header rows).
    """

    sheet: str
    first_row: int
    last_row: int
    columns: Mapping[str, int]  # field name -> column
    titles: Mapping[str, str] = field(default_factory=dict)  # field name -> header text
    name: str = ""
    day_columns: tuple[int, ...] = ()  # month grid: columns of day 1..31

    @property
    def rows(self) -> range:
        return range(self.first_row, self.last_row + 1)

    @property
    def count(self) -> int:
        return self.last_row - self.first_row + 1

    def column(self, name: str) -> str:
        """All cells of a field: 学生名册[年级], or a fixed range without a named table."""
        if self.name:
            return f"{self.name}[{self.titles[name].translate(_ESCAPES)}]"
        return self.fixed(name)

    def fixed(self, name: str) -> str:
        """All cells of a field as an absolute range: '点名表'!$D$6:$D$405."""
        letters = xl_col_to_name(self.columns[name])
        return (
            f"{quoted(self.sheet)}!${letters}${self.first_row + 1}:${letters}${self.last_row + 1}"
        )

    def cell(self, name: str, row: int) -> str:
        """One field of a row, for a formula that stands in that row: $I7."""
        return f"${xl_col_to_name(self.columns[name])}{row + 1}"

    def days(self, row: int) -> str:
        """The 31 marks of one row: $F7:$AJ7."""
        first, last = (xl_col_to_name(self.day_columns[i]) for i in (0, -1))
        return f"${first}{row + 1}:${last}{row + 1}"
