"""Ribbon commands of casework (工具): letters for the selected rows or the county, and matching (人籍比对)."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from kbbx_xl.books.checking import directory_beside
from kbbx_xl.books.letters import (
    BY_HAND,
    LettersResult,
    Wish,
    write_county_letter,
    write_letters,
)
from kbbx_xl.books.match import match_reads, read_people, write_match
from kbbx_xl.books.one_click import read_county
from kbbx_xl.excel.desk import Desk
from kbbx_xl.excel.gathering import ask_order
from kbbx_xl.excel.judging import policy_of, read_book
from kbbx_xl.excel.selected import rows_of, sheets_of
from kbbx_xl.flow.letters import SHEETS
from kbbx_xl.messages import InputError, message, place
from kbbx_xl.model import FileRead, Kind
from kbbx_xl.settings.letters import About, letter_form

LETTER_FOLDER = "文书"
SHOWN = 10


def letters(desk: Desk, *, kind: str) -> None:
    """文书: a letter for each selected row; with none selected in its sheet, ask about all."""
    form = letter_form(kind)
    about = form.about
    if about is About.COUNTY:
        _of_county(desk, kind)
        return
    folder = desk.saved_path().parent
    read, _, _ = read_book(desk)
    kinds = SHEETS[about]
    rows = rows_of(desk, read, kinds)
    if not rows:
        _in_front(desk, read, kinds)
        if form.by_choice:
            raise InputError(f"“{form.title}”不是每件在办个案都要出，请选中要出的行，再点这个按钮")
        sheet = desk.book.api.ActiveSheet.Name
        desk.agree(f"没有选中“{sheet}”里的行。给台账、名单里每一行符合条件的各出一份？")
    desk.watch("正在出文书")
    directory, calendar = directory_beside([folder])
    made = write_letters(
        kind,
        [read],
        folder / LETTER_FOLDER,
        Wish(desk.today, policy_of(read.own)),
        rows=[(table.sheet, table.rows[index]) for table, index in rows] or None,
        directory=directory,
        calendar=calendar,
    )
    _tell(desk, made)


def _of_county(desk: Desk, kind: str) -> None:
    """A letter of the bureau about the month of the folder of submissions."""
    order = ask_order(desk, "选择全县报送材料所在的文件夹（最上层放单位目录）")
    out = order.results
    county = read_county(order, out=out, progress=desk.progress("汇总全县"))
    desk.watch("正在出文书")
    _tell(
        desk, write_county_letter(kind, county, out / LETTER_FOLDER, Wish(desk.today, order.policy))
    )


def _tell(desk: Desk, made: LettersResult) -> None:
    """What was issued, what was not and why."""
    lines = []
    if made.issued:
        count = len(made.issued)
        lines.append(f"出了 {count} 份，放在“{LETTER_FOLDER}”文件夹，已记入“文书登记.xlsx”：")
        lines += [f"  {one.file}" for one in made.issued[:SHOWN]]
        lines += [] if made.dated else [BY_HAND]
    if made.skipped:
        lines.append(f"今天已经出过、没有重复出的 {len(made.skipped)} 份。")
    if made.passed:
        lines.append(f"已有记录、没有重复出的 {len(made.passed)} 份：")
        lines += [f"  {one}" for one in made.passed[:SHOWN]]
    if made.refused:
        lines.append(f"不符合这种文书条件、没有出的 {len(made.refused)} 份：")
        lines += [f"  {one}" for one in made.refused[:SHOWN]]
    if not lines:
        lines.append(f"没有出文书：{made.nothing or '没有符合这种文书条件的行'}。")
    if made.findings:
        lines.append(f"有 {len(made.findings)} 处资料不全，已留出横线手写，如：")
        lines += [f"  {place(f)} {message(f)}" for f in made.findings[:3]]
    desk.say("\n".join(lines), wrong=bool(made.refused))


def _in_front(desk: Desk, read: FileRead, kinds: Collection[Kind]) -> None:
    """InputError unless such a sheet is in front: rows selected elsewhere do not mean every row."""
    sheets = sheets_of(read, kinds)
    if desk.book.api.ActiveSheet.Name not in sheets:
        where = "或".join(f"“{name}”" for name in sheets)
        needed = "、".join(str(kind) for kind in kinds)
        raise InputError(
            f"所选的行不在这种文书依据的表里，请在{where}里选行，再点这个按钮"
            if where
            else f"这本工作簿里没有填好的{needed}，没有可出的文书"
        )


def match(desk: Desk) -> None:
    """人籍比对: the pupils of the open workbook against a list in another file, or the roll call."""
    path = desk.saved_path()
    read, month, _ = read_book(desk)
    other = desk.ask_file(
        "选择要比对的另一份名单（户籍、残联、脱贫户、到校名单……）", str(path.parent)
    )
    (against,), _ = read_people([Path(other)], period=month)
    desk.watch("正在比对")
    result = match_reads([read], against)
    target = path.with_name(f"{path.stem}_比对_{other.stem}.xlsx")
    written = write_match(result, target)
    desk.show(written.path)
    desk.say(f"比对完毕，结果“{written.path.name}”。拿不准的在“待人工确认”表里，请逐行选是或否。")
