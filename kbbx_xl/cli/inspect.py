"""``check``, ``flag`` and ``explain``: looking at files without changing them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kbbx_xl.books.checking import check_files, directory_beside, settled_day, stated
from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.books.explain import explain as explain_cell
from kbbx_xl.books.explain import render
from kbbx_xl.books.summary import write_due
from kbbx_xl.cli import shared
from kbbx_xl.flow.export import finding_rows
from kbbx_xl.flow.unit import UnitResult
from kbbx_xl.messages import InputError
from kbbx_xl.model import CalendarSheet, Directory, Finding, Period
from kbbx_xl.settings.policies import DEFAULT_POLICY

PathsArgument = Annotated[list[Path], typer.Argument(help="要检查的文件或文件夹")]
MonthSaid = Annotated[str, typer.Option("--month", help="报告月份；不写时按文件里写的")]
AsOfSaid = Annotated[str, typer.Option("--as-of", help="数据截至日；不写时按文件里写的")]


def check(
    paths: PathsArgument,
    month: MonthSaid = "",
    as_of: AsOfSaid = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    json: shared.JsonOption = None,
) -> None:
    """报送前检查：列出每个问题在哪个单元格、是什么、怎么办。

    没有“错误”时退出码为 0，有则为 1，没能检查为 2。例：kbbx-xl check 登记表.xlsx 月报表.xlsx
    """
    _, findings, _ = _check(paths, month, as_of, policy, directory)
    shared.show_findings(findings)
    if json:
        shared.write_json(json, {"findings": finding_rows(findings)})
    raise typer.Exit(shared.exit_code(findings))


def flag(
    paths: PathsArgument,
    as_of: shared.AsOfOption,
    month: MonthSaid = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    json: shared.JsonOption = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="写成 .xlsx")] = None,
) -> None:
    """缺勤预警：哪些学生到了哪一步，谁在哪天前做什么，依据是哪一条。

    例：kbbx-xl flag 登记表.xlsx --as-of 2026-10-20 --policy tanghe -o 待办.xlsx
    """
    results, _, day = _check(paths, month, as_of, policy, directory)
    due = [item for result in results for item in result.due]
    table = Table("单位", "年级班级", "来源", "步骤", "谁", "期限", "依据")
    for item in due:
        at = f"{item.where.sheet} 第{item.where.row}行"
        late = "（已过期）" if item.overdue else ""
        cells = (item.unit, item.grade + item.class_name, at, item.step, item.actor, f"{item.due or '—'}{late}", item.source)  # fmt: skip
        table.add_row(*cells)
    shared.say(f"截至 {day}：{len(due)} 项待办")
    shared.console.print(table)
    if json:
        shared.write_json(json, {"as_of": str(day), "due": _due_rows(results)})
    if out:
        shared.say(f"结果：{write_due(due, out, as_of=day, policy=shared.policy(policy))}")


def _due_rows(results: list[UnitResult]) -> list[dict[str, object]]:
    return [
        {
            "key": d.key,
            "unit": d.unit,
            "step": d.step,
            "action": d.action,
            "actor": d.actor,
            "reached": d.reached and str(d.reached),
            "due": d.due and str(d.due),
            "overdue": d.overdue,
            "source": d.source,
        }
        for result in results
        for d in result.due
    ]


def _check(
    paths: list[Path], month: str, as_of: str, policy: str, directory: Path | None
) -> tuple[list[UnitResult], list[Finding], dt.date]:
    """Check with the directory given, or the one beside the files, or none."""
    known, calendar = _directory(paths, directory)
    today = dt.date.today()
    day = shared.day(as_of) if as_of else None
    now = day or today
    said, said_day = stated(paths, Period(now.year, now.month))
    period = shared.period(month) if month else said
    day = day or settled_day(period, said_day, today)
    results, findings = check_files(
        paths,
        month=period,
        as_of=day,
        policy=shared.policy(policy),
        directory=known,
        calendar=calendar,
    )
    return results, findings, day


def _directory(
    paths: list[Path], given: Path | None
) -> tuple[Directory | None, CalendarSheet | None]:
    """The directory and calendar given, else those beside the files."""
    if given is not None:
        return load_directory(given.parent, given)[:2]
    return directory_beside(path if path.is_dir() else path.parent for path in paths)


def explain(
    workbook: Annotated[Path, typer.Argument(help="汇总工作簿，如 全县汇总_2026-10.xlsx")],
    cell: Annotated[str, typer.Argument(help="单元格，如 人数汇总!C7")],
) -> None:
    """追溯一个数：公式、单位、来源文件和行。

    例：kbbx-xl explain 全县汇总_2026-10.xlsx 人数汇总!C7
    """
    if not workbook.is_file():
        raise InputError(f"找不到文件：{workbook}")
    shared.say(render(explain_cell(workbook, cell)))


def register(app: typer.Typer) -> None:
    for command in (check, flag, explain):
        app.command(command.__name__)(command)
