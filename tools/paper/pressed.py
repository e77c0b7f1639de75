"""A 登记表 after two buttons of the add-in, pressed in the tests' Excel: marks, notes, the lists they add."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl

from kbbx_xl.books.printing import set_up_opened
from tools.paper.products import ROOT, Maker

TITLE, LISTS, HEAD_ROW = "校验后", ("问题清单", "缺勤预警"), 4
SHOWN = ("学生名册", "缺勤登记", *LISTS)
SLIPS = ("E6", "G8", "N10")  # of 学生名册: a wrong digit, no grade, no status
WRONG = "520000201906150000"


def press_buttons(maker: Maker) -> None:
    """校验本表 and 标记缺勤预警 on the 登记表 with most absences and three slips."""
    from tests.excel.pc import PC

    os.environ["LOCALAPPDATA"] = str(maker.place)
    pc = PC(ROOT / "macros" / "kbbx.xlam")
    book = pc.open(maker.fullest("登记表", "缺勤登记"))
    roster = book.sheets["学生名册"]
    for cell in SLIPS:
        roster[cell].value = WRONG if cell == SLIPS[0] else None
    for button in ("check", "flag"):
        pc.click(button)
    target = maker.place / f"{TITLE}.xlsx"
    pc.save(book, target)
    _lay_on_paper(target)
    maker.keep(TITLE, target)


def _lay_on_paper(path: Path) -> None:
    """The page settings that the buttons make and the tests' Excel does not keep."""
    opened = openpyxl.load_workbook(path)
    for name in opened.sheetnames:
        if name in LISTS:
            set_up_opened(opened[name], landscape=True, repeat=(HEAD_ROW - 1, HEAD_ROW - 1))
    opened.save(path)
