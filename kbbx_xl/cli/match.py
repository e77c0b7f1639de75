"""``match``: comparing two lists of people (人籍比对).

What it compares and writes with is loaded in the command: no other command should wait for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.cli import completing, shared
from kbbx_xl.flow.hiding import Hider, children_of
from kbbx_xl.messages import InputError
from kbbx_xl.model import Finding, Period
from kbbx_xl.settings.indicators import load_indicators
from kbbx_xl.settings.policies import DEFAULT_POLICY

if TYPE_CHECKING:
    from kbbx_xl.books.files import Written
    from kbbx_xl.cli import shapes
    from kbbx_xl.flow.match_lists import MatchLists
    from kbbx_xl.flow.matching import Ages
    from kbbx_xl.settings.comparisons import Comparison

RostersArgument = Annotated[
    list[Path] | None,
    typer.Argument(help="学籍（或辍学台账）一方：登记表、学籍导出，文件或文件夹"),
]

AgainstOption = Annotated[
    list[Path] | None,
    typer.Option("--against", help="对方名单，可写几次；不写时与登记表里的点名表比"),
]

KindOption = Annotated[
    str,
    typer.Option(
        "--as",
        help="哪种比对：到校 户籍 脱贫户 脱贫户名单 辍学脱贫户 残联 辍学残联",
        autocompletion=completing.comparisons,
    ),
]

MonthOption = Annotated[
    str,
    typer.Option("--month", help="哪个月；不写时按文件里写的", autocompletion=completing.months),
]


def match(
    rosters: RostersArgument = None,
    against: AgainstOption = None,
    kind: KindOption = "",
    answers: Annotated[
        Path | None,
        typer.Option("--answers", help="读回答过的比对结果", callback=shared.workbook_name),
    ] = None,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="写成 .xlsx", callback=shared.workbook_name)
    ] = Path("人籍比对.xlsx"),
    month: MonthOption = "",
    as_of: Annotated[
        str,
        typer.Option("--as-of", help="年龄算到哪天；不写时是今天", autocompletion=completing.days),
    ] = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    json: shared.JsonOption = None,
) -> int:
    """学籍与在校，或与户籍、残联、脱贫户等名单比。拿不准的列出来由人确认，不自动合并。

    在“待人工确认”里选好是、否以后，用 --answers 读回来，得到最后的名单。

    写出：-o 的工作簿，里面有学生姓名，只留本单位。

    退出码 1：读回答复时，有填得不对的。

    例：kbbx-xl match 登记表.xlsx
    例：kbbx-xl match 学籍.xlsx --against 户籍名册.xlsx --as 户籍 -o 比对.xlsx
    例：kbbx-xl match --answers 比对.xlsx -o 结果.xlsx
    """
    if answers:
        return _read_back(answers, out, json, alone=not (rosters or against or kind))
    if not rosters:
        raise InputError("请写出学籍一方的文件，或用 --answers 读回答过的比对结果")
    from kbbx_xl.flow.matching import Ages
    from kbbx_xl.settings.comparisons import named

    wanted, rules = named(kind) if kind else None, shared.policy(policy)
    ages = Ages(rules.age_low, rules.age_high, shared.day(as_of) if as_of else dt.date.today())
    said = shared.period(month) if month else None
    _compare((rosters, against or []), out, month=said, wanted=wanted, ages=ages, json=json)
    return 0


def _compare(
    sides: tuple[list[Path], list[Path]],
    out: Path,
    *,
    month: Period | None,
    wanted: Comparison | None,
    ages: Ages,
    json: Path | None,
) -> None:
    """Read both sides, compare them, write the result."""
    from kbbx_xl.books.match import match_reads, read_people, write_match
    from kbbx_xl.flow.match_lists import lists_of

    today = dt.date.today()
    with shared.working("读取名单"):
        (left, right), root = read_people(*sides, period=month or Period(today.year, today.month))
    shared.learn(Hider(children_of([*left, *right])))
    findings = [f for read in (*left, *right) for f in read.findings]
    if findings:
        shared.show_findings(findings)
    lists = lists_of(match_reads(left, right, month=month, comparison=wanted, ages=ages))
    _tell(lists)
    written = write_match(lists, out, sources=root)
    shared.say(f"结果：{written}")
    _answer(json, lists, written, findings)


def _read_back(answered: Path, out: Path, json: Path | None, *, alone: bool) -> int:
    """The final lists of an answered result; what is wrong with the answers is told."""
    from kbbx_xl.books.match import write_match
    from kbbx_xl.books.match_answers import read_answers

    if not alone:
        raise InputError("读回答复时只写 --answers 和 -o：名单已在比对结果里")
    lists, findings = read_answers(answered)
    if findings:
        shared.show_findings(findings)
    _tell(lists)
    written = write_match(lists, out)
    shared.say(f"结果：{written}")
    _answer(json, lists, written, findings)
    return shared.exit_code(findings)


def _tell(lists: MatchLists) -> None:
    """How many stand where, and what else the front of the result says."""
    one = lists.comparison
    alone, other, both = lists.counts
    shared.say(
        f"{one.left.title} {lists.rows[0]} 行，{one.right.title} {lists.rows[1]} 行："
        f"{one.both.sheet} {both} 对，待人工确认 {len(lists.doubts)} 对，"
        f"{one.only_left.sheet} {alone} 行，{one.only_right.sheet} {other} 行"
    )
    for note in lists.notes:
        shared.say(note)
    if one.indicator:
        agreed, compared = lists.agreement
        shared.say(f"{load_indicators()[one.indicator].title}：{agreed}÷{compared}")


def _answer(
    json: Path | None, lists: MatchLists, written: Written, findings: Sequence[Finding]
) -> None:
    alone, other, both = lists.counts
    value: shapes.Matched = {
        "left": lists.comparison.left.title,
        "right": lists.comparison.right.title,
        "left_rows": lists.rows[0],
        "right_rows": lists.rows[1],
        "both": both,
        "only_left": alone,
        "only_right": other,
        "doubts": len(lists.doubts),
        "notes": list(lists.notes),
        "file": str(written.path),
        "findings": shared.found(findings),
    }
    shared.answer(json, value)


def register(app: typer.Typer) -> None:
    app.command("match")(match)
