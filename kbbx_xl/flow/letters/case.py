"""Letters about a case (个案文书): one child of a ledger, with the visits made so far."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from kbbx_xl.flow.casework.marks import mark_of
from kbbx_xl.flow.casework.values import CaseFile
from kbbx_xl.flow.derived import Derived, is_derived
from kbbx_xl.flow.letters.files import Files, ledgers_of, order_facts, step_of, taught
from kbbx_xl.flow.letters.school import Row, cells_of, read_schools
from kbbx_xl.flow.letters.subject import Ask, Subject, text_of
from kbbx_xl.flow.units import UnitFinder
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Finding, Kind
from kbbx_xl.rules.addresses import TOWN
from kbbx_xl.rules.cases import DROPOUT, WARNING
from kbbx_xl.settings.letters import EDUCATED, VISITS, About
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import LegalStepName

NAMES_COUNTY = re.compile(r"[县市旗]|(?<![社小园])区")  # 社区, 小区 are no counties


def case_letters(reads: Sequence[FileRead], ask: Ask) -> tuple[list[Subject], list[Finding]]:
    """Cases of the ledgers on ``ask.day``: those in a status of the form, or the chosen ones.

    Findings: statuses that nobody can read.  InputError when it takes the unit directory to know
    who comes from outside the county and there is none.
    """
    county = _county(ask) if ask.form.elsewhere and not ask.choosing else ""
    subjects: list[Subject] = []
    findings: list[Finding] = []
    for school in read_schools(reads, ask):
        files = Files.of(school)
        derived = Derived.of(school.of(Kind.CASES), school.own, ask.day)
        for row in school.rows(*{table.kind for table in ledgers_of(school)}):
            if not ask.chosen(row.table.sheet, row.number):
                continue
            status = _status(row, derived, school.own)
            one = _case(files, row, status, ask)
            if not ask.choosing and not status:
                findings.append(row.table.finding("V02", "case_status", row.index, title="状态"))
            elif ask.choosing or status in ask.form.statuses:
                outside = not county or _is_outside(one.facts["户籍所在地"], county)
                subjects += [one] if outside and ask.marked(one.mark) else []
        subjects += _warned(files, ask)
    return (_one_each(subjects) if ask.marks is not None else subjects), findings


def _warned(files: Files, ask: Ask) -> Iterable[Subject]:
    """Children past a step of the absence ladder whom no ledger lists yet (预警)."""
    for case in files.cases:
        asked = ask.form.warned or _asked_by_ladder(case, ask)
        row = files.row_at(case.source) if asked and case.open and not case.listed else None
        if row and ask.chosen(row.table.sheet, row.number) and ask.marked(case.mark):
            yield _subject(files, row, case, case.state.status, ask)


def _asked_by_ladder(case: CaseFile, ask: Ask) -> bool:
    """A step that the child has reached names the paper (TH-29 劝返复学通知书, YL-66 劝学书), not yet sent."""
    form = ask.form
    reached = (r.event.document for r in case.events if r.event.kind == WARNING)
    papers = {paper for documents in reached for paper in documents.split("、")}
    sent = step_of(case, form.step, ask) if form.step and not ask.choosing else None
    return sent is None and not papers.isdisjoint((form.title, *form.called))


def _one_each(subjects: Iterable[Subject]) -> list[Subject]:
    """One letter a case though both ledgers list it: from the row that is not refused."""
    found: dict[str, Subject] = {}
    for one in subjects:
        if one.mark not in found or found[one.mark].refusal:
            found[one.mark] = one
    return list(found.values())


def _county(ask: Ask) -> str:
    """The county whose children are from here; InputError where no directory names it."""
    name = UnitFinder(ask.directory).county_name
    if not name:
        raise InputError(
            "要有单位目录（命令行写 --directory），才知道哪些学生的户籍不在本县；或者在台账里选中要出的行"
        )
    return name


def _is_outside(home: str, county: str) -> bool:
    """Whether an address names another county; one that names none says nothing."""
    before_town = TOWN.split(home)[0]
    return county not in home and bool(NAMES_COUNTY.search(before_town))


def _status(row: Row, derived: Derived, own: Collection[str]) -> str:
    """Canonical status; a village form lists dropouts only; "" for a word nobody knows."""
    if is_derived(row.table, own):
        return derived.status(row.table, row.index)
    if "case_status" not in row.table.columns:
        return DROPOUT
    return load_lists()["case_status"].canonical(text_of(row.get("case_status"))) or ""


def _case(files: Files, row: Row, status: str, ask: Ask) -> Subject:
    """What a letter says of the case of a ledger row, or why there is none."""
    case = files.of_row(row)
    one = _subject(files, row, case, status, ask)
    refusal = _refusal(row, status, row.get("closed"), ask.form.statuses)
    refusal = refusal or _not_yet(one, case, ask)
    had = ask.form.step if step_of(case, ask.form.step, ask) else ""
    repeated = f"{row.table.sheet} 第{row.number}行：办理记录里已有{had}的记录" if had else ""
    if refusal or not repeated:
        return replace(one, refusal=refusal)
    if ask.choosing and ask.form.after:
        return replace(one, refusal=repeated)
    return one if ask.choosing else replace(one, passed=repeated)


def _not_yet(one: Subject, case: CaseFile | None, ask: Ask) -> str:
    """Why it is too early for the letter; a visit stands for 宣传教育 (rules.md 3G)."""
    after = ask.form.after
    visited = after == LegalStepName.EDUCATE and one.facts["劝返次数"] != "0"
    if not after or visited or step_of(case, after, ask):
        return ""
    also = "，也没有劝返记录" if after == LegalStepName.EDUCATE else ""
    return f"{one.source.sheet} 第{one.source.row}行：办理记录里没有{after}{also}"


def _subject(files: Files, row: Row, case: CaseFile | None, status: str, ask: Ask) -> Subject:
    school = files.school
    start = row.day("first_absent") or (case.first_absent if case else None)
    closed = row.day("closed")
    last = ask.day if closed is None else closed - dt.timedelta(days=1)
    facts = school.facts(row, About.CASE)
    visits = files.visits(case, ask) if case else ()
    written = "" if row.table.file in school.own else text_of(row.get("visit_count"))
    facts["状态"] = status
    facts["首次缺勤日期"] = text_of(start)
    facts["缺勤天数"] = school.days(row, start, last, "run_days")
    facts["劝返次数"] = str(len(visits)) if visits else written or "0"
    facts |= order_facts(case, ask)
    return Subject(
        source=row.source,
        unit=facts["学校"],
        mark=case.mark if case else mark_of((school.unit.name, row.who, start)),
        facts=facts,
        since=start,
        lists={VISITS: visits, EDUCATED: taught(case, ask)},
        cells=cells_of(row.table, row.index, About.CASE),
    )


def _refusal(row: Row, status: str, closed: object, statuses: Collection[str]) -> str:
    """Why a letter for ``statuses`` would say of this case what is not so."""
    if status in statuses and closed in (None, ""):
        return ""
    said = f"状态是“{status}”" if status else "状态没有填，或认不出"
    also = "，已填销号日期" if closed not in (None, "") else ""
    return f"{row.table.sheet} 第{row.number}行：{said}{also}"
