"""Ribbon commands of a school's month (填报): monthly report, zero report, printing, carrying over."""

from __future__ import annotations

from pathlib import Path

from kbbx_xl.books.carry import carry_over
from kbbx_xl.books.reading import Reader, read_files
from kbbx_xl.books.school_month import (
    MonthResult,
    last_report_beside,
    monthly_report,
    usual_name,
    zero_cells,
    zero_report,
)
from kbbx_xl.books.template.calc.chosen import CHOICE, LEDGERS, choice_label
from kbbx_xl.excel.commands import MONTHLY, REGISTRATION
from kbbx_xl.excel.desk import Desk
from kbbx_xl.excel.judging import read_book
from kbbx_xl.excel.live import stamp, unprotected
from kbbx_xl.excel.selected import rows_of
from kbbx_xl.messages import InputError, message, place, remedy, severity
from kbbx_xl.model import FileRead, Period

LEDGER_NAMES = "“辍学台账”或“疑似辍学台账”"


def report(desk: Desk) -> None:
    """生成本月月报: the 月报表 of the open 登记表, beside it, opened."""
    folder = desk.saved_path().parent
    read, month, _ = read_book(desk)
    target = folder / usual_name(MONTHLY, _unit(read), month)
    desk.watch("正在生成月报")
    made = monthly_report(read, target, last=_last_report(folder, read, month), today=desk.today)
    _tell(desk, made, "月报表")


def zero(desk: Desk) -> None:
    """零报告: declare it in the open 月报表, or make the month's 月报表 from the open 登记表."""
    read, month, _ = read_book(desk)
    if stamp(desk.book).get("form") == REGISTRATION:
        folder = desk.saved_path().parent
        target = folder / usual_name(MONTHLY, _unit(read), month)
        last = _last_report(folder, read, month)
        _tell(desk, zero_report(read, target, last=last, today=desk.today), "零报告")
        return
    cells = zero_cells(read, today=desk.today)
    for name in {sheet for sheet, _ in cells}:
        with unprotected(desk.book.sheets[name]) as free:
            if not free:
                raise InputError(f"“{name}”有密码保护，不能填写。请撤销保护后再试")
            for (sheet, cell), value in cells.items():
                if sheet == name:
                    desk.book.sheets[name].range(cell).value = value
    filled = "、".join(f"{sheet}!{cell}" for sheet, cell in cells)
    desk.say(f"{month.label}零报告声明已填好（{filled}）。请核对、签字盖章后保存报出。")


def carry(desk: Desk) -> None:
    """结转下月: next month's workbook beside the open one, opened; the open one stays as it is."""
    folder = desk.saved_path().parent
    read, month, _ = read_book(desk)
    form = stamp(desk.book).get("form", "")
    target = folder / usual_name(form, _unit(read), month.after)
    desk.watch("正在结转")
    made = carry_over(read, target, today=desk.today)
    _tell(desk, made, f"{made.month.label}的工作簿")


def print_form(desk: Desk) -> None:
    """打印登记表: preview the form of the pupil selected in a ledger, or print those selected."""
    if CHOICE not in {name.name for name in desk.book.names}:
        raise InputError("这本工作簿里没有“登记表打印”这张表，请用下发的登记表")
    chosen = _selected(desk)
    form = desk.book.names[CHOICE].refers_to_range
    if len(chosen) > 1:
        desk.agree(f"选中了 {len(chosen)} 名学生，现在逐张打印登记表？")
    with desk.app.properties(screen_updating=True), unprotected(form.sheet):
        for label in chosen:
            form.value = label
            desk.app.calculate()
            if len(chosen) == 1:
                form.sheet.api.PrintPreview()
            else:
                form.sheet.api.PrintOut()


def _selected(desk: Desk) -> list[str]:
    """Lines of the choice list for the selected rows of a ledger; the line now chosen otherwise."""
    read, _, _ = read_book(desk)
    listed = {table for table, _ in LEDGERS}
    labels = [
        choice_label(
            table.table, table.rows[index] - table.header_row, dict(table.records())[index]
        )
        for table, index in rows_of(desk, read)
        if table.table in listed
    ]
    if labels:
        return labels
    choice = desk.book.names[CHOICE].refers_to_range
    now = choice.options(empty="").value
    if desk.book.api.ActiveSheet.Name == choice.sheet.name and now:
        return [str(now)]
    raise InputError(f"请先在{LEDGER_NAMES}里选中要打印的学生（一行或几行），再点“打印登记表”")


def _unit(read: FileRead) -> str:
    name = read.own.get("unit_name") or read.written_unit
    if not name:
        raise InputError("“填报信息”里没有填单位名称。请先填好，再点这个按钮")
    return name


def _last_report(folder: Path, read: FileRead, month: Period) -> FileRead | None:
    """Last month's 月报表 beside the workbook; None when there is none."""
    path = last_report_beside(folder, _unit(read), month)
    return read_files([(path, path.name)], Reader(month.before))[0] if path else None


def _tell(desk: Desk, made: MonthResult, what: str) -> None:
    """Open the result and say what to look at."""
    desk.show(made.written.path)
    lines = [f"{made.unit}{made.month.label}：{what}已生成“{made.written.path.name}”。"]
    lines += [made.written.note] if made.written.note else []
    lines += made.notes
    lines += [f"{severity(f)}：{place(f)} {message(f)}。{remedy(f)}" for f in made.findings[:12]]
    if len(made.findings) > 12:
        lines.append(f"……共 {len(made.findings)} 处要核对，请在新工作簿里点“校验本表”")
    desk.say("\n".join(lines))
