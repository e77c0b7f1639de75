"""``receive`` and ``return``: what comes in from the units, and what goes back to them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.books.files import Written
from kbbx_xl.books.package.inbox import SUBMISSIONS, Received
from kbbx_xl.books.package.inbox import receive as take_in
from kbbx_xl.books.package.register import UNOPENED, Record
from kbbx_xl.books.seal import read_password
from kbbx_xl.cli import completing, inspect, privacy, shared
from kbbx_xl.flow.receipt import State
from kbbx_xl.flow.returning import Return, returns
from kbbx_xl.messages import InputError
from kbbx_xl.model import Directory
from kbbx_xl.settings.policies import DEFAULT_POLICY

if TYPE_CHECKING:
    from kbbx_xl.cli import office_shapes

SHOWN = 40  # lines on the screen; all of them stand in 收件登记


def receive(
    inbox: Annotated[Path, typer.Argument(help="放着各单位报送包（.zip）的文件夹")],
    out: Annotated[Path, typer.Option("-o", "--out", help="放进哪个文件夹")],
    password_file: privacy.PasswordOption = None,
    json: shared.JsonOption = None,
) -> None:
    """打开所有报送包，按单位放进“报送”文件夹，登记每一包是否原样、是否有新版。收件箱不动。

    写出：文件夹里的“报送”和收件登记（.xlsx）。

    退出码 1：有没打开的、封装后改动过的。

    例：kbbx-xl receive 收件箱 -o 报送材料
    """
    password = read_password(password_file) if password_file else None
    with shared.progress("打开报送包") as show:
        got = take_in(inbox, out, now=dt.datetime.now().astimezone(), password=password, tell=show)
    counts = Counter(map(got.state, got.records))
    shared.say(
        "，".join(f"{state} {number} 包" for state, number in counts.items()) or "没有报送包"
    )
    bad = [r for r in got.records if got.state(r) in (UNOPENED, State.CHANGED)]
    for record in bad[:SHOWN]:
        reason, remedy = _why(got, record)
        shared.say(f"  {got.state(record)}：{record.names[0]}：{reason}。{remedy}")
    if len(bad) > SHOWN:
        shared.say(f"  ……其余 {len(bad) - SHOWN} 包见收件登记")
    if got.others:
        shared.say(f"不是报送包、没有动的文件 {len(got.others)} 个：{'、'.join(got.others[:5])}")
    if got.written:
        shared.say(f"结果：{out / SUBMISSIONS}，{got.written}")
    shared.answer(json, _value(got, out))
    raise typer.Exit(1 if bad else 0)


def _why(got: Received, record: Record) -> tuple[str, str]:
    """What is wrong with a package, and what to do; empty when nothing is."""
    verdict = got.verdicts.get(record.id)
    reason = record.cause or (verdict.reason if verdict else "")
    return reason, record.remedy or (verdict.remedy if verdict else "")


def _value(got: Received, out: Path) -> office_shapes.Received:
    packages: list[office_shapes.Package] = []
    for record in got.records:
        reason, remedy = _why(got, record)
        packages.append(
            {
                "name": record.names[0],
                "state": got.state(record),
                "unit": record.unit,
                "month": record.month,
                "reason": reason,
                "remedy": remedy,
            }
        )
    return {
        "packages": packages,
        "others": list(got.others),
        "folder": str(out / SUBMISSIONS) if got.written else None,
        "register": str(got.written.path) if got.written else None,
    }


ReasonOption = Annotated[
    list[str] | None, typer.Option("--reason", help="另写的退回原因，可以写几次")
]


def send_back(
    sources: Annotated[list[Path], typer.Argument(help="报送材料：文件夹，或登记表等文件")],
    out: Annotated[
        Path, typer.Option("-o", "--out", help="写成哪个 .xlsx；用 --all 时是放退回单的文件夹")
    ],
    unit: Annotated[
        str,
        typer.Option("--unit", help="退给哪个单位（名称或编码）", autocompletion=completing.units),
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="有“错误”的单位各出一份")] = False,
    reason: ReasonOption = None,
    month: inspect.MonthSaid = "",
    as_of: inspect.AsOfSaid = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    json: shared.JsonOption = None,
) -> None:
    """写明原因、在哪个单元格、怎么办，附回执；不写学生姓名。

    写出：-o 的退回单（.xlsx）；用 --all 时每个有“错误”的单位一份。

    例：kbbx-xl return 报送材料 --unit 双河镇中心小学 --month 2026-10 -o 退回_双河镇中心小学.xlsx
    例：kbbx-xl return 报送材料 --all --month 2026-10 -o 退回
    """
    from kbbx_xl.books.returning import return_name, write_return  # noqa: PLC0415 (XlsxWriter)

    if every == bool(unit):
        raise InputError("退给一个单位写 --unit，有“错误”的都退写 --all，二者选一")
    if not every:
        shared.workbook_name(out)
    checked = inspect.judge(sources, month, as_of, policy, directory)
    found = returns(
        checked.results, month=checked.month, day=checked.day, policy=shared.policy(policy),
        directory=checked.directory, reasons=reason or (),
    )  # fmt: skip
    wanted = [one for one in found if one.errors]
    chosen = wanted if every else [_of(found, unit, checked.directory)]
    typed = {text.strip() for text in reason or ()}
    if any(not set(one.reasons) <= typed for one in chosen):
        shared.say("另写的原因里有学生姓名或号码，已用 ＊＊ 代替")
    sent: list[office_shapes.SentBack] = []
    for one in chosen:
        target = out / return_name(one.unit) if every else out
        told = f"原因 {len(one.reasons) + len(one.errors)} 条，请核实 {len(one.doubts)} 条"
        written = write_return(one, target)
        shared.say(f"{one.unit}：{told}。结果：{written}")
        sent.append(_sent(one, written))
    if not chosen:
        shared.say("没有有“错误”的单位，没有写出退回单")
    shared.answer(json, {"month": checked.month, "as_of": checked.day, "returns": sent})


def _sent(one: Return, written: Written) -> office_shapes.SentBack:
    return {
        "unit": one.unit,
        "reasons": list(one.reasons),
        "errors": len(one.errors),
        "doubts": len(one.doubts),
        "file": str(written.path),
    }


def _of(found: Sequence[Return], unit: str, directory: Directory | None) -> Return:
    """The return of the unit of that name or code; InputError when there is nothing to send back."""
    known = directory.named(unit) if directory else None
    name = known.name if known else unit
    one = next((r for r in found if r.unit == name), None)
    if one is None and known:
        raise InputError(f"没有收到“{name}”的材料，没有可以退回的")
    if one is None:
        names = "、".join(r.unit for r in found) or "（没有）"
        raise InputError(f"没有单位“{unit}”。送来材料的有：{names}")
    if not one.due:
        raise InputError(f"“{name}”的材料没有“错误”；仍要退回的，用 --reason 写明原因")
    return one


def register(app: typer.Typer) -> None:
    app.command("receive")(receive)
    app.command("return")(send_back)
