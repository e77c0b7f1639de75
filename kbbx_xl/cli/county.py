"""``county`` and ``merge``: the one click for the bureau and for a central school."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl.books.cache import default_cache
from kbbx_xl.books.checking import stated
from kbbx_xl.books.files import Written
from kbbx_xl.books.one_click import (
    Order,
    in_words,
    read_county,
    refuse_other_month,
    write_all,
    write_of_center,
)
from kbbx_xl.cli import completing, engines, shared
from kbbx_xl.cli.tables import show_standings
from kbbx_xl.flow.result import County
from kbbx_xl.flow.standing import Standing, by_center, by_school
from kbbx_xl.settings.policies import DEFAULT_POLICY

FolderArgument = Annotated[Path, typer.Argument(help="报送材料所在的文件夹")]
JobsOption = Annotated[int | None, typer.Option("--jobs", help="同时用几个进程；不写时自动决定")]
CacheOption = Annotated[
    bool,
    typer.Option(
        "--cache/--no-cache", help="没有变过的文件用不用上次算好的；结果一样，只是快慢不同"
    ),
]
NamesOption = Annotated[
    bool | None,
    typer.Option(
        "--with-names/--without-names",
        help="汇总表里写不写学生姓名；不写时表里没有姓名，JSON 里仍有证件号，写了 --without-names 才没有",
    ),
]


def county(
    folder: FolderArgument,
    month: shared.MonthOption,
    as_of: shared.AsOfOption,
    out: Annotated[Path, typer.Option("-o", "--out", help="结果放进哪个文件夹")],
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    json: shared.JsonOption = None,
    jobs: JobsOption = None,
    with_roster: Annotated[
        bool, typer.Option("--with-roster", help="另写一本全县学生名册")
    ] = False,
    with_names: NamesOption = None,
    password_file: shared.PasswordsOption = None,
    ask_password: shared.AskOption = False,
    cache: CacheOption = True,
    engine: engines.EngineOption = engines.EngineName.PROCESSES,
    scheduler: engines.SchedulerOption = "",
    keys: engines.KeysOption = None,
) -> None:
    """读文件夹里的全部报送材料，逐校核对，各校之间核对，再一次写出全部结果。

    结果或全部是新的，或全部不动；原有的结果改名留着。材料不改动。

    写出：结果文件夹里的全县汇总、上报（.xlsx）、上报说明（.docx）、采用登记；没有学生姓名。

    例：kbbx-xl county 报送材料 --month 2026-10 --as-of 2026-10-20 -o 汇总结果
    例：kbbx-xl county 报送材料 --month 2026-10 --as-of 2026-10-20 -o 汇总结果 --with-roster --json 全县.json
    """
    order = Order(
        folder,
        shared.period(month),
        shared.day(as_of),
        shared.policy(policy),
        directory=directory,
        jobs=jobs,
        with_roster=with_roster,
        with_names=bool(with_names),
        passwords=shared.passwords(password_file, ask_password),
        cache=engines.cache_of(engine) if cache else None,
    )
    if engine is not engines.EngineName.PROCESSES:  # the same path on every machine
        order = replace(order, folder=folder.absolute())
    with engines.engine(engine, scheduler, keys, jobs) as made:
        result = _read(replace(order, engine=made), out)
    with shared.json_file(json) as target:
        with shared.working("写出结果"):
            written = write_all(result, order, out, json=target, with_keys=with_names is not False)
        _report(result, by_center(result), "中心校", shared.lasting(written, json))


def merge(
    folder: FolderArgument,
    unit: Annotated[
        str, typer.Option("--unit", help="中心校编码或名称", autocompletion=completing.units)
    ],
    month: shared.MonthOption,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="写成哪个 .xlsx 文件", callback=shared.workbook_name)
    ],
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of",
            help="截至日期；不写时按材料里写的，都没写时为月末",
            autocompletion=completing.days,
        ),
    ] = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    json: shared.JsonOption = None,
    with_names: NamesOption = None,
    password_file: shared.PasswordsOption = None,
    ask_password: shared.AskOption = False,
    cache: CacheOption = True,
) -> None:
    """读文件夹里的材料，只写单位目录里属于这个中心校的部分。

    写出：-o 的汇总工作簿，同一文件夹里的上报（.xlsx）和上报说明（.docx）；没有学生姓名。

    例：kbbx-xl merge 双河镇 --unit 520100 --month 2026-10 -o 双河镇汇总.xlsx
    """
    period = shared.period(month)
    day = as_of or str(stated([folder], period, month=period)[1] or period.last)
    order = Order(
        folder,
        period,
        shared.day(day),
        shared.policy(policy),
        directory=directory,
        with_names=bool(with_names),
        passwords=shared.passwords(password_file, ask_password),
        cache=default_cache() if cache else None,
    )
    whole = _read(order, out)
    with shared.json_file(json) as target:
        with shared.working("写出结果"):
            part, written = write_of_center(
                whole, order, unit, out, json=target, with_keys=with_names is not False
            )
        _report(part, by_school(part), "单位", shared.lasting(written, json))


def _read(order: Order, out: Path) -> County:
    """Read the folder under a progress bar; InputError when all of it is for another month."""
    with shared.progress("读取材料") as show:
        county = read_county(order, out=out, progress=show)
    refuse_other_month(county)
    return county


def _report(county: County, standings: list[Standing], title: str, written: list[Written]) -> None:
    """What came, what did not, how every part stands, and where the results are."""
    for line in in_words(county):
        shared.say(line)
    show_standings(title, standings)
    shared.say("结果：")
    for one in written:
        shared.say(f"  {one}")


def register(app: typer.Typer) -> None:
    app.command("county")(county)
    app.command("merge")(merge)
