"""One unit's pupils (学生名册): keys, statuses, counts, identity problems, and finding a pupil again.

``key`` is the 身份证件号 when it is usable and nobody else's, otherwise the 学籍号 (design.md §4).
"""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kbbx_xl.flow.context import Context
from kbbx_xl.flow.result import IdProblem, RosterRow, Total
from kbbx_xl.flow.source import Source, Span, row_ranges, row_source
from kbbx_xl.model import Finding, Period, Table, stage_of
from kbbx_xl.rules.checks.people import odd_ages, shared_student_numbers
from kbbx_xl.rules.classes import class_of, grade_of
from kbbx_xl.rules.id_column import IdColumn, check_ids
from kbbx_xl.rules.identity import check_student_no, day_number

ID_CODES = {
    "missing": "I01",
    "excel_precision": "I02",
    "checksum": "I03",
    "short17": "I04",
    "long19": "I04",
    "length": "I04",
    "letter_o": "I05",
    "fullwidth": "I06",
    "inner_space": "I07",
    "apostrophe": "I08",
    "region": "I12",
    "bad_date": "I13",
    "garbage": "I19",
}
STUDYING = "在读"
RESIDENT_ID = ("居民身份证", "身份证", "户口簿", "")


@dataclass
class Pupils:
    """Columns of one unit's roster after judging; index i is one pupil.

    The look-ups are made when a ledger or a roll call first asks for a pupil.
    """

    table: Table
    key: list[str]
    name: list[str]
    id_no: list[str]
    student_no: list[str]
    sex: list[str]
    birth: list[dt.date | None]
    grade: list[str]
    class_name: list[str]
    status: list[str]
    enrolled: list[bool]

    def __len__(self) -> int:
        return len(self.key)

    @functools.cached_property
    def by_id(self) -> dict[str, int]:
        """Usable id -> index; an id held by two children leads to neither."""
        found = dict(zip(self.id_no, range(len(self)), strict=True))
        found.pop("", None)
        return {n: found[n] for n in found.keys() - _repeated(self.id_no)}

    @functools.cached_property
    def by_student_no(self) -> dict[str, int]:
        """学籍号 -> index of the first who has it."""
        last = range(len(self) - 1, -1, -1)
        found = dict(zip(reversed(self.student_no), last, strict=True))
        found.pop("", None)
        return found

    @functools.cached_property
    def by_name(self) -> dict[str, list[int]]:
        """Name -> indices, ascending."""
        found: dict[str, list[int]] = {}
        for i, name in enumerate(self.name):
            found.setdefault(name, []).append(i)
        return found

    def source(self, index: int) -> Source:
        return row_source(self.table, index)

    def row(self, index: int, unit: str) -> RosterRow:
        i = index
        return RosterRow(
            self.key[i], self.name[i], self.sex[i], self.birth[i], self.id_no[i],
            self.student_no[i], unit, self.grade[i], self.class_name[i], self.status[i],
            self.enrolled[i], self.source(i),
        )  # fmt: skip


def read_rosters(
    tables: Sequence[Table], unit: str, context: Context
) -> list[tuple[Pupils, list[Finding]]]:
    """Judge the roster tables of one unit (one of all pupils, or one for each grade or class)."""
    shared = _shared_between(tables) if len(tables) > 1 else {}
    return [read_pupils(table, unit, context, shared) for table in tables]


def _shared_between(tables: Sequence[Table]) -> dict[str, list[tuple[Table, int]]]:
    """Ids of different children in different tables: id -> table and row of each."""
    places: dict[str, list[tuple[Table, int]]] = defaultdict(list)
    people: dict[str, set[tuple[object, object]]] = defaultdict(set)
    for table in tables:
        names = zip(table.get("name"), table.get("student_no"), strict=True)
        numbers = check_ids(table.get("id_no")).values
        for row, number, child in zip(table.rows, numbers, names, strict=True):
            if number:
                places[number].append((table, row))
                people[number].add(child)
    return {number: places[number] for number, who in people.items() if len(who) > 1}


def read_pupils(
    table: Table,
    unit: str,
    context: Context,
    elsewhere: Mapping[str, Sequence[tuple[Table, int]]] = MappingProxyType({}),
) -> tuple[Pupils, list[Finding]]:
    """Judge one roster table; findings I*, V13–V15, V17 carry cell addresses.

    ``elsewhere``: ids that other children have in other tables of the unit, with their places.
    """
    findings: list[Finding] = []
    ids = _identities(table, findings)
    numbers = _student_numbers(table, ids.values, findings)
    grades, classes = _classes(table, unit, context, findings)
    status = _statuses(table, context, findings)
    on_roll = {word.value for word in context.lists["status"].words if word.enrolled}
    pupils = Pupils(
        table,
        key=[i or n for i, n in zip(ids.values, numbers, strict=True)],
        name=[str(n or "") for n in table.get("name")],
        id_no=ids.values,
        student_no=numbers,
        sex=_sexes(table, context),
        birth=[b if isinstance(b, dt.date) else None for b in table.get("birth")],
        grade=grades,
        class_name=classes,
        status=status,
        enrolled=[s in on_roll for s in status],
    )
    shared = _shared(pupils)
    shared += _shared_elsewhere(pupils, elsewhere)
    findings += shared
    births = _day_numbers(pupils.birth)
    findings += _mismatches(pupils, ids, births, {f.cell for f in shared if f.code == "I11"})
    findings += shared_student_numbers(table, numbers, pupils.name)
    low, high = context.policy.age_low, context.policy.age_high
    born = np.where(ids.births, ids.births, births)  # by the id where it is usable, else as written
    columns = (born, grades, pupils.enrolled, context.month)
    findings += odd_ages(table, *columns, low=low, high=high)
    return pupils, findings


def _day_numbers(days: Iterable[dt.date | None]) -> NDArray[np.int32]:
    """Days as numbers such as 20150407, 0 for none."""
    return np.array([day_number(day) if day else 0 for day in days], np.int32)


def _identities(table: Table, findings: list[Finding]) -> IdColumn:
    written = table.get("id_no")
    kinds = table.get("id_type")
    ids = check_ids(written)
    for i, problem in ids.problems.items():
        if problem == "missing" or str(kinds[i] or "") in RESIDENT_ID:
            code = ID_CODES[problem]
            params = {"length": len(str(written[i]).strip())} if code == "I04" else {}
            findings.append(table.finding(code, "id_no", i, **params))
    return ids


def _student_numbers(table: Table, ids: Sequence[str], findings: list[Finding]) -> list[str]:
    numbers: list[str] = []
    for i, (written, number) in enumerate(zip(table.get("student_no"), ids, strict=True)):
        if number and written == f"G{number}":  # as nearly all are
            numbers.append(written)
            continue
        value, problem = check_student_no(written, number)
        numbers.append(value)
        if problem == "format":
            findings.append(table.finding("I14", "student_no", i))
        elif problem == "g_differs":
            findings.append(table.finding("I15", "student_no", i))
    return numbers


def _statuses(table: Table, context: Context, findings: list[Finding]) -> list[str]:
    """就读状态 of every row; 在读 where it is not understood."""
    words, written = context.lists["status"], table.get("status")
    known = {text: words.canonical(str(text)) if text else None for text in set(written)}
    if None in known.values() and "status" in table.columns:
        unclear = (i for i, text in enumerate(written) if known[text] is None)
        findings += [_unclear(table, "status", i, "V15", "就读状态") for i in unclear]
    return [known[text] or STUDYING for text in written]


def _unclear(table: Table, name: str, index: int, code: str, title: str) -> Finding:
    """V01 where nothing is written, else the finding that it is not understood."""
    if table.get(name)[index] in (None, ""):
        return table.finding("V01", name, index, title=title)
    return table.finding(code, name, index)


def _classes(
    table: Table, unit: str, context: Context, findings: list[Finding]
) -> tuple[list[str], list[str]]:
    stage = context.stage_of(unit)
    pairs = list(zip(table.get("grade"), table.get("class_name"), strict=True))
    known = {pair: resolve_class(*pair, context, stage) for pair in dict.fromkeys(pairs)}
    places = [known[pair] for pair in pairs]
    for i, (grade, name) in enumerate(places if not all(map(all, known.values())) else ()):
        if not grade:
            findings.append(_unclear(table, "grade", i, "V13", "年级"))
        if not name:
            findings.append(_unclear(table, "class_name", i, "V14", "班级"))
    return [grade for grade, _ in places], [name for _, name in places]


def resolve_class(grade: object, name: object, context: Context, stage: str) -> tuple[str, str]:
    """(年级, 班级) in canonical words from two cells that may each hold part of both."""
    return _resolved(str(grade or ""), str(name or ""), context.month, stage)


@functools.lru_cache(maxsize=8192)
def _resolved(grade: str, name: str, month: Period, stage: str) -> tuple[str, str]:
    own_grade, own_class = class_of(name, period=month, stage=stage)
    said = grade_of(grade, period=month, stage=stage) if grade else ""
    if said and stage_of(said) and name:
        own_class = class_of(name, period=month, stage=stage_of(said))[1] or own_class
    return said or own_grade, own_class


def _sexes(table: Table, context: Context) -> list[str]:
    words = context.lists["sex"]
    memo = {text: words.canonical(str(text or "")) or "" for text in set(table.get("sex"))}
    return [memo[text] for text in table.get("sex")]


def _mismatches(
    pupils: Pupils, ids: IdColumn, births: NDArray[np.int32], shared: set[str]
) -> list[Finding]:
    """Birth and sex against the id; not where the id is another child's (``shared`` cells)."""
    table, findings = pupils.table, []
    born = (births > 0) & (ids.births > 0) & (births != ids.births)
    males = ids.male.tolist()
    sexed = [s and (s == "男") != male for s, male in zip(pupils.sex, males, strict=True)]
    for i in np.flatnonzero(born | np.array(sexed, bool)).tolist():
        if not pupils.id_no[i] or (shared and table.cell("id_no", i) in shared):
            continue
        if born[i]:
            findings.append(table.finding("I09", "birth", i))
        if sexed[i]:
            findings.append(table.finding("I10", "sex", i))
    return findings


def _repeated(values: Sequence[str]) -> set[str]:
    """Values that stand more than once, "" left out."""
    if len(set(values)) + max(values.count("") - 1, 0) == len(values):
        return set()
    return {value for value, times in Counter(values).items() if times > 1} - {""}


def _shared(pupils: Pupils) -> list[Finding]:
    """One id on two different children: neither can use it as key (I11)."""
    findings: list[Finding] = []
    repeated = _repeated(pupils.id_no)
    holders: dict[str, list[int]] = defaultdict(list)
    for i, number in enumerate(pupils.id_no if repeated else ()):
        if number in repeated:
            holders[number].append(i)
    for number, rows in holders.items():
        people = {(pupils.name[i], pupils.student_no[i]) for i in rows}
        for i in rows:
            other = pupils.table.rows[next(j for j in rows if j != i)]
            if len(people) > 1:
                pupils.key[i] = pupils.student_no[i] or number
                findings.append(pupils.table.finding("I11", "id_no", i, other=other))
        if len(people) == 1:
            findings += [
                pupils.table.finding("R04", "name", i, other=pupils.table.rows[rows[0]])
                for i in rows[1:]
            ]
    return findings


def _shared_elsewhere(
    pupils: Pupils, places: Mapping[str, Sequence[tuple[Table, int]]]
) -> list[Finding]:
    """As ``_shared``, for children who stand in different tables."""
    findings: list[Finding] = []
    for i, number in enumerate(pupils.id_no if places else ()):
        others = [p for p in places.get(number, ()) if p[0] is not pupils.table]
        if others and pupils.key[i] == number:
            table, row = others[0]
            pupils.key[i] = pupils.student_no[i] or number
            other = f"{row}（{table.sheet}）"
            findings.append(pupils.table.finding("I11", "id_no", i, other=other))
    return findings


PROBLEM_KINDS = {
    "I01": "missing", "I02": "excel_precision", "I03": "checksum", "I05": "letter_o",
    "I06": "fullwidth", "I07": "inner_space", "I08": "apostrophe", "I09": "birth_mismatch",
    "I10": "sex_mismatch", "I11": "shared", "I12": "region", "I13": "checksum", "I19": "garbage",
}  # fmt: skip


def id_problems(pupils: Pupils, unit: str, findings: Sequence[Finding]) -> list[IdProblem]:
    """The roster's identity findings as rows of the result, in the words of compare.py."""
    row_of = {row: i for i, row in enumerate(pupils.table.rows if findings else ())}
    problems: list[IdProblem] = []
    for finding in findings:
        kind = PROBLEM_KINDS.get(finding.code, "")
        if finding.code == "I04":
            kind = {17: "short17", 19: "long19"}.get(_length(finding), "length")
        if kind:
            i = row_of[int("".join(c for c in finding.cell if c.isdigit()))]
            problems.append(IdProblem(pupils.key[i], unit, kind, pupils.source(i)))
    return problems


def _length(finding: Finding) -> int:
    length = finding.params.get("length", 0)
    return length if isinstance(length, int) else 0


def total(unit: str, many: Sequence[Pupils]) -> Total:
    """Counts of one unit, from the rows of its rosters."""
    grade: Counter[str] = Counter()
    sex: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    status: Counter[str] = Counter()
    rows_of: dict[str, tuple[Span, ...]] = {}
    for pupils in many:
        table, rows = pupils.table, defaultdict(list)
        status.update(pupils.status)
        both.update(compress(zip(pupils.grade, pupils.sex, strict=True), pupils.enrolled))
        columns = (pupils.enrolled, pupils.grade, pupils.sex, pupils.status, table.rows)
        for on_roll, g, s, now, row in zip(*columns, strict=True):
            if on_roll:
                rows[g].append(row)
                rows[s].append(row)
            else:
                rows[now].append(row)
        for name, here in rows.items():
            span = Span(table.file, table.sheet, row_ranges(here))
            rows_of[name] = (*rows_of.get(name, ()), span)
    for (g, _), n in both.items():
        grade[g] += n
    for (_, s), n in both.items():
        sex[s] += n
    stage: Counter[str] = Counter()
    for g, n in grade.items():
        stage[stage_of(g)] += n
    first = many[0].table if many else None
    source = Source(first.file, first.sheet, first.header_row) if first else Source("")
    return Total(
        unit, sum(grade.values()), sum(len(p) for p in many), dict(grade), dict(stage),
        dict(status), dict(sex), dict(both), source, rows_of,
    )  # fmt: skip
