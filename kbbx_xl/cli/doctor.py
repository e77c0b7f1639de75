"""``doctor``: what this machine has, what is wrong, what to do."""

from __future__ import annotations

import typer

from kbbx_xl.cli import shared
from kbbx_xl.excel.doctor.machine import this_machine
from kbbx_xl.excel.doctor.report import BAD, render, report


def doctor() -> None:
    """✓ 正常，✗ 有问题（后面写着怎么办），— 不适用。

    写出：只显示，不写文件。

    退出码 1：有一项有问题。

    例：kbbx-xl doctor
    """
    machine = this_machine()
    checks = report(machine)
    for line in render(checks, machine.home):
        shared.say(line)
    if any(check.state == BAD for check in checks):
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    app.command(doctor.__name__)(doctor)
