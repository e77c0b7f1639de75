"""``build``, ``templates`` and ``demo``: making workbooks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.books.files import Written
from kbbx_xl.books.template import Context, build_all, build_blanks, build_sets
from kbbx_xl.cli import completing, shared
from kbbx_xl.demo import make_county
from kbbx_xl.excel.pack import build_addins, macros_path, missing_tools
from kbbx_xl.flow.context import make_context
from kbbx_xl.flow.export import finding_rows
from kbbx_xl.model import Finding, Period
from kbbx_xl.settings.policies import DEFAULT_POLICY
from kbbx_xl.settings.strict import config_path, shipped_path


def build(
    check: Annotated[
        bool, typer.Option("--check", help="只比较，不改动；不一致时退出码为 1")
    ] = False,
    json: shared.JsonOption = None,
) -> None:
    """由 config/ 重新生成 workbooks/ 里的模板和文书模板，由 macros/ 里的文本重新生成加载项。

    写出：workbooks/、config/letters/、macros/ 里与声明不一致的文件。

    退出码 1：用 --check 时，有文件与声明不一致。

    例：kbbx-xl build --check
    """
    from kbbx_xl.books.letters import build_templates  # Word; no other command waits for it

    names = build_all(shipped_path("workbooks"), check=check)
    names += build_templates(config_path("letters"), check=check)
    missing = missing_tools()
    if not missing:
        names += build_addins(macros_path(), check=check)
    shared.answer(json, {"changed": names, "missing": missing})
    if check and names:
        shared.say_error(f"与声明不一致：{'、'.join(names)}。请运行 kbbx-xl build")
        raise typer.Exit(1)
    shared.say(f"已更新：{'、'.join(names)}" if names else "模板与声明一致")
    if missing:
        shared.say_error(
            f"没有处理加载项：缺少 {'、'.join(missing)}。请先运行 pip install 'kbbx_xl[build]'"
        )
        raise typer.Exit(2)


def templates(
    folder: Annotated[Path, typer.Argument(help="放进哪个文件夹")],
    directory: shared.DirectoryOption = None,
    policy: shared.PolicyOption = DEFAULT_POLICY,
    month: Annotated[
        str, typer.Option("--month", help="报告月份，如 2026-10", autocompletion=completing.months)
    ] = "",
    json: shared.JsonOption = None,
) -> None:
    """不写单位目录时是空白的一套；写了单位目录，就为每个单位预填一套。

    写出：文件夹里的登记表、月报表、责任人名单、单位目录（.xlsx）；原有的改名留着。

    例：kbbx-xl templates 空白模板
    例：kbbx-xl templates 下发 --directory 单位目录.xlsx --month 2026-10
    """
    folder.mkdir(parents=True, exist_ok=True)
    if directory is None:
        _answer(json, _blank(folder, policy, month), [])
        return
    known, calendar, findings, _ = load_directory(directory.parent, directory)
    today = dt.date.today()
    period = shared.period(month) if month else Period(today.year, today.month)
    context, doubts = make_context(period, period.last, shared.policy(policy), known, calendar)
    told = [*findings, *doubts]
    if told:
        shared.show_findings(told)
    with shared.progress("生成工作簿") as show:
        written = build_sets(
            known,
            folder,
            period=period,
            as_of=period.last,
            policy=context.policy,
            calendar=context.calendar_sheet,
            progress=show,
        )
    _say_kept(written)
    shared.say(
        f"已为 {len(known.schools) + len(known.centers) + bool(known.county)} 个单位生成 {len(written)} 个文件：{folder}"
    )
    _answer(json, written, told)


def _answer(json: Path | None, written: list[Written], told: list[Finding]) -> None:
    files = [one.path for one in written]
    shared.answer(json, {"files": files, "findings": finding_rows(told)})


def _blank(folder: Path, policy: str, month: str) -> list[Written]:
    """The four workbooks without a unit; the flags in them follow the policy."""
    period = shared.period(month) if month else None
    context = Context(
        policy=shared.policy(policy), period=period, as_of=period.last if period else None
    )
    with shared.working("生成空白模板"):
        written = build_blanks(folder, context)
    _say_kept(written)
    shared.say(f"已生成 {len(written)} 个空白模板：{folder}")
    return written


def _say_kept(written: list[Written]) -> None:
    """Which workbooks stood there before, and under what name they are now."""
    for one in written:
        if one.note:
            shared.say(f"{one.path.parent}：{one.note}")


def demo(
    folder: Annotated[Path, typer.Argument(help="放进哪个文件夹")],
    schools: Annotated[int, typer.Option("--schools", min=2, help="学校数")] = 20,
    students: Annotated[int, typer.Option("--students", min=20, help="学生数")] = 3000,
    month: Annotated[
        str, typer.Option("--month", help="报告月份", autocompletion=completing.months)
    ] = "2026-10",
    seed: Annotated[int, typer.Option("--seed", help="随机种子；同一种子得到同一个县")] = 1,
    messy: Annotated[bool, typer.Option("--messy", help="掺入学校自制的表和常见差错")] = False,
    json: shared.JsonOption = None,
) -> None:
    """人名、证件号都是虚构的。同样的选项得到同样的县。

    写出：文件夹里的单位目录和“报送”文件夹，各校的材料在里面。

    例：kbbx-xl demo 虚拟县
    例：kbbx-xl demo 虚拟县 --schools 20 --students 3000 --month 2026-10 --messy
    """
    with shared.progress("造虚拟县") as show:
        make_county(
            folder,
            schools=schools,
            students=students,
            month=shared.period(month),
            seed=seed,
            messy=messy,
            progress=show,
        )
    shared.say(f"虚拟县已放在：{folder}")
    made = sum(path.is_file() for path in folder.rglob("*"))
    shared.answer(json, {"folder": folder, "files": made})


def register(app: typer.Typer) -> None:
    for command in (demo, templates, build):
        app.command(command.__name__)(command)
