"""Letters (文书): their templates, and batches of them with a register of what was issued."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kbbx_xl.books.checking import own_calendar, refuse_unread
from kbbx_xl.books.files import Written
from kbbx_xl.books.letters.build import build_templates
from kbbx_xl.books.letters.register import Issued, next_number, read_register, register_result
from kbbx_xl.books.letters.template import fill, template_path, used_names, verify_letter
from kbbx_xl.books.pdf import to_pdf
from kbbx_xl.books.writing.results import Result, write_set
from kbbx_xl.books.writing.room import at_work
from kbbx_xl.flow.context import NO_POLICY
from kbbx_xl.flow.hiding import Hider, children_of
from kbbx_xl.flow.letters import SHEETS, Ask, Subject, county_letter, date_words, subjects_of
from kbbx_xl.flow.result import County
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import InputError, KbbxError
from kbbx_xl.model import CalendarSheet, Directory, FileRead, Finding, Kind
from kbbx_xl.settings.letters import NAME, About, LetterForm, letter_fields, letter_form
from kbbx_xl.settings.policies import Policy

__all__ = [
    "BY_HAND",
    "Issued",
    "LettersResult",
    "Wish",
    "build_templates",
    "write_county_letter",
    "write_letters",
]

BLANK = "＿"
DATE = "签发日期"
BY_HAND = "这种文书的落款日期没有印，由签发或者签名的人填写。"
NO_DATE = "＿＿＿＿年＿＿月＿＿日"
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
LONGEST_UNIT = 40  # characters of a unit's name in a file name
NO_ROW = {
    About.CASE: "所选的行不在疑似辍学台账或辍学台账里",
    About.CHANGE: "所选的行不在学籍异动、适龄儿童台账或辍学台账里",
    About.LEAVE: "所选的行不在缺勤登记里",
    About.GRID: "所选的行不在这一级的网格名单里",
}


@dataclass(slots=True)
class LettersResult:
    """What a batch did.  ``skipped``: letters issued before for the same case on the same day.

    ``refused``: sheet, row and status of cases the letter would say something untrue of, ``passed``:
    those that have it already by 办理记录.  ``dated``: the letters carry their 签发日期; else whoever issues or signs them writes it by hand.
    """

    issued: list[Issued] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    nothing: str = ""  # why the batch is empty
    skipped: list[Issued] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    pdf: list[Path] = field(default_factory=list)
    no_pdf: str = ""  # why there are none though they were asked for
    dated: bool = True
    register: Written | None = None  # None when nothing was issued


@dataclass(frozen=True, slots=True)
class Wish:
    """How letters are to be made, whatever they are about.

    ``templates``: folder of a county's own .docx.  ``numbering``: the issuer's word in a 文号 (机关代字);
    "" leaves a line.  ``until``: the day by which the child is to be back; None leaves a line, as no
    document says how long 限期 is.  ``policy``: what its document calls the letters, who approves leave.
    """

    day: dt.date
    policy: Policy = NO_POLICY
    templates: Path | None = None
    numbering: str = ""
    until: dt.date | None = None
    pdf: bool = False

    def by(self, policy: Policy) -> Wish:
        """The same wish by another policy."""
        return dataclasses.replace(self, policy=policy)


def write_letters(
    kind: str,
    reads: Sequence[FileRead],
    folder: Path,
    wish: Wish,
    *,
    rows: Collection[tuple[str, int]] | None = None,
    marks: Collection[str] | None = None,
    directory: Directory | None = None,
    calendar: CalendarSheet | None = None,
) -> LettersResult:
    """Write one letter a row into ``folder`` and enter it in 文书登记.xlsx there.

    ``kind``: id or title of a letter.  ``rows``: (sheet, row from 1) of the chosen rows; None takes
    every row the letter is for.  ``marks``: 案件号 (案码 of other letters) of the chosen.  A case in another status, or with 销号日期 filled in, is refused,
    chosen or not.
    Raises InputError (kind, template, rows, unreadable files, ``until`` before ``day``, register open)
    and OutputError.
    """
    form = letter_form(kind)
    if form.about is About.COUNTY:
        raise InputError(f"“{form.title}”由全县材料写成，请给出全县报送材料的文件夹")
    if wish.until is not None and wish.until < wish.day:
        raise InputError(f"到校期限（{wish.until}）早于签发日期（{wish.day}），请核对两个日期")
    if form.by_choice and rows is None and marks is None:
        said = "请用 --mark 指定案件号，或在台账里选中要出的行"
        raise InputError(f"“{form.title}”不是每件在办个案都要出：{said}")
    refuse_unread(reads)
    ask = Ask(
        form,
        wish.day,
        rows,
        marks,
        directory or Directory(()),
        calendar or own_calendar(reads),
        wish.policy,
    )
    subjects, findings = subjects_of(reads, ask)
    if unknown := sorted(set(marks or ()) - {one.mark for one in subjects}):
        raise InputError(f"没有案件号“{'”“'.join(unknown)}”，或它不在这种文书依据的表里")
    if rows is not None and not subjects:
        raise InputError(NO_ROW[form.about])
    hider = Hider(children_of(reads), (unit.name for unit in ask.directory.units))
    result = _issue(form, subjects, findings, folder, wish, hider)
    result.nothing = "" if subjects else _why_nothing(form, reads)
    return result


def _why_nothing(form: LetterForm, reads: Sequence[FileRead]) -> str:
    """Why no row gets the letter, none being refused."""
    kinds = SHEETS[form.about]
    if not any(len(t) for r in reads for t in r.tables if t.kind in (*kinds, Kind.REPORT_CASES)):
        return f"材料里没有填好的{'、'.join(map(str, kinds))}"
    if form.about is About.CASE:
        where = "户籍写明在外县、" if form.elsewhere else ""
        also = "，也没有到预警的学生" if form.warned else ""
        return f"台账里没有{where}状态是{'、'.join(form.statuses)}的未销号个案{also}"
    if form.takes:
        return f"没有写明{'、'.join(form.takes)}的学生" + (
            "，或对方是县内学校" if form.elsewhere else ""
        )
    return f"没有符合“{form.title}”条件的行"


def write_county_letter(kind: str, county: County, folder: Path, wish: Wish) -> LettersResult:
    """Write a letter about a county's month (通报、工作情况报告) into ``folder``; no child is named.

    Raises InputError when ``kind`` is about something else, and as ``write_letters`` does.
    """
    form = letter_form(kind)
    if form.about is not About.COUNTY:
        raise InputError(f"“{form.title}”不是由全县材料写成的文书")
    return _issue(form, [county_letter(county)], [], folder, wish, Hider(()))


def _issue(
    form: LetterForm,
    subjects: Sequence[Subject],
    findings: Sequence[Finding],
    folder: Path,
    wish: Wish,
    hider: Hider,
) -> LettersResult:
    """Write the letters that are true and not yet written today, and enter them: one set.

    The folder is held from the first look into the register: no other run takes the same numbers.
    Where a letter comes from is entered and told by ``hider``: a file may be called after the child.
    """
    template = template_path(form, wish.templates, form.name(wish.policy))
    used = used_names(template, form.about)
    result = LettersResult(findings=hider.rows(findings), dated=DATE in used)
    wanted = any(not one.refusal and not one.passed for one in subjects)
    with at_work(folder) if wanted else nullcontext():
        letters = _chosen(form, subjects, folder, wish, result, template, used, hider)
        if letters:
            *_, result.register = write_set([*letters, register_result(folder, result.issued)])
        if wish.pdf and result.issued:
            try:
                result.pdf = to_pdf([folder / one.file for one in result.issued])
            except KbbxError as error:  # the letters themselves are written and entered
                result.no_pdf = str(error)
    return result


def _chosen(
    form: LetterForm,
    subjects: Sequence[Subject],
    folder: Path,
    wish: Wish,
    result: LettersResult,
    template: Path,
    used: frozenset[str],
    hider: Hider,
) -> list[Result]:
    """The letters that are to be written, entered in ``result`` as issued; why the others are not."""
    name = form.name(wish.policy)
    known = {one.case: one for one in read_register(folder)}
    letters = []
    for subject in subjects:
        if subject.refusal:
            result.refused.append(hider.text(subject.refusal))
            continue
        if subject.passed:
            result.passed.append(hider.text(subject.passed))
            continue
        number = next_number(known.values(), name, subject.unit, wish.day.year)
        letter = _line(name, subject, hider.row(subject.source), wish.day, number)
        if letter.case in known:
            result.skipped.append(known[letter.case])
            continue
        result.findings += hider.rows(subject.missing(form, used))
        facts = _facts(form, name, subject, number, wish)
        letters.append(Result(folder / letter.file, partial(_fill, template, facts), verify_letter))
        known[letter.case] = letter
        result.issued.append(letter)
    return letters


def _fill(template: Path, facts: dict[str, object], new: Path) -> None:
    fill(template, facts, new)


def _line(name: str, subject: Subject, source: Source, day: dt.date, number: int) -> Issued:
    """The line of the register; neither it nor the file's name says whose letter it is."""
    shown = f"{day.year}-{number:03d}"
    unit = FORBIDDEN.sub("", subject.unit)[:LONGEST_UNIT] or "本单位"
    file = f"{name}_{unit}_{shown}_{subject.mark}.docx"
    return Issued(shown, name, subject.unit, source, subject.since, subject.mark, day, file)


def _facts(
    form: LetterForm, name: str, subject: Subject, number: int, wish: Wish
) -> dict[str, object]:
    """Every placeholder with its words, or with a line to write on."""
    words = dict(subject.facts)
    words[NAME] = name
    words[DATE] = date_words(wish.day)
    words["到校期限"] = date_words(wish.until) if wish.until else NO_DATE
    serial = f"{form.code}〔{wish.day.year}〕{number}号"
    words["文号"] = f"{wish.numbering or BLANK * 4}{serial}" if form.code else ""
    fields = letter_fields()
    told: dict[str, object] = {
        f.name: words.get(f.name) or BLANK * f.blank for f in fields.of(form.about)
    }
    for one in fields.lists_of(form.about):
        told[one.name] = subject.lists.get(one.name, ())
    return told
