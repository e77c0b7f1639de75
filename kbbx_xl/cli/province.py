"""``province``: every county of a province, and one table of their sums."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl.books.province import (
    ProvinceOrder,
    consolidate_province,
    counties_of,
    in_words,
    policies_of,
    write_province,
)
from kbbx_xl.cli import engines, shared
from kbbx_xl.cli.county import CacheOption, JobsOption
from kbbx_xl.settings.policies import DEFAULT_POLICY


def province(
    folder: Annotated[Path, typer.Argument(help="全省的文件夹：一个县一个子文件夹")],
    month: shared.MonthOption,
    as_of: shared.AsOfOption,
    out: Annotated[Path, typer.Option("-o", "--out", help="结果放进哪个文件夹")],
    policy: shared.PolicyOption = DEFAULT_POLICY,
    policies: Annotated[
        Path | None,
        typer.Option(
            "--policies",
            help="各县的方案，.yaml 文件，一行一个“县的文件夹名: 方案”；没写的县用它文件夹里的 政策.yaml、政策.xlsx，没有时用 --policy",
            callback=shared.no_folder,
        ),
    ] = None,
    json: shared.JsonOption = None,
    jobs: JobsOption = None,
    password_file: shared.PasswordsOption = None,
    ask_password: shared.AskOption = False,
    cache: CacheOption = True,
    engine: engines.EngineOption = engines.EngineName.PROCESSES,
    scheduler: engines.SchedulerOption = "",
    keys: engines.KeysOption = None,
) -> int:
    """一个县一个子文件夹，照 county 汇总；结果放进各自的文件夹，再出一张一县一行的总表。

    写出：结果文件夹里的全省汇总（.xlsx），一县一个文件夹的全县汇总和上报件；没有学生姓名。

    退出码 1：有县没有汇总成（一个也没有时是 2）。

    例：kbbx-xl province 全省 --month 2026-10 --as-of 2026-10-20 -o 全省结果
    """
    order = ProvinceOrder(
        folder,
        shared.period(month),
        shared.day(as_of),
        shared.policy(policy),
        policies_of(policies) if policies else {},
        jobs=jobs,
        passwords=shared.passwords(password_file, ask_password),
        cache=engines.cache_of(engine) if cache else None,
    )
    counties = counties_of(order, out)
    with engines.engine(engine, scheduler, keys, jobs) as made, shared.progress("汇总各县") as show:
        found = consolidate_province(counties, made, show)
    with shared.json_file(json) as target:
        written = write_province(found, order, out, json=target)
        told = (f"  {one}" for one in shared.lasting(written, json))
        for line in (*in_words(found), "结果：", *told):
            shared.say(line)
    return 0 if not found.failed else 1 if len(found.failed) < len(found.lines) else 2


def register(app: typer.Typer) -> None:
    app.command("province")(province)
