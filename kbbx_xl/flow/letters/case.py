"""Letters about a case (个案文书): one child of a ledger, with the visits made so far."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from kbbx_xl.flow.cases import DROPOUT
from kbbx_xl.flow.casework.marks import mark_of
from kbbx_xl.flow.derived import Derived, is_derived
from kbbx_xl.flow.letters.school import Row, School, read_schools
from kbbx_xl.flow.letters.subject import Ask, Item, Subject, text_of
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Finding, Kind
from kbbx_xl.rules.addresses import TOWN
from kbbx_xl.settings.letters import VISITS, About, letter_fields
from kbbx_xl.settings.lists import load_lists

COUNTY = re.compile(r"(?:.+?[省州盟]|.+自治区|.+?市(?=.+[县区市旗]))*(.+?[县区市旗])")
NAMES_COUNTY = re.compile(r"[县市旗]|(?<![社小园])区")  # 社区, 小区 are no counties
LATE = "9"  # sorts after every date


def case_letters(reads: Sequence[FileRead], ask: Ask) -> tuple[list[Subject], list[Finding]]:
    """Cases of the ledgers on ``ask.day``: those in a status of the form, or the chosen rows.

    Findings: statuses that nobody can read.  InputError when it takes the unit directory to know
    who comes from outside the county and there is none.
    """
    county = _county(ask) if ask.form.elsewhere and ask.rows is None else ""
    subjects: list[Subject] = []
    findings: list[Finding] = []
    for school in read_schools(reads, ask):
        rows = school.rows(Kind.CASES) or school.rows(Kind.REPORT_CASES)
        visits = _visits(school, rows)
        derived = Derived.of(school.of(Kind.CASES), school.own, ask.day)
        for row in rows:
            if not ask.chosen(row.table.sheet, row.number):
                continue
            status = _status(row, derived, school.own)
            if ask.rows is None and not status:
                findings.append(row.table.finding("V02", "case_status", row.index, title="状态"))
            elif ask.rows is not None or status in ask.form.statuses:
                one = _case(school, row, status, visits.get(row.who, ()), ask)
                if not county or _is_outside(one.facts["户籍所在地"], county):
                    subjects.append(one)
    return subjects, findings


def _county(ask: Ask) -> str:
    """The county's name without its province and bureau: 某省青禾县教育局 -> 青禾县."""
    unit = ask.directory.county
    found = COUNTY.match(unit.name) if unit else None
    if not found:
        raise InputError("要有单位目录，才知道哪些学生的户籍不在本县；或者在台账里选中要出的行")
    return found[1]


def _is_outside(home: str, county: str) -> bool:
    """Whether an address names another county; one that names none says nothing."""
    before_town = TOWN.split(home)[0]
    return county not in home and bool(NAMES_COUNTY.search(before_town))


def _visits(school: School, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Visits by child; dropped where a bare name stands for two children of the ledgers."""
    visits: dict[str, list[Row]] = defaultdict(list)
    for row in school.rows(Kind.VISITS):
        if row.get("visit_date") or row.get("visitors") or row.get("record"):
            visits[row.who].append(row)
    found = list(rows)
    children = {(row.who, row.class_name, text_of(row.get("birth"))) for row in found}
    times = Counter(who for who, _, _ in children)
    for row in found:
        if times[row.who] > 1 and row.match.pupils is None and row.who == text_of(row.get("name")):
            visits.pop(row.who, None)
    return visits


def _status(row: Row, derived: Derived, own: Collection[str]) -> str:
    """Canonical status; a village form lists dropouts only; "" for a word nobody knows."""
    if is_derived(row.table, own):
        return derived.status(row.table, row.index)
    if "case_status" not in row.table.columns:
        return DROPOUT
    return load_lists()["case_status"].canonical(text_of(row.get("case_status"))) or ""


def _case(school: School, row: Row, status: str, made: Iterable[Row], ask: Ask) -> Subject:
    start, closed = row.day("first_absent"), row.day("closed")
    last = ask.day if closed is None else closed - dt.timedelta(days=1)
    facts = school.facts(row, About.CASE)
    visits = _told(made)
    facts["状态"] = status
    facts["缺勤天数"] = school.days(row, start, last, "run_days")
    facts["劝返次数"] = str(len(visits)) if visits else text_of(row.get("visit_count")) or "0"
    columns = {f.name: f.column for f in letter_fields().of(About.CASE) if f.column}
    return Subject(
        source=Source(row.table.file, row.table.sheet, row.number),
        unit=facts["学校"],
        mark=mark_of((school.unit.name, row.who, start)),
        facts=facts,
        since=start,
        lists={VISITS: visits},
        refusal=_refusal(row, status, row.get("closed"), ask.form.statuses),
        cells={name: row.table.cell(column, row.index) for name, column in columns.items()},
    )


def _refusal(row: Row, status: str, closed: object, statuses: Collection[str]) -> str:
    """Why a letter for ``statuses`` would say of this case what is not so."""
    if status in statuses and closed in (None, ""):
        return ""
    said = f"状态是“{status}”" if status else "状态没有填，或认不出"
    also = "，已填销号日期" if closed not in (None, "") else ""
    return f"{row.table.sheet} 第{row.number}行：{said}{also}"


def _told(rows: Iterable[Row]) -> tuple[Item, ...]:
    """Visits, oldest first, numbered anew where nobody numbered them."""
    told: list[tuple[str, dict[str, str]]] = []
    for row in rows:
        date = row.day("visit_date")
        facts = {f.name: text_of(row.get(f.column)) for f in letter_fields().items(VISITS)}
        told.append((date.isoformat() if date else LATE, facts))
    told.sort(key=lambda pair: pair[0])
    for number, (_, facts) in enumerate(told, 1):
        facts["第几次"] = facts["第几次"] or str(number)
    found: tuple[Mapping[str, str], ...] = tuple(facts for _, facts in told)
    return found
