"""docs/rendering.md: does a workbook look the same after another program has saved it?

A workbook is printed as it is, then opened and saved by LibreOffice, as .xlsx and as .ods, and printed
again: pages, words and pictures are compared sheet by sheet, and what the file holds is counted.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl import Workbook
from PIL import Image, ImageChops

from tests.books.libreoffice import convert
from tools.paper.office import numbered
from tools.paper.pdf import Paper
from tools.paper.products import ROOT, Product

PAGE = ROOT / "docs" / "rendering.md"
COMPARED = (
    "空白单位目录", "空白登记表", "空白月报表", "空白责任人名单", "登记表", "月报表", "全县汇总", "上报",
    "待办", "个案",
)  # fmt: skip
DPI, SEEN = 50, 64  # of the compared pictures; difference of grey that an eye sees
KINDS = ("下拉和校验", "条件格式", "超链接", "图表", "表格", "打印区", "重复表头", "名称")


@dataclass(frozen=True, slots=True)
class Same:
    """One sheet, printed before and after: pages, whether the words are equal, share of other pixels."""

    book: str
    sheet: str
    pages: tuple[int, int, int]  # as it is, saved again as .xlsx, as .ods
    words: tuple[bool, bool]
    pixels: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a workbook holds, before and after LibreOffice saved it: counts in the order of KINDS."""

    book: str
    before: tuple[int, ...]
    after: tuple[int, ...]


def compare(products: Sequence[Product], folder: Path) -> tuple[list[Same], list[Kept]]:
    """Three starts of LibreOffice and two to print; ``folder`` keeps the files."""
    books = numbered([product.path for product in products], folder / "in")
    again = convert(books, "xlsx", folder / "xlsx")
    open_ = convert(books, "ods", folder / "ods")
    pdfs = [
        convert(files, "pdf", folder / f"pdf{n}") for n, files in enumerate((books, again, open_))
    ]
    same, kept = [], []
    for number, product in enumerate(products):
        papers = [Paper(pdf[number]) for pdf in pdfs]
        paths = [pdf[number] for pdf in pdfs]
        same += [_sheet(product.title, name, papers, paths) for name in papers[0].sheets]
        counts = [held(openpyxl.load_workbook(path)) for path in (books[number], again[number])]
        kept.append(Kept(product.title, *counts))
    return same, kept


def _sheet(book: str, name: str, papers: Sequence[Paper], paths: Sequence[Path]) -> Same:
    pages = [paper.sheets.get(name, range(0)) for paper in papers]
    texts = [words_of(paper, span) for paper, span in zip(papers, pages, strict=True)]
    first, *others = [_pictures(path, span) for path, span in zip(paths, pages, strict=True)]
    counts = tuple(map(len, pages))
    return Same(
        book,
        name,
        (counts[0], counts[1], counts[2]),
        (texts[0] == texts[1], texts[0] == texts[2]),
        (_difference(first, others[0]), _difference(first, others[1])),
    )


def words_of(paper: Paper, pages: range) -> str:
    """All characters of a sheet in the order of their codes: programs draw cells in orders of their own."""
    return "".join(sorted("".join(paper.leaves[page].text for page in pages)))


def _pictures(pdf: Path, pages: range) -> list[Image.Image]:
    made = []
    for page in pages:
        command = ["pdftoppm", "-f", str(page + 1), "-l", str(page + 1), "-r", str(DPI), "-gray"]
        done = subprocess.run([*command, str(pdf)], check=True, capture_output=True)
        made.append(Image.open(io.BytesIO(done.stdout)))
    return made


def _difference(one: Sequence[Image.Image], other: Sequence[Image.Image]) -> float:
    """Share of pixels that differ so that it is seen; pages that only one has differ in all."""
    if not one or len(one) != len(other):
        return 1.0
    shares = []
    for a, b in zip(one, other, strict=True):
        if a.size != b.size:
            return 1.0
        seen = ImageChops.difference(a, b).point(lambda v: 255 if v > SEEN else 0)
        shares.append(seen.histogram()[255] / (a.width * a.height))
    return sum(shares) / len(shares)


def held(book: Workbook) -> tuple[int, ...]:
    """How many of each of KINDS a workbook holds."""
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return (
        sum(len(s.data_validations.dataValidation) for s in sheets),
        sum(len(rules) for s in sheets for rules in s.conditional_formatting._cf_rules.values()),
        sum(1 for s in sheets for row in s.iter_rows() for cell in row if cell.hyperlink),
        sum(len(s._charts) for s in sheets),
        sum(len(s.tables) for s in sheets),
        sum(bool(s.print_area) for s in sheets),
        sum(bool(s.print_title_rows) for s in sheets),
        len(book.defined_names),
    )


HEAD = """# 另存以后还一样吗

WPS、LibreOffice 打开再保存的工作簿，看起来和原来的一样吗？本页由 `make rendering` 写成：每个工作簿先由 LibreOffice
打成 PDF；再打开、另存为 .xlsx 和 .ods，各打一次；逐张比页数、文字、图像（每页有多少像素看得出不同），并数文件里的内容。
页数和文字由 `tests/books/test_print.py` 核对。

"""
LOST = """
## 会变的

- **打印区**：随填写变长的打印区是公式，另存后还在；LibreOffice 自己打印时不认它，见 [WPS 和 LibreOffice](WPS和LibreOffice.md#打印)。
- **隐藏的表**：`_kbbx` 等深度隐藏的表，另存后成了普通隐藏的表，在“取消隐藏”里看得见；内容不变，照样读得出。
- **像素**：另存成 .ods 时，说明文字的行高由 LibreOffice 重新定，字的位置移动；页数和字不变。
"""


def write_page(same: Sequence[Same], kept: Sequence[Kept]) -> None:
    """Write docs/rendering.md."""
    lines = ["## 看起来\n", "| 工作簿 | 工作表 | 页数 | 文字 | .xlsx 不同的像素 | .ods 不同的像素 |", "|---|---|---|---|---|---|"]  # fmt: skip
    for one in same:
        pages = str(one.pages[0]) if len(set(one.pages)) == 1 else "／".join(map(str, one.pages))
        words = (
            "相同" if all(one.words) else f".xlsx {_said(one.words[0])}，.ods {_said(one.words[1])}"
        )
        lines.append(
            f"| {one.book} | {one.sheet} | {pages} | {words} | {one.pixels[0]:.2%} | {one.pixels[1]:.2%} |"
        )
    lines += ["\n## 文件里的内容\n", "原来的数，另存为 .xlsx 后不同的写在“→”后面。\n", f"| 工作簿 | {' | '.join(KINDS)} |", "|---" * (len(KINDS) + 1) + "|"]  # fmt: skip
    for book in kept:
        cells = [
            str(a) if a == b else f"{a} → {b}" for a, b in zip(book.before, book.after, strict=True)
        ]
        lines.append(f"| {book.book} | {' | '.join(cells)} |")
    PAGE.write_text(HEAD + "\n".join(lines) + "\n" + LOST, encoding="utf-8")


def _said(equal: bool) -> str:
    return "相同" if equal else "不同"
