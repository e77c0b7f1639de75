"""What the workbook of the calling cell says: its policy, its 上课日, its 截至日.

Read only when a function needs it and its user has not given it; Excel does not know of this reading,
so after a change there the function counts again only when its own arguments change or on Ctrl+Alt+F9.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any

from kbbx_xl.books.read.sheets import SCHOOL_DAYS
from kbbx_xl.excel.functions.cells import Grid, date

AS_OF = "截至日"  # a name in our own workbooks


class Here:
    """The workbook of a calling cell (``caller``: an xlwings Range), or none at all."""

    def __init__(self, caller: Any = None) -> None:
        self._caller = caller

    @functools.cached_property
    def stamp(self) -> Mapping[str, str]:
        """What the workbook's stamp says, its policy among it; {} when it has none."""
        if self._caller is None:
            return {}
        from kbbx_xl.excel.live import stamp  # noqa: PLC0415 (needs open Excel)

        return stamp(self._caller.sheet.book)

    @functools.cached_property
    def policy(self) -> str:
        """Profile id in the workbook's stamp; "" when it has none."""
        return self.stamp.get("policy", "")

    @functools.cached_property
    def school_days(self) -> Grid | None:
        """Cells of the named range 上课日; None when there is none."""
        return self._named(SCHOOL_DAYS)

    @functools.cached_property
    def as_of(self) -> dt.date | None:
        """The date in the named cell 截至日; None when there is none."""
        cells = self._named(AS_OF)
        return date(cells[0][0]) if cells else None

    def _named(self, name: str) -> Grid | None:
        if self._caller is None:
            return None
        names = self._caller.sheet.book.names
        if name not in names:
            return None
        cells: Grid = names[name].refers_to_range.options(ndim=2, err_to_str=True).value
        return cells


NOWHERE = Here()
