"""``county`` and ``merge``: the one click for the bureau and for a central school."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from kbbx_xl.books.checking import stated
from kbbx_xl.books.consolidate import consolidate, load_directory, processes
from kbbx_xl.books.summary import write_center, write_county
from kbbx_xl.books.summary.scope import restrict
from kbbx_xl.books.upward import write_upward
from kbbx_xl.cli import shared
from kbbx_xl.flow.context import make_context
from kbbx_xl.flow.export import export
from kbbx_xl.flow.result import County
from kbbx_xl.messages import InputError

FolderArgument = Annotated[Path, typer.Argument(help="报送材料所在的文件夹")]
JobsOption = Annotated[int | None, typer.Option("--jobs", help="同时用几个进程；不写时自动决定")]
NamesOption = Annotated[
    bool, typer.Option("--with-names/--without-names", help="汇总表里写不写学生姓名")
]


def county(
    folder: FolderArgument,
    month: shared.MonthOption,
    as_of: shared.AsOfOption,
    out: Annotated[Path, typer.Option("-o", "--out", help="结果放进哪个文件夹")],
    policy: shared.PolicyOption = shared.DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    json: shared.JsonOption = None,
    jobs: JobsOption = None,
    with_roster: Annotated[
        bool, typer.Option("--with-roster", help="另写一本全县学生名册")
    ] = False,
    with_names: NamesOption = False,
) -> None:
    """一键汇总全县：报送进度、人数、预警、台账、问题清单、上报件。

    例：kbbx-xl county 报送材料 --month 2026-10 --as-of 2026-10-20 -o 汇总结果
    """
    result = _consolidate(
        folder, month, as_of, policy, directory, jobs, out=out, with_roster=with_roster
    )
    with processes(1) as beside:  # the report goes up from a process of its own meanwhile
        upward = beside.submit(write_upward, result, out, with_names=with_names)
        written = write_county(
            result, out, sources=folder, with_names=with_names, with_roster=with_roster
        )
        written += upward.result()
    if json:
        shared.write_json(json, export(result))
    _report(result, [str(path) for path in written])


def merge(
    folder: FolderArgument,
    unit: Annotated[str, typer.Option("--unit", help="中心校编码或名称")],
    month: shared.MonthOption,
    out: Annotated[Path, typer.Option("-o", "--out", help="写成哪个 .xlsx 文件")],
    as_of: Annotated[
        str, typer.Option("--as-of", help="数据截至日；不写时按材料里写的，都没写时为月末")
    ] = "",
    policy: shared.PolicyOption = shared.DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    json: shared.JsonOption = None,
    with_names: NamesOption = False,
) -> None:
    """汇总一个中心校的各校材料，并出这个中心校的上报件。

    例：kbbx-xl merge 双河镇 --unit 520100 --month 2026-10 -o 双河镇汇总.xlsx
    """
    period = shared.period(month)
    day = as_of or str(stated([folder], period)[1] or period.last)
    result = _consolidate(folder, month, day, policy, directory, None, out=out, with_roster=False)
    center = result.directory.named(unit)
    if center is None or not center.is_center:
        known = "、".join(f"{u.code} {u.name}" for u in result.directory.centers)
        raise InputError(f"单位目录里没有中心校“{unit}”。可用的有：{known}")
    part = restrict(result, center)
    written = [write_center(part, center, out, sources=folder, with_names=with_names)]
    written += write_upward(result, out.parent, unit=center, with_names=with_names)
    if json:
        shared.write_json(json, export(part))
    _report(part, [str(path) for path in written])


def _consolidate(
    folder: Path, month: str, as_of: str, policy: str, directory: Path | None, jobs: int | None, *, out: Path, with_roster: bool
) -> County:  # fmt: skip
    period, day = shared.period(month), shared.day(as_of)
    shared.within(period, day)
    known, calendar, findings, own = load_directory(folder, directory)
    context, doubts = make_context(period, day, shared.policy(policy), known, calendar)
    with Progress(console=shared.errors, transient=True, auto_refresh=False) as bar:
        task = bar.add_task("读取材料", total=None)
        return consolidate(
            folder,
            context,
            own_files=own | _earlier_results(folder, out),
            findings=[*findings, *doubts],
            jobs=jobs,
            with_roster=with_roster,
            progress=lambda done, total: bar.update(
                task, completed=done, total=total, refresh=True
            ),
        )


def _earlier_results(folder: Path, out: Path) -> set[Path]:
    """What earlier runs left below ``folder``: no submissions, so that a second run says the same."""
    if not folder.is_dir() or out.resolve() == folder.resolve():
        return set()
    place, kept = out.resolve(), f"{out.stem}_"  # backups are called after the result
    return {
        path
        for path in folder.rglob("*")
        if (whole := path.resolve()).is_relative_to(place)
        or (whole.parent == place.parent and path.name.startswith(kept) and out.suffix)
    }


def _report(county: County, written: list[str]) -> None:
    """What came, what did not, and where the results are."""
    sent = [p for p in county.progress if p.status != "未报"]
    missing = [p.unit for p in county.progress if p.status == "未报"]
    shared.say(f"{county.month.label}：应报 {len(county.progress)} 个单位，已报 {len(sent)} 个")
    if missing:
        shared.say(f"未报：{'、'.join(missing)}")
    for line in county.progress:
        if line.status in ("缺项", "错月"):
            detail = "、".join(line.missing) or line.wrong_month
            shared.say(f"{line.status}：{line.unit}（{detail}）")
    enrolled = sum(t.enrolled for t in county.totals)
    shared.say(
        f"在校生 {enrolled} 人；连续旷课记录 {len(county.runs)} 条；问题 {len(county.findings)} 条"
    )
    shared.say("结果：")
    for path in written:
        shared.say(f"  {path}")


def register(app: typer.Typer) -> None:
    app.command("county")(county)
    app.command("merge")(merge)
