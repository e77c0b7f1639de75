"""``doctor``: what this machine has, what is wrong, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kbbx_xl.cli import shared
from kbbx_xl.excel.doctor.machine import this_machine
from kbbx_xl.excel.doctor.report import BAD, GOOD, NOT_HERE, render, report

if TYPE_CHECKING:
    from kbbx_xl.cli import office_shapes

STATES = {GOOD: "good", BAD: "wrong", NOT_HERE: "does not apply"}


def doctor(json: shared.JsonOption = None) -> None:
    """✓ 正常，✗ 有问题（后面写着怎么办），— 不适用。

    写出：只显示，不写文件。

    退出码 1：有一项有问题。

    例：kbbx-xl doctor
    """
    machine = this_machine()
    checks = report(machine)
    for line in render(checks, machine.home):
        shared.say(line)
    value: office_shapes.Doctor = {
        "checks": [
            {
                "name": one.name,
                "state": STATES[one.state],
                "text": one.text,
                "remedy": one.remedy if one.state == BAD else "",
            }
            for one in checks
        ]
    }
    shared.answer(json, value)
    if any(check.state == BAD for check in checks):
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    app.command(doctor.__name__)(doctor)
