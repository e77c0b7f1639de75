"""``evidence``: which papers (佐证) the cases of a unit have and lack, A–M."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.books.casework.checklist import write_checklist
from kbbx_xl.cli import inspect, shared
from kbbx_xl.flow.casework.evidence import EvidenceTotal, totals
from kbbx_xl.messages import InputError
from kbbx_xl.settings.policies import DEFAULT_POLICY

if TYPE_CHECKING:
    from kbbx_xl.cli import shapes


def evidence(
    paths: Annotated[list[Path], typer.Argument(help="登记表或台账，文件或文件夹")],
    out: Annotated[
        Path, typer.Option("-o", "--out", help="写成 .xlsx", callback=shared.workbook_name)
    ] = Path("佐证清单.xlsx"),
    month: inspect.MonthSaid = "",
    as_of: inspect.AsOfSaid = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    with_names: Annotated[
        bool, typer.Option("--with-names/--without-names", help="写不写学生姓名")
    ] = False,
    json: shared.JsonOption = None,
) -> None:
    """按核查类别（A—M）列出每个个案要哪些材料，有哪些、缺哪些，各单位备齐多少。

    写出：-o 的工作簿；不写 --with-names 时没有学生姓名。

    例：kbbx-xl evidence 登记表.xlsx
    例：kbbx-xl evidence 报送材料 --month 2026-10 -o 佐证清单.xlsx
    """
    judged = inspect.judge(paths, month, as_of, policy, directory)
    if not any(read.tables for read in judged.reads):
        shared.show_findings(judged.unread)
        raise InputError("没有读到台账，不能列出佐证")
    lists = [one for result in judged.results for one in result.checklists]
    if not with_names:
        lists = judged.hider.rows(lists)
    sums = totals(lists)
    _tell(sums)
    value = _value(judged.day, sums, sum(one.asks is None for one in lists))
    if not lists:
        shared.say(shared.NO_CASES)
        shared.answer(json, value)
        return
    if value["unverified"]:
        shared.say(f"没有核查结果的个案 {value['unverified']} 件")
    written = write_checklist(
        lists,
        out,
        as_of=judged.day,
        names=with_names,
        policy=shared.policy(policy),
        sources=inspect.root_of(paths),
    )
    shared.say(f"结果：{written}")
    shared.answer(json, {**value, "file": written.path})


def _tell(sums: Sequence[EvidenceTotal]) -> None:
    for total in sums:
        share = "" if total.share is None else f"，{total.share:.0%}"
        shared.say(
            f"{total.unit}：个案 {total.cases} 件，佐证齐全 {total.complete} 件；"
            f"应有 {total.required} 件材料，已有 {total.have} 件{share}"
        )


def _value(day: dt.date, sums: Sequence[EvidenceTotal], unverified: int) -> shapes.Evidence:
    return {
        "as_of": str(day),
        "units": [
            {
                "unit": one.unit,
                "cases": one.cases,
                "complete": one.complete,
                "required": one.required,
                "have": one.have,
            }
            for one in sums
        ],
        "unverified": unverified,
        "file": None,
    }


def register(app: typer.Typer) -> None:
    app.command("evidence")(evidence)
