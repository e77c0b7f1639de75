"""Is a workbook well printed?  Every sheet of it held against the PDF that LibreOffice makes.

A4, one page wide, the heads of the table and the page number on every page, every word of every cell
there and none of it cut, letters large enough, places to sign together with the end of what is signed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.cell import Cell
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from tools.paper.pdf import Leaf, Paper, Run, plain

A4 = (595.3, 841.9)
LEAST = 6.0  # points; a newspaper's small print is 6 to 7
NUMBERED = re.compile(r"第\d+页共\d+页")
OVERFLOW = "###"
SIGNED = re.compile(
    r"（(签名|签字|盖章|公章|单位盖章)）|(负责人|审核人|填报人|经办人|签收人|监督人)[：:]$"
)
SIGN_ROWS = 14  # places to sign are looked for in so many last rows
SAME_LINE, LINES_APART = 0.2, 0.9  # of the size: baselines of one line, of two that overlap
COPIES = "脱敏"  # sheets that others laid out: every value in its place, not one page wide


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one sheet comes out: pages, scale (1.0: as large as on the screen), smallest letters, faults."""

    book: str
    sheet: str
    pages: int
    landscape: bool
    scale: float
    least: float
    faults: tuple[str, ...]


def check(title: str, workbook: Path, pdf: Path) -> list[Verdict]:
    """One verdict a visible sheet; ``workbook`` is the file that was printed."""
    paper, opened = Paper(pdf), openpyxl.load_workbook(workbook, data_only=True)
    return [
        _sheet(title, opened[name], paper)
        for name in opened.sheetnames
        if opened[name].sheet_state == "visible"
    ]


def _sheet(title: str, sheet: Worksheet, paper: Paper) -> Verdict:
    pages = paper.sheets.get(sheet.title, range(0))
    leaves = [paper.leaves[page] for page in pages]
    cells = list(_printed(sheet))
    faults = list(_faults(title, sheet, cells, leaves)) if leaves else _unprinted(cells)
    foot, top = ((edge or 0) * 72 for edge in (sheet.page_margins.bottom, sheet.page_margins.top))
    sizes = [  # of the sheet itself, without what stands above and below it on the paper
        run.size for leaf in leaves for run in leaf.runs if foot < run.y < leaf.height - top
    ]
    declared = [cell.font.sz or 11 for cell, _ in cells]
    scale = max(sizes, default=0) / max(declared, default=1)
    least = min(sizes, default=0)
    if sizes and least < LEAST and not title.startswith(COPIES):
        faults.append(f"字太小：{least} 磅")
    wide = sheet.page_setup.orientation == "landscape"
    return Verdict(title, sheet.title, len(pages), wide, scale, least, tuple(faults))


def _unprinted(cells: list[tuple[Cell, str]]) -> list[str]:
    return ["没有打印出来"] if cells else []


def _faults(
    title: str, sheet: Worksheet, cells: list[tuple[Cell, str]], leaves: list[Leaf]
) -> Iterator[str]:
    texts = [leaf.text for leaf in leaves]
    if any(not _is_a4(leaf) for leaf in leaves):
        yield "不是 A4"
    if bare := [str(n) for n, text in enumerate(texts, 1) if not NUMBERED.search(text)]:
        yield f"没有页码：第 {'、'.join(bare)} 页"
    if any(OVERFLOW in text for text in texts):
        yield "有 ###"
    if title.startswith(COPIES):
        return
    if not (sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage):
        yield "没有设成一页宽"
    yield from _heads(sheet, cells, texts)
    missing = [f"{cell.coordinate}“{text[:12]}”" for cell, text in cells if not _found(text, texts)]
    if missing:
        yield f"少字 {len(missing)} 处：{'、'.join(missing[:3])}"
    if cut := [run.text[:12] for leaf in leaves for run in leaf.runs if run.cut]:
        yield f"被截 {len(cut)} 处：{'、'.join(cut[:3])}"
    if over := [run.text[:12] for leaf in leaves for run in _overprinted(leaf)]:
        yield f"叠字 {len(over)} 处：{'、'.join(over[:3])}"
    yield from _signatures(sheet, cells, texts)


def _overprinted(leaf: Leaf) -> list[Run]:
    """Text on which another line lies: a row too low for its lines, which are not always clipped."""
    ordered = sorted(leaf.runs, key=lambda run: run.y)
    found = []
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            apart, size = other.y - one.y, min(one.size, other.size)
            if apart > LINES_APART * size:
                break
            shared = min(one.right, other.right) - max(one.x, other.x)
            if apart > SAME_LINE * size and shared > size / 2:
                found.append(one)
                break
    return found


def _is_a4(leaf: Leaf) -> bool:
    sides = sorted((leaf.width, leaf.height))
    return all(abs(side - paper) < 1 for side, paper in zip(sides, A4, strict=True))


def _heads(sheet: Worksheet, cells: list[tuple[Cell, str]], texts: list[str]) -> Iterator[str]:
    """The rows to repeat stand on every page: so no page holds a part of the columns only."""
    rows = sheet.print_title_rows
    if not rows:
        if len(texts) > 1:
            yield "没有重复的表头"
        return
    first, last = map(int, rows.replace("$", "").split(":"))
    heads = [text for cell, text in cells if first <= cell.row <= last]
    for page, text in enumerate(texts, 1):
        if lost := [head for head in heads if head not in text]:
            yield f"第 {page} 页缺表头：{'、'.join(lost[:3])}"


def _found(text: str, pages: list[str]) -> bool:
    """A text on one page, or its lines on two when its row is split."""
    if any(text in page for page in pages):
        return True
    whole = "".join(NUMBERED.sub("", page) for page in pages)
    return text in whole


def _signatures(sheet: Worksheet, cells: list[tuple[Cell, str]], texts: list[str]) -> Iterator[str]:
    """Places to sign stand together, on the page on which what is signed ends."""
    if len(texts) < 2 or not cells:
        return
    head = int((sheet.print_title_rows or "0:2").rsplit(":", 1)[-1].strip("$"))
    bottom = max(cell.row for cell, _ in cells)
    signs = {
        cell.row
        for cell, text in cells
        if SIGNED.search(text) and cell.row > max(bottom - SIGN_ROWS, head)
    }
    if not signs:
        return
    first = min(signs)
    before = max((cell.row for cell, _ in cells if cell.row < first), default=first)
    after = [text for cell, text in cells if cell.row >= before]
    if any(text not in texts[-1] for text in after):
        yield "签名盖章处与表分在两页"


def _printed(sheet: Worksheet) -> Iterator[tuple[Cell, str]]:
    """Cells of the print area that are shown, with what they show, without blanks."""
    area = sheet.print_area or sheet.dimensions
    hidden = _hidden_columns(sheet)
    for one in str(area).split(","):
        left, top, right, bottom = range_boundaries(one.split("!")[-1].replace("$", ""))
        for row in sheet.iter_rows(top, bottom, left, right):
            for cell in row:
                if cell.column in hidden or sheet.row_dimensions[cell.row].hidden:
                    continue
                if text := shown(cell):
                    yield cell, text


def _hidden_columns(sheet: Worksheet) -> set[int]:
    dims: Iterable = sheet.column_dimensions.values()
    return {n for d in dims if d.hidden for n in range(d.min, d.max + 1)}


def shown(cell: Cell) -> str:
    """What a cell shows, without blanks; "" for an empty one and for formats that are not known here."""
    value, code = cell.value, cell.number_format
    if value is None or isinstance(value, bool) or code == ";;;":
        return ""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dt.datetime | dt.date):
        return (
            value.strftime("%Y-%m-%d") if code.startswith("yyyy-mm-dd") and "h" not in code else ""
        )
    if percent := re.fullmatch(r"0(?:\.(0+))?%", code):
        return f"{value:.{len(percent[1] or '')}%}"
    if float(value).is_integer() and (
        code in ("General", "0", "#,##0") or code.startswith("General;")
    ):
        if not value and code.startswith("General;"):
            return ""
        return f"{int(value):,}" if code == "#,##0" else str(int(value))
    return ""
