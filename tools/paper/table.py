"""docs/print.md: how every sheet and every letter comes out on paper, as LibreOffice prints it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.books.libreoffice import convert
from tools.paper.check import LEAST, Verdict, check
from tools.paper.office import numbered
from tools.paper.pdf import Paper
from tools.paper.pressed import TITLE as PRESSED
from tools.paper.products import ROOT, Product

PAGE = ROOT / "docs" / "print.md"
GOOD = "好"
WIDER = ("政策",)  # for the screen; its widest sheets are two pages wide, the first columns on both
HEAD = f"""# 打印检查

[说明](README.md)　每张表、每份文书打印出来是什么样。本页由 `make pictures` 写成：用虚拟县做出产品会做的每个工作簿和
文书，由 LibreOffice 打成 PDF，从 PDF 里逐张核对：

- 纸是 A4，一页宽，每页有页码，长表每页重复表头；
- 打印区里每个单元格的字都在纸上，没有被截断的、叠在一起的，没有 `###`；
- 最小的字不小于 {LEAST:g} 磅；
- 签名、盖章处不分在两页，也不单独落在一页。

比例是缩印的比例，100% 是屏幕上的大小；“最小字”的单位是磅（小五号 9 磅，七号 5.5 磅）。同样的检查在
`tests/books/test_print.py` 里。政策.xlsx 是在屏幕上改的，最宽的三张表打成两页宽，前几栏每页都有，不在此列。
"""


def render(products: Sequence[Product], folder: Path) -> dict[str, tuple[Path, Path]]:
    """Title -> the file that was printed, and its PDF; one start of LibreOffice."""
    copies = numbered([product.path for product in products], folder / "in")
    made = convert(copies, "pdf", folder / "pdf")
    pairs = zip(copies, made, strict=True)
    return {product.title: pair for product, pair in zip(products, pairs, strict=True)}


def verdicts(printed: dict[str, tuple[Path, Path]]) -> list[Verdict]:
    """One a sheet of the workbooks; letters have none."""
    return [
        verdict
        for title, (book, pdf) in printed.items()
        if book.suffix == ".xlsx" and title not in (PRESSED, *WIDER)
        for verdict in check(title, book, pdf)
    ]


def write_table(printed: dict[str, tuple[Path, Path]]) -> list[Verdict]:
    """Write docs/print.md; the verdicts that are not good."""
    found = verdicts(printed)
    PAGE.write_text(
        "\n".join([HEAD, *_sheets(found), "", *_letters(printed), ""]), encoding="utf-8"
    )
    return [verdict for verdict in found if verdict.faults]


def _sheets(found: Sequence[Verdict]) -> list[str]:
    bad = sum(bool(verdict.faults) for verdict in found)
    lines = [
        f"## 工作簿\n\n{len(found)} 张表，{len(found) - bad} 张好，{bad} 张有问题。\n",
        "| 工作簿 | 工作表 | 方向 | 页数 | 比例 | 最小字 | 结果 |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in found:
        way = "横" if one.landscape else "纵"
        told = "；".join(one.faults) or GOOD
        lines.append(
            f"| {one.book} | {one.sheet} | {way} | {one.pages} | {one.scale:.0%} | {one.least:.1f} | {told} |"
        )
    return lines


def _letters(printed: dict[str, tuple[Path, Path]]) -> list[str]:
    lines = ["## 文书\n", "| 文书 | 页数 | 最小字 |", "|---|---|---|"]
    for title, (path, pdf) in printed.items():
        if path.suffix == ".docx":
            leaves = Paper(pdf).leaves
            least = min(run.size for leaf in leaves for run in leaf.runs)
            lines.append(f"| {title} | {len(leaves)} | {least:.1f} |")
    return lines
