"""The lists of 学籍流动: pairs, doubts, children who go to other counties, leavers of 六年级."""

from __future__ import annotations

from collections import defaultdict

from kbbx_xl.books.movement.paper import (
    DOUBTS,
    HANDOVER,
    OUTSIDE,
    PAIRS,
    WHO,
    WHO_WIDTHS,
    Pen,
    new_paper,
    print_without_source,
    put_texts,
)
from kbbx_xl.books.summary.hidden import accepted
from kbbx_xl.books.summary.paper import Book
from kbbx_xl.flow.match_lists import NO, YES
from kbbx_xl.flow.movement import Movement, places, who_of
from kbbx_xl.flow.movement.values import Change, Child
from kbbx_xl.rules.addresses import place_of
from kbbx_xl.rules.classes import class_label
from kbbx_xl.rules.movement import Loss

ANSWERS = [YES, NO]


def write_pairs(book: Book, pen: Pen) -> None:
    made = pen.made
    columns = (
        ("序号", 6),
        *zip(WHO, WHO_WIDTHS, strict=True),
        ("转出/学校", 20),
        ("转出/班级", 12),
        ("转出/日期", 12),
        ("转出/写明的去向", 20),
        ("转出/凭证", 14),
        ("转入/学校", 20),
        ("转入/班级", 12),
        ("转入/日期", 12),
        ("转入/凭证", 14),
        ("说明", 20),
        ("转出来源", 30),
        ("转入来源", 30),
    )
    paper = new_paper(book, PAIRS, "县内转学配对表", columns)
    for number, pair in enumerate(made.transfers, 1):
        out, into = (made.changes[i] if i >= 0 else None for i in (pair.out, pair.into))
        left, seat = (made.after[i] if i >= 0 else None for i in (pair.left, pair.seat))
        paper.plain(paper.row, 0, number)
        if out:
            pen.who(paper, 1, out.name, out.id_no, out.student_no)
            place = class_label(out.grade, out.class_name)
            pen.change(paper, 14, out)
        elif left:
            pen.who(paper, 1, left.row.name, left.row.id_no, left.row.student_no)
            place = class_label(left.row.grade, left.row.class_name)
            pen.child(paper, 14, left)
        put_texts(paper, 4, (out.unit if out else left.row.unit if left else "", place))
        paper.date(paper.row, 6, out.day if out else None)
        school = into.unit if into else seat.row.unit if seat else ""
        now = class_label(seat.row.grade, seat.row.class_name) if seat else ""
        put_texts(
            paper, 7, (out.written if out else "", (out.document or "") if out else "", school, now)
        )
        paper.date(paper.row, 11, into.day if into else None)
        paper.text(paper.row, 12, (into.document or "") if into else "", "center")
        paper.text(paper.row, 13, _said(out, into, seat, school))
        if into:
            pen.change(paper, 15, into)
        elif seat:
            pen.child(paper, 15, seat)
        paper.end_row()
    print_without_source(paper, 2)


def _said(out: Change | None, into: Change | None, seat: Child | None, school: str) -> str:
    """What is missing of a complete transfer (TH-26)."""
    said = []
    if out is None:
        said.append("原校没有转出记录")
    elif out.school and out.school != school:
        said.append("与写明的去向不同")
    if into is None:
        said.append("接收学校没有转入记录")
    if seat is None:
        said.append("接收学校名册里没有")
    return "，".join(said)


def write_doubts(book: Book, pen: Pen) -> None:
    """Losses, each with the other row that may be the same child."""
    made = pen.made
    columns = (
        ("序号", 6),
        ("类别", 18),
        ("单位", 20),
        ("班级", 12),
        *zip(WHO, WHO_WIDTHS, strict=True),
        ("情况", 36),
        ("可能是", 34),
        ("是否同一人", 11),
        ("查明情况", 20),
        ("来源", 30),
        ("另见", 30),
    )
    paper = new_paper(book, DOUBTS, "去向、来源待核实的学生", columns, freeze=3)
    first = paper.row
    number = 0
    candidates = _candidates(made)
    for loss in made.losses:
        who, found = who_of(made, loss), places(made, loss)
        for maybe in candidates.get(loss, [""]):
            number += 1
            paper.plain(paper.row, 0, number)
            put_texts(paper, 1, (str(loss.kind), loss.unit, who.place))
            pen.who(paper, 4, who.name, who.id_no, who.student_no)
            put_texts(paper, 7, (loss.what, maybe), "text")
            paper.text(paper.row, 9, "", "center")
            paper.text(paper.row, 10, "")
            for column, (source, cell, _) in zip((11, 12), found, strict=False):
                pen.source(paper, column, source, who.name, cell)
            if len(found) < 2:
                paper.text(paper.row, 12, "")
            paper.end_row()
    if paper.row > first:
        rule = {"validate": "list", "source": ANSWERS, "error_message": "只选“是”或“否”"}
        accepted(paper.sheet.data_validation(first, 9, paper.row - 1, 9, rule))
        paper.sheet.autofilter(first - 1, 0, paper.row - 1, paper.columns - 1)
    print_without_source(paper, 2)


def _candidates(made: Movement) -> dict[Loss, list[str]]:
    """For each side of the proposals the other one: unit, kind and how alike."""
    found: dict[Loss, list[str]] = defaultdict(list)
    for one in made.proposals:
        for loss, other in ((one.left, one.right), (one.right, one.left)):
            found[loss].append(f"{other.unit}“{other.kind}”的一行（{one.confidence}：{one.how}）")
    return found


def write_outside(book: Book, pen: Pen) -> None:
    """转往外县 by destination, for letters; then dropouts whose 户籍 is elsewhere (TH-31)."""
    made = pen.made
    columns = (
        ("序号", 6),
        ("接收县（市、区）", 20),
        ("接收学校、户籍地", 28),
        ("姓名", 10),
        ("身份证件号", 21),
        ("学籍号", 21),
        ("性别", 6),
        ("本县学校", 20),
        ("班级", 12),
        ("日期", 12),
        ("凭证", 14),
        ("函号", 14),
        ("回执日期", 12),
        ("来源", 30),
    )
    paper = new_paper(book, OUTSIDE, "转往外县学生学籍移交表", columns)
    ordered = sorted(made.outside, key=lambda c: (place_of(c.written), c.written, c.unit))
    for number, one in enumerate(ordered, 1):
        paper.plain(paper.row, 0, number)
        put_texts(paper, 1, (place_of(one.written) or "没有写明", one.written))
        pen.who(paper, 3, one.name, one.id_no, one.student_no)
        put_texts(paper, 6, (one.sex, one.unit, class_label(one.grade, one.class_name)))
        paper.date(paper.row, 9, one.day)
        put_texts(paper, 10, (one.document or "", "", ""))
        pen.change(paper, 13, one)
        paper.end_row()
    paper.part("非户籍地辍学学生（通报户籍所在地教育部门）")
    for number, found in enumerate(made.nonlocal_dropouts, 1):
        row = found.child.row
        paper.plain(paper.row, 0, number)
        put_texts(paper, 1, (found.county, found.child.address if pen.names else ""))
        pen.who(paper, 3, row.name, row.id_no, row.student_no)
        put_texts(
            paper, 6, (row.sex, row.unit, class_label(row.grade, row.class_name), "", "", "", "")
        )
        pen.child(paper, 13, found.child)
        paper.end_row()
    print_without_source(paper)


def write_handover(book: Book, pen: Pen) -> int:
    """六年级 class by class, with columns for the receipt; the last row used, counted from 1."""
    made = pen.made
    columns = (
        ("序号", 6),
        ("小学", 16),
        ("班级", 10),
        *zip(WHO, WHO_WIDTHS, strict=True),
        ("性别", 6),
        ("户籍所在地", 18),
        ("送教、残疾", 12),
        ("注册情况", 11),
        ("接收初中", 16),
        ("初中班级", 11),
        ("责任单位", 16),
        ("送教档案", 11),
        ("接收人签字", 12),
        ("接收日期", 12),
        ("来源", 30),
    )
    paper = new_paper(book, HANDOVER, "小学毕业生整班移交表", columns, freeze=3)
    first = paper.row
    for number, one in enumerate(made.handover, 1):
        row, junior = one.child.row, one.junior.row if one.junior else None
        paper.plain(paper.row, 0, number)
        put_texts(paper, 1, (row.unit, row.class_name))
        pen.who(paper, 3, row.name, row.id_no, row.student_no)
        put_texts(
            paper, 6, (row.sex, one.child.address if pen.names else "", one.child.care, one.state)
        )
        into = (junior.unit, junior.class_name) if junior else ("", "")
        taught = "应移交" if "送教" in one.child.care else ""
        put_texts(paper, 10, (*into, one.owner, taught, "", ""))
        pen.child(paper, 16, one.child)
        paper.end_row()
    if not made.handover_due:
        paper.part("未到移交时间：六月至九月，或与上一学年的名册比对时，这里列出六年级学生")
    rows = zip(made.handover, made.handover[1:], range(first + 1, paper.row), strict=False)
    breaks = [row for one, after, row in rows if one.child.row.unit != after.child.row.unit]
    paper.sheet.set_h_pagebreaks(breaks)  # each school signs its own sheet
    print_without_source(paper)
    last = paper.row
    paper.note(f"本县方案：{made.handover_rule or '没有写小升初移交的规定'}")
    return last
