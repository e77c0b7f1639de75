"""Letters (文书): their templates, and batches of them with a register of what was issued."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kbbx_xl.books.checking import refuse_unread
from kbbx_xl.books.files import Written, write_whole
from kbbx_xl.books.letters.build import build_templates
from kbbx_xl.books.letters.register import Issued, append, next_number, read_register
from kbbx_xl.books.letters.template import fill, template_path, used_names, verify_letter
from kbbx_xl.flow.letters import LetterCase, date_words, letter_cases
from kbbx_xl.messages import InputError
from kbbx_xl.model import CalendarSheet, Directory, FileRead, Finding
from kbbx_xl.settings.letters import VISITS, LetterForm, letter_fields, letter_form

__all__ = ["BY_HAND", "Issued", "LettersResult", "build_templates", "write_letters"]

BLANK = "＿"
DATE = "签发日期"
BY_HAND = "这种文书的落款日期没有印，由签发或者签名的人填写。"
NO_DATE = "＿＿＿＿年＿＿月＿＿日"
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
LONGEST_UNIT = 40  # characters of a unit's name in a file name


@dataclass(slots=True)
class LettersResult:
    """What a batch did.  ``skipped``: letters issued before for the same case on the same day.

    ``refused``: sheet, row and status of cases the letter would say something untrue of.  ``dated``:
    the letters carry their 签发日期; else whoever issues or signs them writes it by hand.
    """

    issued: list[Issued] = field(default_factory=list)
    skipped: list[Issued] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    dated: bool = True
    register: Written | None = None  # None when nothing was issued


def write_letters(
    kind: str,
    reads: Sequence[FileRead],
    folder: Path,
    *,
    day: dt.date,
    rows: Collection[tuple[str, int]] | None = None,
    templates: Path | None = None,
    numbering: str = "",
    until: dt.date | None = None,
    directory: Directory | None = None,
    calendar: CalendarSheet | None = None,
) -> LettersResult:
    """Write one letter a case into ``folder`` and enter it in 文书登记.xlsx there.

    ``kind``: id or title of a letter.  ``rows``: (sheet, row from 1) of the chosen ledger rows; None
    takes every case in a status the letter is for.  A case in another status, or with 销号日期 filled
    in, is refused, chosen or not.  ``templates``: folder of a county's own .docx.
    ``numbering``: the issuer's word in a 文号 (机关代字); "" leaves a line.  ``until``: the day by which
    the child is to be back; None leaves a line, as no document says how long 限期 is.
    Raises InputError (kind, template, rows, unreadable files, ``until`` before ``day``, register open)
    and OutputError.
    """
    form = letter_form(kind)
    _check(reads, day, until)
    template = template_path(form, templates)
    used = used_names(template)
    cases, findings = letter_cases(
        reads, day=day, statuses=form.statuses, rows=rows, directory=directory, calendar=calendar
    )
    if rows is not None and not cases:
        raise InputError("所选的行不在疑似辍学台账或辍学台账里")
    known = {one.case: one for one in read_register(folder)}
    result = LettersResult(findings=findings, dated=DATE in used)
    for case in cases:
        if refusal := case.refusal(form.statuses):
            result.refused.append(refusal)
            continue
        number = next_number(known.values(), form.title, case.unit, day.year)
        letter = _issue(form, case, day, number)
        if letter.case in known:
            result.skipped.append(known[letter.case])
            continue
        result.findings += case.missing(used)
        _write(folder / letter.file, template, _facts(form, case, day, number, numbering, until))
        known[letter.case] = letter
        result.issued.append(letter)
    if result.issued:
        result.register = append(folder, result.issued)
    return result


def _check(reads: Sequence[FileRead], day: dt.date, until: dt.date | None) -> None:
    """InputError when the child would be due before the letter's day, or no file can be read."""
    if until is not None and until < day:
        raise InputError(f"到校期限（{until}）早于签发日期（{day}），请核对两个日期")
    refuse_unread(reads)


def _write(path: Path, template: Path, facts: dict[str, object]) -> None:
    write_whole(path, lambda new: fill(template, facts, new), verify_letter)


def _issue(form: LetterForm, case: LetterCase, day: dt.date, number: int) -> Issued:
    """The line of the register; neither it nor the file's name says whose letter it is."""
    shown = f"{day.year}-{number:03d}"
    unit = FORBIDDEN.sub("", case.unit)[:LONGEST_UNIT] or "本单位"
    file = f"{form.title}_{unit}_{shown}.docx"
    return Issued(
        shown, form.title, case.unit, case.source, case.first_absent, case.mark, day, file
    )


def _facts(
    form: LetterForm,
    case: LetterCase,
    day: dt.date,
    number: int,
    numbering: str,
    until: dt.date | None,
) -> dict[str, object]:
    """Every placeholder with its words, or with a line to write on."""
    words = dict(case.facts)
    words[DATE] = date_words(day)
    words["到校期限"] = date_words(until) if until else NO_DATE
    serial = f"{form.code}〔{day.year}〕{number}号"
    words["文号"] = f"{numbering or BLANK * 4}{serial}" if form.code else ""
    told: dict[str, object] = {
        f.name: words.get(f.name) or BLANK * f.blank for f in letter_fields().fields
    }
    told[VISITS] = case.visits
    return told
