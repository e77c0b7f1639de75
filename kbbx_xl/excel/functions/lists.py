"""Functions over whole lists: 人籍比对 of two ranges, and a ledger by unit and step."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from kbbx_xl.excel.functions.cells import WRONG, Grid, Result, failure, grid_of, is_blank, one
from kbbx_xl.rules.cells import text_of
from kbbx_xl.rules.identity import NOTHING, check_id
from kbbx_xl.settings.lists import normal

BOTH, LEFT, RIGHT = "两边都有", "只在左边", "只在右边"
DAMAGED, NONE_GIVEN = "证件号已损坏", "没有填号"
MATCH_HEAD = ("键", "结果", "左行", "右行")
TOTAL, NOT_FILLED = "合计", "（未填）"
UNIT_TITLES = ("单位", "学校", "单位名称", "学校名称", "填报单位", "就读学校")
STEP_TITLES = ("预警", "预警步骤", "应办事项", "步骤", "级别", "状态", "当前状态", "就读状态")


def match(left_keys: object, right_keys: object) -> Result:
    """KBBX_MATCH: head, then one row a key (left order, then right), then keys that cannot be used.

    ``左行`` and ``右行`` count from the first row of each range; a key that stands in several rows has
    them all, as text.
    """
    left, right = _keys(grid_of(left_keys)), _keys(grid_of(right_keys))
    rows: Result = [list(MATCH_HEAD)]
    for key in dict.fromkeys((*left.rows, *right.rows)):
        here, there = left.rows.get(key, []), right.rows.get(key, [])
        verdict = BOTH if here and there else LEFT if here else RIGHT
        rows.append([key, verdict, _places(here), _places(there)])
    rows += [["", why, row, ""] for row, why in left.unusable]
    rows += [["", why, "", row] for row, why in right.unusable]
    return rows


class _Keys:
    """The keys of one range: row numbers by key, and the rows whose key is of no use."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {}
        self.unusable: list[tuple[int, str]] = []


def _keys(grid: Grid) -> _Keys:
    keys = _Keys()
    for number, row in enumerate(grid, 1):
        for cell in row:
            if is_blank(cell):
                continue
            key, why = _key(cell)
            if why:
                keys.unusable.append((number, why))
            else:
                keys.rows.setdefault(key, []).append(number)
    return keys


def _key(cell: object) -> tuple[str, str]:
    """(key, "") or ("", why there is none); a key is half-width, upper-case, without spaces."""
    if isinstance(cell, (bool, dt.date)):
        return "", WRONG
    if failed := failure([cell]):
        return "", failed
    verdict = check_id(cell)
    if verdict.problem == "excel_precision":
        return "", DAMAGED
    key = verdict.value or "".join(text_of(cell).split()).strip("'").upper()
    return ("", NONE_GIVEN) if key in NOTHING else (key, "")


def _places(rows: Sequence[int]) -> object:
    if len(rows) > 1:
        return "、".join(map(str, rows))
    return rows[0] if rows else ""


def summary(ledger: object, unit_title: object = None, step_title: object = None) -> Result:
    """KBBX_SUMMARY: units down, steps across, both in the order of the ledger, with totals.

    [["#VALUE!"]] when the range has no records or lacks one of the columns.
    """
    grid = grid_of(ledger)
    heads = [normal(text_of(cell)) for cell in grid[0]]
    unit, step = (
        _column(heads, one(unit_title), UNIT_TITLES),
        _column(heads, one(step_title), STEP_TITLES),
    )
    if unit is None or step is None or len(grid) < 2:
        return [[WRONG]]
    pairs = [
        (_word(row[unit]), _word(row[step])) for row in grid[1:] if not all(map(is_blank, row))
    ]
    count = Counter(pairs)
    units, steps = dict.fromkeys(u for u, _ in pairs), dict.fromkeys(s for _, s in pairs)
    rows: Result = [[text_of(grid[0][unit]), *steps, TOTAL]]
    for name in units:
        numbers = [count[name, title] for title in steps]
        rows.append([name, *numbers, sum(numbers)])
    totals = [sum(count[name, title] for name in units) for title in steps]
    return [*rows, [TOTAL, *totals, len(pairs)]]


def _column(heads: Sequence[str], wanted: object, usual: Sequence[str]) -> int | None:
    """Place of the column that is called so; without a name, of the first usual one there is."""
    titles = usual if is_blank(wanted) else (text_of(wanted),)
    return next((heads.index(t) for t in map(normal, titles) if t in heads), None)


def _word(cell: object) -> object:
    return NOT_FILLED if is_blank(cell) else text_of(cell)
