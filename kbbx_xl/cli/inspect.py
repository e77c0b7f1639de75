"""``check``, ``flag`` and ``explain``: looking at files without changing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl.books.checking import (
    check_reads,
    directory_beside,
    read_all,
    read_for_month,
    settled_day,
)
from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.books.explain import explain as explain_cell
from kbbx_xl.books.explain import render
from kbbx_xl.books.summary import write_due, write_problems
from kbbx_xl.cli import completing, looks, shared
from kbbx_xl.flow.export import finding_rows
from kbbx_xl.flow.hiding import Hider, children_of
from kbbx_xl.flow.result import Due
from kbbx_xl.flow.unit import ATTENDANCE, UnitResult
from kbbx_xl.messages import InputError, message, remedy, severity
from kbbx_xl.model import CalendarSheet, Directory, FileRead, Finding, Period
from kbbx_xl.settings.policies import DEFAULT_POLICY

PathsArgument = Annotated[list[Path], typer.Argument(help="要检查的文件或文件夹")]
MonthSaid = Annotated[
    str,
    typer.Option("--month", help="报告月份；不写时按文件里写的", autocompletion=completing.months),
]
AsOfSaid = Annotated[
    str,
    typer.Option("--as-of", help="截至日期；不写时按文件里写的", autocompletion=completing.days),
]
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the files said: read, judged unit by unit, and on what day.

    ``findings`` name nobody; ``results`` do, ``hider`` takes the names out of what is shown of them.
    """

    reads: list[FileRead]
    results: list[UnitResult]
    findings: list[Finding]
    day: dt.date
    month: Period
    directory: Directory | None = None  # given, or beside the files
    calendar: CalendarSheet | None = None
    hider: Hider = field(default_factory=lambda: Hider(()))

    @property
    def sheets(self) -> tuple[str, ...]:
        """The sheets in the order in which they stand in the files, as findings call them."""
        sheets = dict.fromkeys(t.sheet for read in self.reads for t in read.tables)
        return tuple(map(self.hider.title, sheets))

    @property
    def unread(self) -> list[Finding]:
        """Why nothing was read out of some of the files."""
        return self.hider.rows(f for read in self.reads if not read.tables for f in read.findings)


def check(
    paths: PathsArgument,
    month: MonthSaid = "",
    as_of: AsOfSaid = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    json: shared.JsonOption = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="问题清单写成 .xlsx", callback=shared.workbook_name),
    ] = None,
    password_file: shared.PasswordsOption = None,
    ask_password: shared.AskOption = False,
) -> None:
    """逐个文件、逐格检查，不改动材料。单位目录在同一文件夹里的，也查单位和校历。

    写出：屏幕上列出问题；-o 另写问题清单（.xlsx）。

    退出码 1：有“错误”级的问题。

    例：kbbx-xl check 登记表.xlsx 月报表.xlsx
    例：kbbx-xl check 报送材料 --month 2026-10 -o 问题清单.xlsx
    """
    given = shared.passwords(password_file, ask_password)
    checked = judge(paths, month, as_of, policy, directory, given)
    findings, sheets = checked.findings, checked.sheets
    shared.show_findings(findings, sheets=sheets, rest="-o 问题清单.xlsx 或 --json")
    shared.answer(json, {"findings": finding_rows(findings)})
    if out:
        written = write_problems(
            findings,
            out,
            as_of=checked.day,
            policy=shared.policy(policy),
            sources=root_of(paths),
            sheets=sheets,
        )
        shared.say(f"结果：{written}")
    raise typer.Exit(shared.exit_code(findings))


def flag(
    paths: PathsArgument,
    as_of: shared.AsOfOption,
    month: MonthSaid = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    json: shared.JsonOption = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="写成 .xlsx", callback=shared.workbook_name),
    ] = None,
    with_names: Annotated[
        bool, typer.Option("--with-names/--without-names", help="屏幕上和文件里写不写学生姓名")
    ] = False,
) -> None:
    """按政策方案数连续旷课和累计旷课，列出到了哪一步、谁在哪天前做什么、依据哪一条。

    写出：屏幕上列出待办；-o 另写一张表（.xlsx）。不写 --with-names 时没有学生姓名。

    例：kbbx-xl flag 登记表.xlsx --as-of 2026-10-20
    例：kbbx-xl flag 登记表.xlsx --as-of 2026-10-20 --policy tanghe -o 待办.xlsx
    """
    checked = judge(paths, month, as_of, policy, directory)
    _say_unread(checked)
    due = [item for result in checked.results for item in result.due]
    if not with_names:
        due = checked.hider.rows(due)
    shared.say(f"截至 {checked.day}：{len(due)} 项待办")
    if due:
        _show_due(due, with_names=with_names)
    if json:
        shared.write_json(
            json, {"as_of": str(checked.day), "due": _due_rows(due, with_names=with_names)}
        )
    if out:
        written = write_due(
            due,
            out,
            as_of=checked.day,
            policy=shared.policy(policy),
            sources=root_of(paths),
            with_names=with_names,
        )
        shared.say(f"结果：{written}")


def _say_unread(checked: Checked) -> None:
    """Name the files that could not be read; InputError when no attendance is left to judge by."""
    for read in checked.reads:
        if read.status == UNREADABLE or not read.tables:
            for finding in checked.hider.rows(read.findings):
                text = f"没有读“{finding.file}”：{message(finding)}。{remedy(finding)}"
                shared.say_error(text, looks.COLOURS[severity(finding)])
    kinds = dict.fromkeys(t.kind for read in checked.reads for t in read.tables)
    if not any(kind in ATTENDANCE for kind in kinds):
        came = f"（读到的是：{'、'.join(kinds)}）" if kinds else ""
        raise InputError(f"没有考勤表或缺勤登记{came}，不能判断缺勤预警")


def _show_due(due: Sequence[Due], *, with_names: bool) -> None:
    """What is due, the overdue first; the name only when it was asked for."""
    named = ("姓名",) if with_names else ()
    rows = [
        (
            "已逾期" if item.overdue else "未到期",
            str(item.due or "没有期限"),
            item.unit,
            item.grade + item.class_name,
            *((item.name,) if with_names else ()),
            item.step,
            item.actor,
            f"{item.where.sheet} 第{item.where.row}行",
            item.source,
        )
        for item in sorted(due, key=lambda item: not item.overdue)
    ]
    shared.show_rows(
        ("状态", "期限", "单位", "年级班级", *named, "步骤", "谁", "来源", "依据"),
        rows,
        head=4 + len(named),
        whole=("状态", "期限"),
        style=lambda row: looks.BAD if row[0] == "已逾期" else "",
    )


def root_of(paths: Sequence[Path]) -> Path | None:
    """The one folder that the files' paths start from, None when there are several.

    None as well for one that is called after a child: links to its files would say the name.
    """
    homes = {path if path.is_dir() else path.parent for path in paths}
    named = any(shared.discreet(str(home)) != str(home) for home in homes)
    return homes.pop() if len(homes) == 1 and not named else None


def _due_rows(due: Sequence[Due], *, with_names: bool) -> list[dict[str, object]]:
    """What is due as JSON; without names a child is a label that holds within this file."""
    labels = {key: f"学生{n:05d}" for n, key in enumerate(dict.fromkeys(d.key for d in due), 1)}
    return [
        {
            "key": d.key if with_names else labels[d.key],
            "unit": d.unit,
            "step": d.step,
            "action": d.action,
            "actor": d.actor,
            "reached": d.reached and str(d.reached),
            "due": d.due and str(d.due),
            "overdue": d.overdue,
            "source": d.source,
        }
        for d in due
    ]


def judge(
    paths: list[Path],
    month: str,
    as_of: str,
    policy: str,
    directory: Path | None,
    passwords: tuple[str, ...] = (),
) -> Checked:
    """Check files with the directory given, or the one beside them, or none."""
    today = dt.date.today()
    day = shared.day(as_of) if as_of else None
    asked = shared.period(month) if month else None
    now = day or today
    with shared.progress("读取材料") as show:
        known, calendar = _directory(paths, directory)
        first = Period(now.year, now.month)
        reads, period, said_day = read_for_month(
            partial(read_all, paths, passwords=passwords, progress=show), first, month=asked
        )
        day = day or settled_day(period, said_day, today)
        results, findings = check_reads(
            reads,
            month=period,
            as_of=day,
            policy=shared.policy(policy),
            directory=known,
            calendar=calendar,
        )
    units = [*(known.units if known else ()), *(result.unit for result in results)]
    hider = Hider(children_of(reads), (unit.name for unit in units))
    shared.learn(hider)
    return Checked(list(reads), results, hider.rows(findings), day, period, known, calendar, hider)


def _directory(
    paths: list[Path], given: Path | None
) -> tuple[Directory | None, CalendarSheet | None]:
    """The directory and calendar given, else those beside the files."""
    if given is not None:
        return load_directory(given.parent, given)[:2]
    return directory_beside(path if path.is_dir() else path.parent for path in paths)


def explain(
    workbook: Annotated[
        Path, typer.Argument(help="汇总工作簿，如 全县汇总_2026-10.xlsx", callback=shared.no_folder)
    ],
    cell: Annotated[str, typer.Argument(help="单元格，如 人数汇总!C7")],
    json: shared.JsonOption = None,
) -> None:
    """从汇总工作簿里读出一个数是怎么算的、加了哪些单位、数了哪些文件的哪些行。

    写出：只显示，不写文件。

    例：kbbx-xl explain 全县汇总_2026-10.xlsx 人数汇总!C7
    """
    if not workbook.is_file():
        raise InputError(f"找不到文件：{workbook}")
    found = explain_cell(workbook, cell)
    shared.say(render(found))
    shared.answer(json, shared.explained(found))


def register(app: typer.Typer) -> None:
    for command in (check, flag, explain):
        app.command(command.__name__)(command)
