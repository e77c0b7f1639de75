"""``init`` and ``policy``: setting up a county, and its own policy as workbook and YAML, both ways."""

from __future__ import annotations

import datetime as dt
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl.books.files import verify_workbook, write_whole
from kbbx_xl.books.reading import opened
from kbbx_xl.books.setup import told
from kbbx_xl.books.setup.county import CountySetup
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
from kbbx_xl.books.setup.settings_book import write_settings_book
from kbbx_xl.books.setup.settings_read import read_settings_book
from kbbx_xl.books.setup.start import SETTINGS, Started, start_county
from kbbx_xl.cli import office_shapes, shared
from kbbx_xl.cli.asking import ask_for_county, county_of, unnamed_county
from kbbx_xl.flow.export import finding_rows
from kbbx_xl.messages import InputError
from kbbx_xl.settings.policies import Policy, all_policies
from kbbx_xl.settings.policy_text import policy_yaml

NEXT = (
    "下一步：",
    "  1. 打开“开工清单.xlsx”，看谁在哪天前做什么",
    "  2. 把“模板”文件夹里各单位的文件夹发下去",
    "  3. 收到的文件放进“报送”里该单位的文件夹",
    "  4. 汇总：kbbx-xl county {folder} --month {month} --as-of {due} -o {out}",
)


def init(
    folder: Annotated[
        Path | None, typer.Argument(help="建在哪个文件夹；只要空白设置表（--blank）时不写")
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option("--from", help="填好的设置表；给了就不问", callback=shared.no_folder),
    ] = None,
    blank: Annotated[
        Path | None,
        typer.Option("--blank", help="只写一本空白的设置表", callback=shared.workbook_name),
    ] = None,
    json: shared.JsonOption = None,
) -> None:
    """建县：问几个问题，或读一本填好的设置表，写出一个县开张要用的全部文件。

    写出：设置.xlsx、单位目录.xlsx、政策.xlsx 和 政策.yaml、模板（每个单位一套）、报送（空文件夹）、开工清单.xlsx、说明.txt。您改过的文件不动，没改过的才更新。

    退出码 1：设置表里有错，什么也没有写。

    例：kbbx-xl init 青禾县
    例：kbbx-xl init --blank 设置.xlsx
    例：kbbx-xl init 青禾县 --from 设置.xlsx
    """
    if blank is not None:
        write = partial(write_settings_book)
        shared.say(f"结果：{write_whole(blank, write, verify_workbook)}")
        shared.say(f"填好后：kbbx-xl init 文件夹 --from {blank}")
        return
    if folder is None:
        raise InputError("要写出建在哪个文件夹，如：kbbx-xl init 青禾县")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"“{folder}”是文件，不是文件夹")
    made = _from_book(_there(settings), json) if settings else _from_answers(folder)
    if made is None:
        return
    with shared.progress("建县") as show:
        started = start_county(made, folder, settings=settings, progress=show)
    _say_started(made, started, folder, json)


def _from_book(path: Path, json: Path | None) -> CountySetup:
    """What a settings workbook says; exit code 1 while something in it is wrong."""
    made, findings = opened(read_settings_book, path)
    if findings:
        shared.show_findings(findings)
    if made is None:
        shared.answer(json, {"findings": finding_rows(findings)})
        shared.say_error("没有写出，请改好设置表再运行一次")
        raise typer.Exit(1)
    return made


def _from_answers(folder: Path) -> CountySetup | None:
    """What is answered on the terminal; None when the names of schools are still to be filled."""
    if not _can_ask():
        raise InputError(
            "这里不能问答：先 kbbx-xl init --blank 设置.xlsx，填好后用 --from 设置.xlsx"
        )
    answers = ask_for_county(dt.date.today())
    if not answers.unnamed:
        return county_of(answers)
    target = folder / SETTINGS
    write = partial(write_settings_book, setup=unnamed_county(answers))
    shared.say(f"结果：{write_whole(target, write, verify_workbook)}")
    shared.say(f"打开它，在“单位”表填好学校名称，再运行：kbbx-xl init {folder} --from {target}")
    return None


def _can_ask() -> bool:
    """Whether somebody sits at the terminal."""
    return sys.stdin.isatty()


def _say_started(made: CountySetup, started: Started, folder: Path, json: Path | None) -> None:
    """What lies where now, what was left as it was, and what comes next."""
    policy = made.policy
    shared.say(
        f"{made.county}已建好：{started.units} 个单位，{len(started.written)} 个文件，在“{folder}”"
    )
    shared.say(f"方案：{policy.title}（{policy.profile}），本县改动 {len(policy.own)} 处")
    for one in started.written:
        if one.note:
            shared.say(one.note)
    for path in started.kept:
        shared.say(f"没有动（您改过）：{path.relative_to(folder)}")
    place = {"folder": folder, "month": made.month, "due": made.due, "out": "汇总结果"}
    for line in NEXT:
        shared.say(line.format(**place))
    shared.answer(json, _started(policy, started, folder))


def _started(policy: Policy, started: Started, folder: Path) -> office_shapes.SetUp:
    return {
        "folder": str(folder),
        "policy": policy.profile,
        "units": started.units,
        "written": [str(one.path) for one in started.written],
        "kept": [str(path) for path in started.kept],
    }


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
    for command in (init, policy):
        app.command(command.__name__)(command)
