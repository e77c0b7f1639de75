"""Summary workbooks of a consolidation (汇总)."""

from kbbx_xl.books.summary.book import (
    center_path,
    write_board,
    write_center,
    write_county,
    write_due,
    write_problems,
)
from kbbx_xl.books.summary.roster import write_roster

__all__ = [
    "center_path",
    "write_board",
    "write_center",
    "write_county",
    "write_due",
    "write_problems",
    "write_roster",
]
