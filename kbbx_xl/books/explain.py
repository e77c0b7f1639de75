"""Where a number of a summary comes from (数字追溯): formula, units, files, rows.

Reads the hidden trace that the summary carries; the sources themselves are not opened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import python_calamine
from xlsxwriter.utility import xl_cell_to_rowcol

from kbbx_xl.books.summary.trace import SHEET, Trace, unpack
from kbbx_xl.flow.source import Span
from kbbx_xl.messages import InputError
from kbbx_xl.model import a1

ADDRESS = re.compile(r"(?:'?(?P<sheet>[^'!]+?)'?!)?\$?(?P<column>[A-Za-z]{1,3})\$?(?P<row>\d+)")
SHOWN_HINTS = 8
Lines = dict[tuple[str, str], Trace]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A number, how it was made, and what it was made of: rows of files, or other numbers."""

    sheet: str
    cell: str
    measure: str
    value: float | str
    how: str
    formula: str = ""
    spans: tuple[Span, ...] = ()
    parts: tuple[Explanation, ...] = ()


def explain(path: Path, cell: str) -> Explanation:
    """Trace one number of a summary workbook; ``cell`` as 人数汇总!D12, or D12 when that is plain.

    Raises InputError when the workbook is no summary of ours or the cell holds no number.
    """
    lines = _read(path)
    return _build(lines, _find(lines, cell), frozenset())


def render(explanation: Explanation) -> str:
    """The explanation as indented lines of text."""
    return "\n".join(_render(explanation, 0))


def _read(path: Path) -> Lines:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except (OSError, python_calamine.CalamineError) as error:
        raise InputError(f"“{path.name}”打不开，不是 .xlsx 工作簿") from error
    if SHEET not in book.sheet_names:
        raise InputError(f"“{path.name}”不是本程序写的汇总表，没有来源记录")
    rows = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)[1:]
    try:
        traces = unpack(str(row[0]) for row in rows)
    except (ValueError, TypeError) as error:
        raise InputError(f"“{path.name}”里的来源记录被改动过，无法追溯") from error
    return {(one.sheet, one.cell): one for one in traces}


def _find(lines: Lines, cell: str) -> tuple[str, str]:
    found = ADDRESS.fullmatch(cell.strip().replace("！", "!").replace("＄", "$"))
    if not found:
        raise InputError(f"单元格应写成“人数汇总!D12”的样子：{cell}")
    sheet, at = found["sheet"], f"{found['column'].upper()}{found['row']}"
    if sheet:
        if (sheet, at) in lines:
            return sheet, at
        near = [c for s, c in lines if s == sheet][:SHOWN_HINTS]
        hint = f"这张表里可以查的有：{'、'.join(near)}……" if near else _sheets(lines)
        raise InputError(f"“{sheet}!{at}”不是汇总出来的数。{hint}")
    holding = [s for s, c in lines if c == at]
    if len(holding) == 1:
        return holding[0], at
    if holding:
        choices = "、".join(f"{s}!{at}" for s in holding[:SHOWN_HINTS])
        raise InputError(f"好几张表都有 {at}，请写明是哪一张：{choices}")
    raise InputError(f"“{at}”不是汇总出来的数。{_sheets(lines)}")


def _sheets(lines: Lines) -> str:
    return f"可以查的表有：{'、'.join(dict.fromkeys(s for s, _ in lines))}"


def _build(lines: Lines, at: tuple[str, str], above: frozenset[tuple[str, str]]) -> Explanation:
    one, seen = lines[at], above | {at}
    parts = tuple(
        _build(lines, name, seen)
        for name in _cells(one.cells)
        if name in lines and name not in seen
    )
    return Explanation(
        one.sheet, one.cell, one.measure, one.value, one.how, one.formula, one.spans, parts
    )


def _cells(names: str) -> list[tuple[str, str]]:
    """Every single cell of "表!D5:D9 表!D12", in the order written."""
    cells = []
    for name in names.split():
        sheet, _, block = name.rpartition("!")
        first, _, last = block.partition(":")
        (r1, c1), (r2, c2) = xl_cell_to_rowcol(first), xl_cell_to_rowcol(last or first)
        cells += [(sheet, a1(r + 1, c + 1)) for r in range(r1, r2 + 1) for c in range(c1, c2 + 1)]
    return cells


def _render(one: Explanation, depth: int) -> list[str]:
    indent = "  " * depth
    value = f"{one.value:g}" if isinstance(one.value, float) else str(one.value)
    lines = [f"{indent}{one.measure} = {value}　〔{one.sheet}!{one.cell}〕"]
    made = f"={one.formula}（{one.how}）" if one.formula else one.how
    lines.append(f"{indent}  算法：{made}")
    for span in one.spans:
        where = "　".join(
            part
            for part in (
                span.file,
                f"表“{span.sheet}”" if span.sheet else "",
                f"第 {span.rows} 行" if span.rows else "",
            )
            if part
        )
        lines.append(f"{indent}  来源：{where}")
    for part in one.parts:
        if part.value != 0:
            lines += _render(part, depth + 1)
    if empty := sum(part.value == 0 for part in one.parts):
        lines.append(f"{indent}  （另有 {empty} 项为 0）")
    return lines
