"""Ribbon commands that help (工具): policy and calendar, clear the marks, manual, self-check."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence

import xlwings as xw

from kbbx_xl.books.checking import directory_beside
from kbbx_xl.books.manual import write_manual
from kbbx_xl.books.read.sheets import OWN_SHEET, SCHOOL_DAYS
from kbbx_xl.books.setup.in_force import policy_in_force
from kbbx_xl.books.template.calc.ladder import ladder_rows
from kbbx_xl.excel.commands import REGISTRATION, SUMMARY
from kbbx_xl.excel.desk import Desk
from kbbx_xl.excel.doctor.machine import this_machine
from kbbx_xl.excel.doctor.report import BAD, render, report
from kbbx_xl.excel.judging import policy_of
from kbbx_xl.excel.lists import fill_list
from kbbx_xl.excel.live import as_text, changeable, stamp, unprotected
from kbbx_xl.excel.marks import clear as clear_marks
from kbbx_xl.excel.marks import new_sheet
from kbbx_xl.excel.place import remember_policy, state_folder
from kbbx_xl.messages import InputError
from kbbx_xl.rules.school_days import school_calendar
from kbbx_xl.settings.policies import CARRIED, Policy, all_policies, is_own, shipped_names
from kbbx_xl.settings.policy_text import policy_yaml

STEP_COLUMNS = (
    ("步骤", 16),
    ("到线条件", 30),
    ("谁", 14),
    ("做什么", 44),
    ("依据", 12),
    ("另见", 14),
)


def policy(desk: Desk) -> None:
    """政策与校历: show the ladder in force, and let another policy be chosen for this workbook."""
    changeable(desk.book)
    known = stamp(desk.book)
    now = policy_of(known)
    chosen = now if known.get("form") == SUMMARY else _choose(desk, now)
    days = ""
    if known.get("form") != SUMMARY and (chosen is not now or known.get("policy") == ""):
        _put_policy(desk.book, chosen)
        if chosen.profile in shipped_names():
            remember_policy(chosen.profile)
    if known.get("form") == REGISTRATION:
        days = _refresh_calendar(desk, known.get("unit_name", ""))
    _show_policy(desk, chosen, days)
    desk.say(
        f"本工作簿按“{chosen.title}”方案：{chosen.document}。\n"
        f"阶梯 {len(chosen.steps)} 步，见“政策与校历”表（点“清除标记”会删去）。{days}"
    )


def _choose(desk: Desk, now: Policy) -> Policy:
    beside = policy_in_force("", desk.folders)  # 政策.yaml or 政策.xlsx of the county
    own = beside.policy if beside.path else now
    offered = [*([own] if is_own(own) else []), *all_policies()]
    profiles = [one.profile for one in offered]
    number = profiles.index(now.profile) + 1 if now.profile in profiles else ""
    listed = " ".join(f"{n}{one.title}" for n, one in enumerate(offered, 1))
    answer = desk.ask_text(f"按哪个方案？不换直接点确定。{listed}"[:250], str(number))
    if answer.isdigit() and 1 <= int(answer) <= len(offered):
        return offered[int(answer) - 1]
    wanted = answer.strip().casefold()
    meant = [one for one in offered if wanted in (one.profile, one.short.casefold(), one.title)]
    meant = meant or [one for one in offered if wanted and wanted in one.title.casefold()]
    if len(meant) != 1:
        wrong = "不止一个方案的名称里有" if meant else "没有这个方案："
        raise InputError(f"{wrong}“{answer}”。请输入编号，或名称里的几个字：{listed}")
    return meant[0]


def _put_policy(book: xw.Book, chosen: Policy) -> None:
    """Stamp the policy; in a registration workbook also the ladder that its formulas look up."""
    sheet = book.sheets[OWN_SHEET]
    with unprotected(sheet) as free:
        if not free:
            raise InputError("工作簿的标识页有密码保护，不能换方案")
        rows = sheet.range("A1:A12").options(ndim=1, empty="").value
        sheet.range((rows.index("policy") + 1, 2)).value = chosen.profile
        if CARRIED in rows or is_own(chosen):
            at = rows.index(CARRIED if CARRIED in rows else "") + 1
            text = policy_yaml(chosen) if is_own(chosen) else ""
            sheet.range((at, 1), (at, 2)).value = [CARRIED, text]
    names = {name.name for name in book.names}
    for name, values in ladder_rows(chosen):
        if name in names:
            _put_column(book, name, values)


def _put_column(book: xw.Book, name: str, values: Sequence[object]) -> None:
    """Write a list of the hidden sheet anew and let its name span it."""
    old = book.names[name].refers_to_range
    sheet, top, column = old.sheet, old.row, old.column
    old.clear_contents()
    fresh = sheet.range((top, column), (top + len(values) - 1, column))
    fresh.value = [[as_text(value)] for value in values]
    book.names[name].refers_to = f"='{sheet.name}'!{fresh.get_address()}"


def _refresh_calendar(desk: Desk, unit: str) -> str:
    """School days from the directory beside the workbook; "" when there is none."""
    calendar = directory_beside(desk.folders)[1]
    if calendar is None or not (calendar.term_start and calendar.term_end):
        return ""
    days = school_calendar(calendar, school=unit).days
    if SCHOOL_DAYS in {name.name for name in desk.book.names}:
        _put_column(desk.book, SCHOOL_DAYS, days)
    return f"\n校历已按同一文件夹里的单位目录更新：{days[0]} 至 {days[-1]}，上课 {len(days)} 天。"


def _show_policy(desk: Desk, chosen: Policy, days: str) -> None:
    rows = [
        (s.title, s.wording, s.actor, s.action, s.source, "、".join(s.also)) for s in chosen.steps
    ]
    fill_list(
        new_sheet(desk.book, "policy", "政策与校历"),
        f"政策与校历：{chosen.title}",
        f"{chosen.document}。{days.strip()}",
        "文件没有写明数字的（多次、及时、限期）不计算。要换方案，再点一次“政策与校历”。",
        STEP_COLUMNS,
        rows,
    )


def clear(desk: Desk) -> None:
    """清除标记: colours, notes and sheets of the macros gone, the workbook as it was."""
    cells, sheets = clear_marks(desk.book)
    if cells or sheets:
        desk.say(f"已清除 {cells} 处标记，删去 {sheets} 张加上的表。")
    else:
        desk.say("这本工作簿里没有标记。")


def show_help(desk: Desk) -> None:
    """帮助: the manual that came with the add-in, in the browser; nothing is fetched from the net."""
    page = write_manual(state_folder() / "manual")
    webbrowser.open(page.as_uri())
    desk.say("手册已在浏览器里打开（本机文件，不联网）。")


def doctor(desk: Desk) -> None:
    """自检: what this computer lacks for the add-in, and what to do."""
    machine = this_machine(str(desk.book.api.FullName))
    checks = report(machine)
    wrong = any(check.state == BAD for check in checks)
    desk.say("\n".join(render(checks, machine.home)), wrong=wrong)
