"""The shells that xlwings calls for the worksheet functions; names and order as in ``table``."""

from __future__ import annotations

from typing import Any

import xlwings as xw

from kbbx_xl.excel.functions import identity
from kbbx_xl.excel.functions.cells import Result

CATEGORY = "控辍保学"
CELLS: dict[str, Any] = {"ndim": 2, "err_to_str": True}  # rows of cells, errors as their texts


@xw.func(category=CATEGORY)
@xw.arg("numbers", **CELLS)
def id_check(numbers: Any) -> Result:
    """KBBX_ID_CHECK."""
    return identity.id_check(numbers)
