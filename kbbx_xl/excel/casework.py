"""Ribbon commands of casework (工具): letters for the selected pupils, and matching (人籍比对)."""

from __future__ import annotations

from pathlib import Path

from kbbx_xl.books.checking import directory_beside
from kbbx_xl.books.letters import BY_HAND, write_letters
from kbbx_xl.books.match import match_reads, read_people, write_match
from kbbx_xl.excel.desk import Desk
from kbbx_xl.excel.judging import read_book
from kbbx_xl.excel.selected import ledger_rows, ledger_sheets
from kbbx_xl.messages import InputError, message, place
from kbbx_xl.model import FileRead

LETTER_FOLDER = "文书"
SHOWN = 10


def letters(desk: Desk, *, kind: str) -> None:
    """文书: a letter for each selected row of a ledger; with none selected in it, ask about all."""
    folder = desk.saved_path().parent
    read, _, _ = read_book(desk)
    rows = ledger_rows(desk, read)
    if not rows:
        _in_a_ledger(desk, read)
        desk.agree("没有选中台账里的学生行。给台账里每名符合条件的学生各出一份？")
    desk.watch("正在出文书")
    directory, calendar = directory_beside([folder])
    made = write_letters(
        kind,
        [read],
        folder / LETTER_FOLDER,
        day=desk.today,
        rows=[(table.sheet, table.rows[index]) for table, index in rows] or None,
        directory=directory,
        calendar=calendar,
    )
    lines = []
    if made.issued:
        count = len(made.issued)
        lines.append(f"出了 {count} 份，放在“{LETTER_FOLDER}”文件夹，已记入“文书登记.xlsx”：")
        lines += [f"  {one.file}" for one in made.issued[:SHOWN]]
        lines += [] if made.dated else [BY_HAND]
    if made.skipped:
        lines.append(f"今天已经出过、没有重复出的 {len(made.skipped)} 份。")
    if made.refused:
        lines.append(f"不符合这种文书条件、没有出的 {len(made.refused)} 份：")
        lines += [f"  {one}" for one in made.refused[:SHOWN]]
    if not lines:
        lines.append("台账里没有符合这种文书条件的学生，没有出文书。")
    if made.findings:
        lines.append(f"有 {len(made.findings)} 处资料不全，已留出横线手写，如：")
        lines += [f"  {place(f)} {message(f)}" for f in made.findings[:3]]
    desk.say("\n".join(lines), wrong=bool(made.refused))


def _in_a_ledger(desk: Desk, read: FileRead) -> None:
    """InputError unless a ledger is in front: rows selected elsewhere do not mean every child."""
    ledgers = ledger_sheets(read)
    if desk.book.api.ActiveSheet.Name not in ledgers:
        where = "或".join(f"“{name}”" for name in ledgers)
        raise InputError(
            f"所选的行不在台账里，请在{where}里选学生行，再点这个按钮"
            if where
            else "这本工作簿里没有填好的疑似辍学台账或辍学台账，没有可出的文书"
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
