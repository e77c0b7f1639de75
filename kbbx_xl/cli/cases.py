"""``case``: the history of each case as a paper of the school's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.books.casework.history import write_history
from kbbx_xl.books.files import Written
from kbbx_xl.cli import shared
from kbbx_xl.cli.inspect import AsOfSaid, Checked, MonthSaid, judge
from kbbx_xl.flow.casework.values import CaseFile
from kbbx_xl.model import Finding
from kbbx_xl.settings.policies import DEFAULT_POLICY

if TYPE_CHECKING:
    from kbbx_xl.cli import shapes

CONTRADICTIONS = frozenset(f"C{number}" for number in range(20, 40))


def case(
    paths: Annotated[list[Path], typer.Argument(help="登记表，或学校自己的台账、劝返记录")],
    out: Annotated[
        Path, typer.Option("-o", "--out", help="写成 .xlsx", callback=shared.workbook_name)
    ] = Path("个案.xlsx"),
    mark: Annotated[
        list[str] | None, typer.Option("--mark", help="只要这个案件号，可写几次；不写时每案一页")
    ] = None,
    month: MonthSaid = "",
    as_of: AsOfSaid = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    json: shared.JsonOption = None,
) -> None:
    """从首次缺勤到销号，写明日期、文书、送达和依据的行。里面有学生姓名，只留本校。

    写出：-o 的工作簿，每案一页。

    退出码 1：有文件没有读成。

    例：kbbx-xl case 登记表.xlsx
    例：kbbx-xl case 登记表.xlsx -o 个案.xlsx --mark 1a2b3
    """
    checked = judge(paths, month, as_of, policy, directory)
    unread = checked.unread
    cases = [one for result in checked.results for one in result.case_files]
    doubts = [f for f in checked.findings if f.code in CONTRADICTIONS]
    if unread or doubts:
        shared.show_findings([*unread, *doubts], sheets=checked.sheets, rest="kbbx-xl check -o")
    if not cases and not mark:
        shared.say(shared.NO_CASES)
        _answer(json, checked, [], None, [*unread, *doubts])
        raise typer.Exit(shared.exit_code(unread))
    units = "、".join(dict.fromkeys(one.unit for one in cases))
    written = write_history(cases, out, unit=units, as_of=checked.day, marks=mark or None)
    still = sum(one.open for one in cases)
    shared.say(f"个案 {len(cases)} 个，未办结 {still} 个。结果：{written}")
    _answer(json, checked, cases, written, [*unread, *doubts])
    raise typer.Exit(shared.exit_code(unread))


def _answer(
    json: Path | None,
    checked: Checked,
    cases: Sequence[CaseFile],
    written: Written | None,
    findings: Sequence[Finding],
) -> None:
    value: shapes.Cases = {
        "as_of": str(checked.day),
        "cases": len(cases),
        "open": sum(one.open for one in cases),
        "file": str(written.path) if written else None,
        "findings": shared.found(findings),
    }
    shared.answer(json, value)


def register(app: typer.Typer) -> None:
    app.command("case")(case)
