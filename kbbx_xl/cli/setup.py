"""``policy``: policies shown, and a county's own as workbook and YAML, both ways."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl.books.files import verify_workbook, write_whole
from kbbx_xl.books.reading import opened
from kbbx_xl.books.setup import told
from kbbx_xl.books.setup.in_force import (
    BOOK_SUFFIXES,
    POLICY_BOOK,
    YAML_SUFFIXES,
    checksum,
    named_policy,
    read_policy_file,
)
from kbbx_xl.books.setup.own_copy import own_copy
from kbbx_xl.books.setup.policy_book import write_policy_book
from kbbx_xl.books.setup.policy_read import read_policy_book
from kbbx_xl.cli import shared
from kbbx_xl.flow.export import finding_rows
from kbbx_xl.messages import InputError
from kbbx_xl.settings.policies import Policy, all_policies
from kbbx_xl.settings.policy_text import policy_yaml


class Do(StrEnum):
    """What is to be done with a policy."""

    SHOW = "show"
    EXPORT = "export"
    IMPORT = "import"
    CHECK = "check"


def policy(
    do: Annotated[
        Do, typer.Argument(help="show 看，export 写成工作簿，import 由工作簿写成 YAML，check 检查")
    ],
    source: Annotated[
        str,
        typer.Argument(
            help="方案代号（如 tanghe），或 政策.yaml、政策.xlsx 的路径；show 不写时列出全部"
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", help="写到哪个文件；不写时放在原文件旁边", callback=shared.no_folder
        ),
    ] = None,
    json: shared.JsonOption = None,
) -> None:
    """政策方案：看一个方案，写成工作簿用 Excel 改，改好读回，检查有没有错。

    写出：export 写 政策.xlsx，import 写 政策.yaml；show、check 只看不写。

    退出码 1：工作簿里有错，什么也没有写。

    例：kbbx-xl policy show
    例：kbbx-xl policy export tanghe -o 政策.xlsx
    例：kbbx-xl policy import 政策.xlsx
    """
    if do is Do.SHOW and not source:
        _list(json)
    elif not source:
        raise InputError("要写出哪个方案：方案代号（如 tanghe），或 政策.yaml、政策.xlsx 的路径")
    elif do is Do.SHOW:
        _show(source, json)
    elif do is Do.EXPORT:
        _export(source, out)
    elif do is Do.IMPORT:
        _import(Path(source), out, json)
    else:
        _check(source, json)


def _list(json: Path | None) -> None:
    """All policies that come with the program, and what each of them says of absence."""
    rows = []
    for one in all_policies():
        ladder = "；".join(f"{step.title} {told.brief(step)}" for step in one.steps)
        rows.append((one.profile, one.title, ladder or "文件没有写天数", one.document))
    shared.show_rows(("代号", "名称", "缺勤阶梯", "执行文件"), rows, head=2, whole=("代号",))
    listed = [
        {"profile": p.profile, "title": p.title, "document": p.document} for p in all_policies()
    ]
    shared.answer(json, {"policies": listed})


def _show(source: str, json: Path | None) -> None:
    force = named_policy(source)
    one = force.policy
    shared.say(f"{force.said}\n执行文件：{one.document}")
    steps = [
        (step.title, told.brief(step), step.actor, step.action, step.source) for step in one.steps
    ]
    if steps:
        titles = ("步骤", "到线", "由谁做", "做什么", "依据")
        shared.show_rows(titles, steps, head=2, whole=("依据",))
    else:
        shared.say("文件没有规定缺勤天数，不作预警")
    own = told.changes(one)
    if own:
        rows = [(c.sheet, c.row, c.was, c.now, c.source) for c in own]
        titles = ("在哪张表", "哪一项", "原方案", "本县", "本县依据")
        shared.show_rows(titles, rows, head=2)
    shared.answer(json, _as_json(one))


def _as_json(one: Policy) -> dict[str, object]:
    changed = [
        {"sheet": c.sheet, "row": c.row, "was": c.was, "now": c.now, "source": c.source}
        for c in told.changes(one)
    ]
    steps = [
        {"title": s.title, "reached": told.brief(s), "actor": s.actor, "source": s.source}
        for s in one.steps
    ]
    return {
        "profile": one.profile, "title": one.title, "document": one.document, "base": one.base,
        "checksum": checksum(one), "steps": steps, "own": changed,
    }  # fmt: skip


def _export(source: str, out: Path | None) -> None:
    """A profile as the workbook of a county's own copy, a YAML file as the workbook beside it."""
    path = Path(source)
    if path.suffix.lower() in YAML_SUFFIXES:
        one, beside = read_policy_file(_there(path)), path.with_suffix(".xlsx")
    else:
        one, beside = own_copy(named_policy(source).policy), Path(POLICY_BOOK)
    target = shared.workbook_name(out) or beside
    written = write_whole(target, partial(write_policy_book, one), verify_workbook)
    shared.say(f"结果：{written}")


def _import(path: Path, out: Path | None, json: Path | None) -> None:
    """A workbook as YAML; nothing is written while a cell of it is wrong."""
    if path.suffix.lower() not in BOOK_SUFFIXES:
        raise InputError(f"要读回的是工作簿（.xlsx），不是“{path.name}”")
    target = out or path.with_suffix(".yaml")
    if target.suffix.lower() not in YAML_SUFFIXES:
        raise InputError(f"结果的文件名要以 .yaml 结尾：{target}")
    one, findings = opened(read_policy_book, _there(path))
    shared.show_findings(findings)
    shared.answer(json, {"findings": finding_rows(findings)})
    if one is None:
        shared.say_error("没有写出，请先改正")
        raise typer.Exit(1)
    text = policy_yaml(one)
    written = write_whole(target, lambda new: _put(new, text), _readable)
    shared.say(
        f"方案：{one.title}（{one.profile}），本县改动 {len(one.own)} 处，校验码 {checksum(one)}"
    )
    shared.say(f"结果：{written}")


def _put(new: Path, text: str) -> None:
    new.write_text(text, encoding="utf-8", newline="\n")


def _readable(new: Path) -> None:
    read_policy_file(new)


def _check(source: str, json: Path | None) -> None:
    """Findings of a workbook; of a YAML file or profile whether the strict loader takes it."""
    path = Path(source)
    if path.suffix.lower() in BOOK_SUFFIXES:
        one, findings = opened(read_policy_book, _there(path))
        shared.show_findings(findings)
        shared.answer(json, {"findings": finding_rows(findings)})
        if one is None:
            raise typer.Exit(1)
    else:
        one = named_policy(source).policy
    shared.say(
        f"方案：{one.title}（{one.profile}），本县改动 {len(one.own)} 处，校验码 {checksum(one)}"
    )


def _there(path: Path) -> Path:
    if not path.is_file():
        raise InputError(f"找不到文件：{path}")
    return path


def register(app: typer.Typer) -> None:
    app.command(policy.__name__)(policy)
