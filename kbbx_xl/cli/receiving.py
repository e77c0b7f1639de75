"""``receive`` and ``return``: what comes in from the units, and what goes back to them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl.books.package.inbox import SUBMISSIONS
from kbbx_xl.books.package.inbox import receive as take_in
from kbbx_xl.books.package.register import UNOPENED
from kbbx_xl.books.seal import read_password
from kbbx_xl.cli import privacy, shared
from kbbx_xl.flow.receipt import State

SHOWN = 40  # lines on the screen; all of them stand in 收件登记


def receive(
    inbox: Annotated[Path, typer.Argument(help="放着各单位报送包（.zip）的文件夹")],
    out: Annotated[Path, typer.Option("-o", "--out", help="放进哪个文件夹")],
    password_file: privacy.PasswordOption = None,
) -> None:
    """收件：打开所有报送包，按单位放进“报送”文件夹，登记每一包是否原样、是否有新版。

    有没打开的、封装后改动过的，退出码为 1。例：kbbx-xl receive 收件箱 -o 报送材料
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
        verdict = got.verdicts.get(record.id)
        reason = record.cause or (verdict.reason if verdict else "")
        remedy = record.remedy or (verdict.remedy if verdict else "")
        shared.say(f"  {got.state(record)}：{record.names[0]}：{reason}。{remedy}")
    if len(bad) > SHOWN:
        shared.say(f"  ……其余 {len(bad) - SHOWN} 包见收件登记")
    if got.others:
        shared.say(f"不是报送包、没有动的文件 {len(got.others)} 个：{'、'.join(got.others[:5])}")
    if got.written:
        shared.say(f"结果：{out / SUBMISSIONS}，{got.written}")
    raise typer.Exit(1 if bad else 0)


def register(app: typer.Typer) -> None:
    app.command("receive")(receive)
