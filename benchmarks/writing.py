"""The step ``write``: a ledger of 80,000 rows × 16 columns as the summaries have it.

Header style, borders, number formats, column widths, filter, frozen header, and in 来源行 a link to the
row of the source, as many as Excel holds in a sheet.  Who cannot do a part of it says so in its name.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.contestant import Contestant

ROWS = 80_000
LINKS = 65_000  # Excel holds 65,530 a sheet
TITLES = (
    "序号", "单位", "年级", "班级", "姓名", "性别", "出生日期", "身份证件号", "学籍号", "就读状态",
    "首次缺勤", "原因", "连续旷课天数", "来源文件", "来源表", "来源行",
)  # fmt: skip
WIDTHS = (6, 24, 9, 8, 10, 6, 12, 22, 23, 10, 12, 16, 9, 44, 14, 8)
NUMBER, DATE, TEXT, HALF, LINK, HEAD = "number", "date", "text", "half", "link", "head"
KINDS = (
    NUMBER, TEXT, TEXT, TEXT, TEXT, TEXT, DATE, TEXT, TEXT, TEXT,
    DATE, TEXT, HALF, TEXT, TEXT, LINK,
)  # fmt: skip
OWN = (4, 7, 8)  # columns whose texts differ in every row
FORMATS = {NUMBER: "0", DATE: "yyyy-mm-dd", TEXT: "@", HALF: "0.0", LINK: "@"}
FONT, FILL, LINE, BLUE = "宋体", "E7E9EC", "808080", "0563C1"
Row = tuple[
    int, str, str, str, str, str, dt.date, str, str, str, dt.date, str, float, str, str, str
]
_KEPT: list[tempfile.TemporaryDirectory[str]] = []


@dataclass(frozen=True, slots=True)
class Task:
    """Rows, and the file to write them to."""

    rows: Sequence[Row]
    path: Path


def load(argument: str, number: int) -> Task:
    """``rows``, by default 80,000, in a new folder; ``rows folder`` to keep the file."""
    count, _, folder = argument.partition(" ")
    if not folder:
        _KEPT.append(tempfile.TemporaryDirectory())  # until the process ends
        folder = _KEPT[-1].name
    return Task(invented(int(count or ROWS), number), Path(folder) / "台账.xlsx")


def invented(count: int, seed: int = 0) -> list[Row]:
    """Rows of nobody: 250 schools, ids of the area 520000."""
    chance = Random(seed)
    first = dt.date(2011, 1, 1)
    births = [first + dt.timedelta(days=n) for n in range(3300)]
    away = [dt.date(2026, 9, 1) + dt.timedelta(days=n) for n in range(50)]
    reasons = ("家庭困难", "厌学", "随父母外出", "身体原因", "其他")
    rows: list[Row] = []
    for number in range(count):
        school = number * 250 // count
        birth = births[chance.randrange(3300)]
        digits = f"520000{birth:%Y%m%d}{number % 10000:04d}"
        unit = f"鹿鸣镇第{school + 1}小学"
        rows.append((
            number + 1, unit, "三年级", f"{number % 4 + 1}班", f"学生{number:05d}", "男女"[number % 2],
            birth, digits, f"G{digits}", "在读", away[chance.randrange(50)],
            reasons[chance.randrange(5)], chance.randrange(1, 60) / 2,
            f"报送/鹿鸣镇中心校/{unit}.xlsx", "学生基本信息", str(number % 320 + 2),
        ))  # fmt: skip
    return rows


def target(row: Row) -> tuple[str, str]:
    """File and place in it that the link of a row leads to."""
    return f"../{row[13]}", f"'{row[14]}'!A{row[15]}"


def openpyxl_styled(task: Task) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    styles = _styles(sheet)
    _openpyxl_frame(sheet)
    sheet.append(TITLES)
    for cell in sheet[1]:
        cell._style = styles[HEAD]
    kinds = [styles[kind] for kind in KINDS]

    def put(number: int, row: Row) -> None:
        for column, (value, style) in enumerate(zip(row, kinds, strict=True), 1):
            cell = sheet.cell(number, column, value)
            cell._style = style
        if number - 1 <= LINKS:
            cell.hyperlink = _openpyxl_link(row, cell.coordinate)

    _fill(task.rows, put)
    sheet.auto_filter.ref = f"A1:P{len(task.rows) + 1}"
    book.save(task.path)


def openpyxl_write_only(task: Task) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    styles = _styles(sheet)
    _openpyxl_frame(sheet)

    def cells(values: Iterable[Any], kinds: Sequence[str]) -> list[Any]:
        made = []
        for value, kind in zip(values, kinds, strict=True):
            cell = WriteOnlyCell(sheet, value)
            cell._style = styles[kind]
            made.append(cell)
        return made

    sheet.append(cells(TITLES, [HEAD] * len(TITLES)))

    def put(number: int, row: Row) -> None:
        made = cells(row, KINDS)
        if number - 1 <= LINKS:
            sheet._hyperlinks.append(_openpyxl_link(row, f"P{number}"))
        sheet.append(made)

    _fill(task.rows, put)
    sheet.auto_filter.ref = f"A1:P{len(task.rows) + 1}"
    book.save(task.path)


def _fill(rows: Iterable[Row], put: Callable[[int, Row], None]) -> None:
    for number, row in enumerate(rows, 2):
        put(number, row)


def _openpyxl_link(row: Row, at: str) -> Any:
    from openpyxl.worksheet.hyperlink import Hyperlink

    file, place = target(row)
    return Hyperlink(ref=at, target=file, location=place)


def _openpyxl_frame(sheet: Any) -> None:
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for column, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _styles(sheet: Any) -> dict[str, Any]:
    """One style a kind of column, to be set whole: the fast way to style cells in openpyxl."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    side = Side(style="thin", color=LINE)
    border = Border(left=side, right=side, top=side, bottom=side)
    middle = Alignment(horizontal="center", vertical="center")
    fonts = {kind: Font(name=FONT, size=10) for kind in FORMATS}
    fonts[LINK] = Font(name=FONT, size=10, color=BLUE, underline="single")
    fonts[HEAD] = Font(name="黑体", size=10)
    made = {}
    for kind, font in fonts.items():
        cell = WriteOnlyCell(sheet)
        cell.font, cell.border, cell.alignment = font, border, middle
        cell.number_format = FORMATS.get(kind, "General")
        if kind == HEAD:
            cell.fill = PatternFill("solid", fgColor=FILL)
        made[kind] = cell._style
    return made


def xlsxwriter(task: Task, *, constant_memory: bool = False) -> None:
    from xlsxwriter import Workbook

    options = {"strings_to_urls": False, "strings_to_formulas": False}
    with Workbook(str(task.path), {**options, "constant_memory": constant_memory}) as book:
        formats, head = xlsxwriter_formats(book)
        sheet = book.add_worksheet("台账")
        for column, (title, width) in enumerate(zip(TITLES, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, head)
        write = {
            NUMBER: sheet.write_number, HALF: sheet.write_number, LINK: sheet.write_string,
            TEXT: sheet.write_string, DATE: sheet.write_datetime,
        }  # fmt: skip
        plan = [(column, write[kind], formats[kind]) for column, kind in enumerate(KINDS)]
        for number, row in enumerate(task.rows, 1):
            for (column, put, form), value in zip(plan, row, strict=True):
                if column == 15 and number <= LINKS:
                    url = "external:" + "#".join(target(row))
                    sheet.write_url(number, column, url, form, value)
                else:
                    put(number, column, value, form)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(task.rows), len(TITLES) - 1)


def xlsxwriter_formats(book: Any) -> tuple[dict[str, Any], Any]:
    """A format a kind of column, and that of the header."""
    looks = {"border": 1, "border_color": f"#{LINE}", "align": "center", "valign": "vcenter"}
    body = {**looks, "font_name": FONT, "font_size": 10}
    formats = {
        kind: book.add_format({**body, "num_format": code}) for kind, code in FORMATS.items()
    }
    formats[LINK].set_font_color(f"#{BLUE}")
    formats[LINK].set_underline(1)
    head = {**looks, "font_name": "黑体", "font_size": 10, "bg_color": f"#{FILL}"}
    return formats, book.add_format(head)


def pandas_openpyxl(task: Task) -> None:
    import pandas as pd
    from openpyxl.styles import PatternFill

    frame = pd.DataFrame(task.rows, columns=TITLES)
    with pd.ExcelWriter(task.path, engine="openpyxl") as writer:
        frame.to_excel(writer, sheet_name="台账", index=False)
        sheet = writer.sheets["台账"]
        _openpyxl_frame(sheet)
        for cell in sheet[1]:
            cell.fill = PatternFill("solid", fgColor=FILL)
        sheet.auto_filter.ref = sheet.dimensions


def polars(task: Task) -> None:
    import polars as pl

    frame = pl.DataFrame(task.rows, schema=list(TITLES), orient="row")
    looks = {"border": 1, "border_color": f"#{LINE}", "font_name": FONT, "font_size": 10}
    by_title = zip(TITLES, KINDS, strict=True)
    frame.write_excel(
        task.path,
        worksheet="台账",
        column_formats={title: {**looks, "num_format": FORMATS[kind]} for title, kind in by_title},
        header_format={**looks, "bg_color": f"#{FILL}"},
        column_widths={t: w * 7 + 5 for t, w in zip(TITLES, WIDTHS, strict=True)},
        freeze_panes=(1, 0),
        autofilter=True,
    )


def _write_ours(task: Task) -> None:
    from benchmarks import ours

    ours.write_ledger(task)


OURS = "kbbx_xl"
OPENPYXL = "openpyxl"
WRITERS: Mapping[str, tuple[Callable[[Task], None], tuple[str, ...]]] = {
    OPENPYXL: (openpyxl_styled, ("openpyxl",)),
    "openpyxl, write-only": (openpyxl_write_only, ("openpyxl",)),
    "pandas + openpyxl (header style only, no links)": (pandas_openpyxl, ("pandas", "openpyxl")),
    "polars (no links)": (polars, ("polars", "xlsxwriter")),
    "XlsxWriter": (xlsxwriter, ("xlsxwriter",)),
    "XlsxWriter, constant_memory": (partial(xlsxwriter, constant_memory=True), ("xlsxwriter",)),
    OURS: (_write_ours, ()),
}


def contestants(_step: str) -> Mapping[str, Contestant]:
    """All writers by name."""
    return {
        name: Contestant(name, load, partial(_written, write), needs)
        for name, (write, needs) in WRITERS.items()
    }


def _written(write: Callable[[Task], None], task: Task) -> dict[str, int]:
    write(task)
    return {"rows": len(task.rows), "bytes": task.path.stat().st_size}
