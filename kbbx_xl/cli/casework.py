"""``letters``: papers for a case, a change of school, leave, a grid, a county's month.

What it needs of Word and openpyxl is loaded in the command: no other command should wait for it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.books.checking import read_all, settled_day
from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.cli import completing, shared
from kbbx_xl.flow.hiding import Hider, children_of
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Finding, Period
from kbbx_xl.settings.letters import About, LetterForm, letter_form
from kbbx_xl.settings.policies import DEFAULT_POLICY, Policy, load_policy, stamped_policy

if TYPE_CHECKING:
    from kbbx_xl.books.letters import LettersResult, Wish
    from kbbx_xl.cli import shapes

FIRST_SHOWN = 12
HELP = """同一天同一案件不重复出。模板可以换成县里自己的。

个案：visit 家访记录单，persuade 劝返复学通知书，report 辍学报告书，order 限期复学通知书，
penalty 行政处罚告知书（草案），defer 延缓入学申请书，enrol 入学（复学）通知书，away 非户籍地辍学通报

转学：elsewhere 异地就读证明，register 学籍转接联系函，transfer 告知函，inquiry 协查函

责任书：duty_town 镇级，duty_village 村级，duty_school 校级，duty_class 班级

请假：leave 假条　　全县：bulletin 通报，summary 工作情况报告

写出：文件夹里的文书（.docx，用 --pdf 时还有 .pdf）和文书登记（.xlsx）。

退出码 1：有没出成的文书，或有文件没有读成。

例：kbbx-xl letters persuade 登记表.xlsx -o 文书 --day 2026-10-20 --mark 1a2b3
例：kbbx-xl letters bulletin 报送材料 -o 文书 --month 2026-10
"""
SourcesArgument = Annotated[
    list[Path],
    typer.Argument(help="登记表、责任人名单，或学校自己的台账；全县的写报送材料的文件夹"),
]
DayOption = Annotated[
    str,
    typer.Option(
        "--day",
        help="出文书的日子，也是学校文书的签发日期；不写时是今天",
        autocompletion=completing.days,
    ),
]
MarkOption = Annotated[
    list[str] | None,
    typer.Option("--mark", help="只出这个案件号，可写几次；不写时给每件符合的个案各出一份"),
]
TemplatesOption = Annotated[
    Path | None, typer.Option("--templates", help="县里自己的 .docx 模板所在的文件夹")
]
NumberingOption = Annotated[str, typer.Option("--numbering", help="文号里的机关代字，如 柳小")]
CalledOption = Annotated[
    str,
    typer.Option(
        "--policy",
        help="政策方案，决定文书的叫法：代号，或 政策.yaml、政策.xlsx 的路径；不写时按登记表里的",
        autocompletion=completing.policies,
    ),
]

KindArgument = Annotated[
    str,
    typer.Argument(help="哪种文书，见上；也可以写中文名", autocompletion=completing.letters),
]


def letters(
    kind: KindArgument,
    sources: SourcesArgument,
    out: Annotated[Path, typer.Option("-o", "--out", help="放进哪个文件夹")],
    day: DayOption = "",
    until: Annotated[
        str, typer.Option("--until", help="到校期限；不写时留横线", autocompletion=completing.days)
    ] = "",
    templates: TemplatesOption = None,
    numbering: NumberingOption = "",
    policy: CalledOption = "",
    mark: MarkOption = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="同时出 PDF，要有 LibreOffice")] = False,
    month: Annotated[
        str,
        typer.Option(
            "--month", help="全县文书：哪个月；不写时按材料里的", autocompletion=completing.months
        ),
    ] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", help="全县文书：截至日期", autocompletion=completing.days)
    ] = "",
    directory: shared.DirectoryOption = None,
    json: shared.JsonOption = None,
) -> int:
    """Letters of one kind; what a user reads of it is ``HELP``."""
    from kbbx_xl.books.letters import Wish, write_letters

    issued_on = shared.day(day) if day else dt.date.today()
    form = letter_form(kind)
    county = form.about is About.COUNTY
    wish = Wish(
        issued_on,
        shared.policy(policy) if policy or county else load_policy(DEFAULT_POLICY),
        templates,
        numbering,
        shared.day(until) if until else None,
        pdf,
    )
    if county:
        return _tell(_of_county(form, sources, out, wish, month, as_of, directory), [], json)
    reads = _read(sources, issued_on)
    known, calendar = load_directory(directory.parent, directory)[:2] if directory else (None, None)
    if not policy:
        wish = wish.by(_stamped(reads))
    with shared.working("写出文书"):
        result = write_letters(
            form.letter, reads, out, wish, marks=mark or None, directory=known, calendar=calendar
        )
    return _tell(result, [f for read in reads if not read.tables for f in read.findings], json)


def _read(sources: list[Path], day: dt.date) -> list[FileRead]:
    """The files; what they call children is not shown on the terminal from now on."""
    with shared.progress("读取材料") as show:
        reads = read_all(sources, Period(day.year, day.month), progress=show)
    shared.learn(Hider(children_of(reads)))
    return reads


def _stamped(reads: list[FileRead]) -> Policy:
    """The policy that the workbooks carry, where they agree; else the one beside them, or the usual one."""
    stamps = [read.own for read in reads if read.own.get("policy", "")]
    told = [stamped_policy(own) or load_policy(own["policy"]) for own in stamps]
    return told[0] if told and all(one == told[0] for one in told) else shared.policy("")


def _of_county(
    form: LetterForm,
    sources: list[Path],
    out: Path,
    wish: Wish,
    month: str,
    as_of: str,
    directory: Path | None,
) -> LettersResult:
    """A letter about the month of the county whose folder is given."""
    from kbbx_xl.books.letters import write_county_letter
    from kbbx_xl.books.one_click import Order, read_county, refuse_other_month, usual_month

    if len(sources) != 1 or not sources[0].is_dir():
        raise InputError(f"“{form.title}”由全县材料写成，请写报送材料所在的一个文件夹")
    usual, said = usual_month(sources[0], Period(wish.day.year, wish.day.month))
    period = shared.period(month) if month else usual
    until = shared.day(as_of) if as_of else settled_day(period, said, wish.day)
    order = Order(sources[0], period, until, wish.policy, directory=directory)
    with shared.progress("读取材料") as show:
        county = read_county(order, out=out, progress=show)
    refuse_other_month(county)
    return write_county_letter(form.letter, county, out, wish)


def _tell(result: LettersResult, unread: list[Finding], json: Path | None) -> int:
    """What was issued, what was not and why; 1 when something asked for was not issued."""
    from kbbx_xl.books.letters import BY_HAND

    if unread or result.findings:
        shared.show_findings([*unread, *result.findings])
    for letter in result.issued[:FIRST_SHOWN]:
        shared.say(letter.file)
    if len(result.issued) > FIRST_SHOWN:
        shared.say(f"……共 {len(result.issued)} 份")
    _tell_not_issued(result)
    if result.register is None:
        shared.say(f"没有要出的文书{'：' + result.nothing if result.nothing else ''}")
    else:
        shared.say(f"已出 {len(result.issued)} 份，登记在：{result.register}")
        if not result.dated:
            shared.say(BY_HAND)
    if result.pdf:
        shared.say(f"PDF {len(result.pdf)} 份，在同一个文件夹")
    if result.no_pdf:
        shared.say_error(result.no_pdf)
    _answer(json, result, [*unread, *result.findings])
    return 1 if result.refused or result.no_pdf else shared.exit_code(unread)


def _answer(json: Path | None, result: LettersResult, findings: list[Finding]) -> None:
    value: shapes.Letters = {
        "issued": [
            {
                "number": one.number,
                "kind": one.kind,
                "unit": one.unit,
                "mark": one.mark,
                "day": str(one.day),
                "file": one.file,
            }
            for one in result.issued
        ],
        "refused": result.refused,
        "passed": result.passed,
        "skipped": len(result.skipped),
        "register": str(result.register.path) if result.register else None,
        "pdf": [str(path) for path in result.pdf],
        "findings": shared.found(findings),
    }
    shared.answer(json, value)


def _tell_not_issued(result: LettersResult) -> None:
    if result.skipped:
        shared.say(f"{len(result.skipped)} 份当天已经出过，没有重复")
    for passed in result.passed:
        shared.say(f"没有重复出：{passed}")
    for refusal in result.refused:
        shared.say(f"没有出：{refusal}")


def register(app: typer.Typer) -> None:
    app.command("letters", help=HELP)(letters)
