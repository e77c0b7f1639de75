"""人籍比对: a school's register against the pupils present, or against anybody's list of people."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kbbx_xl.flow.context import Context, bare_context
from kbbx_xl.flow.presence import NOT_SEEN, present_rows
from kbbx_xl.flow.roster import resolve_class
from kbbx_xl.flow.source import Source, row_source
from kbbx_xl.flow.submissions import sort_out, table_month
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Kind, Period, Table, Unit
from kbbx_xl.rules.cells import text_of
from kbbx_xl.rules.classes import class_label
from kbbx_xl.rules.identity import age_on, birth_of, check_student_no, sex_of
from kbbx_xl.rules.matching import Matching, People, match_people
from kbbx_xl.rules.other_ids import find_id
from kbbx_xl.settings.comparisons import PLAIN, PRESENT, Comparison, comparisons

UNDATED = Period(2000, 9)  # where no file names a month: cohorts (2026级) are then no grade
NUMBER_LENGTH = 18  # a 学号 as long as that is a 身份证件号 or a 学籍号


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a list, to be shown.  Personal."""

    name: str
    sex: str
    birth: dt.date | None
    id_no: str  # as written when it cannot be used
    student_no: str
    school: str
    class_name: str
    status: str
    source: Source


@dataclass(slots=True)
class PeopleList:
    """One side of a comparison: what it is called, its rows, and the columns that are compared.

    ``unseen``: rows of a roll call whose pupils were not at school on any day of its month.
    """

    title: str
    rows: list[Listed] = field(default_factory=list)
    people: People = field(default_factory=People)
    unseen: set[int] = field(default_factory=set)

    @property
    def schools(self) -> set[str]:
        return {row.school for row in self.rows}


@dataclass(frozen=True, slots=True)
class Ages:
    """Full years that count, both included, on ``day``; None where the policy states no bound."""

    low: int | None
    high: int | None
    day: dt.date

    def holds(self, birth: dt.date | None) -> bool:
        """Whether somebody born then counts; whoever's birth is unknown does."""
        if birth is None:
            return True
        age = age_on(birth, self.day)
        return (self.low is None or age >= self.low) and (self.high is None or age <= self.high)


@dataclass(frozen=True, slots=True)
class MatchResult:
    """Two lists and what was found; ``month`` decides what 2026级 and 初一 are."""

    left: PeopleList
    right: PeopleList
    matching: Matching
    month: Period
    comparison: Comparison
    ages: Ages | None = None


def match_reads(
    left: Sequence[FileRead], right: Sequence[FileRead] = (), *, month: Period | None = None,
    comparison: Comparison | None = None, ages: Ages | None = None,
) -> MatchResult:  # fmt: skip
    """Compare the list in ``left`` with the one in ``right``, or with ``left``'s own roll call.

    Without ``comparison`` it is 学籍 against any list, or 学籍 × 到校 when there is no right side.
    ``ages`` is used by comparisons that ask for it.  Copies, replaced files and sheets that repeat
    others count once, as in a consolidation.  Raises InputError when either side holds nothing.
    """
    when = month or _stated([*left, *right])
    wanted = comparison or comparisons()[PLAIN if right else PRESENT]
    if not right and wanted.id != PRESENT:
        raise InputError(f"{wanted.title}要两份名单，请用 --against 另给{wanted.right.title}名单")
    register = _people(wanted.left.title, _tables(left, wanted.left.kinds, when), when)
    if not register.rows:
        kinds = "、".join(wanted.left.kinds)
        raise InputError(
            f"{wanted.left.title}一方里没有可以比对的表（{kinds}）：表头要有姓名、身份证件号（或学籍号）"
        )
    if right:
        other = _people(wanted.right.title, _tables(right, wanted.right.kinds, when), when)
        missing = f"{wanted.right.title}名单里没有可以比对的表：表头要有姓名，以及身份证件号、学籍号或出生日期"
    else:
        other = _people(wanted.right.title, _tables(left, (Kind.ROLL_CALL,), when), when)
        missing = "没有填好的考勤表（点名表），不知道谁在校。请另选一份到校名单来比对"
    if len(other.rows) == len(other.unseen):
        raise InputError(missing)
    one_school = register.schools == other.schools and len(other.schools) == 1
    if not one_school:
        _place_by_school(register, other)
    by_school = one_school or wanted.id == PRESENT  # both sides are the schools' own papers
    matching = match_people(register.people, other.people, by_school=by_school)
    return MatchResult(register, other, matching, when, wanted, ages if wanted.ages else None)


def _stated(reads: Iterable[FileRead]) -> Period:
    """The latest month that a file or table is for."""
    months = {table_month(t, read.own.get("period", "")) for read in reads for t in read.tables}
    said = max(months, default="")
    return Period.parse(said) if said else UNDATED


def _tables(reads: Sequence[FileRead], kinds: Sequence[Kind], month: Period) -> list[tuple[Table, str]]:  # fmt: skip
    """Tables of the first kind there is, each with the school its file names."""
    groups: dict[str, list[FileRead]] = defaultdict(list)
    for read in reads:
        groups[read.own.get("unit_name") or read.written_unit].append(read)
    sorted_out = {
        name: sort_out(Unit("", name, level="学校"), group, month) for name, group in groups.items()
    }
    for kind in kinds:
        found = [(t, name) for name, one in sorted_out.items() for t in one.of(kind) if len(t)]
        if found:
            return found
    return []


COLUMNS = (
    "name", "number", "id_no", "student_no", "birth", "sex", "class_name", "grade", "school",
    "class_no", "status", "case_status",
)  # fmt: skip


def _people(title: str, tables: Iterable[tuple[Table, str]], month: Period) -> PeopleList:
    made = PeopleList(title)
    context = bare_context(month)
    for table, school in tables:
        seen = present_rows(table, month) if table.kind is Kind.ROLL_CALL else ()
        columns = [table.get(column) for column in COLUMNS]
        for i, values in enumerate(zip(*columns, strict=True)):
            if not values[0]:
                continue
            row = dict(zip(COLUMNS, values, strict=True))
            row["class_name"] = row["class_name"] or table.meta.get("班级", "")
            row["school"] = text_of(row["school"]) or school
            if seen and not seen[i]:
                made.unseen.add(len(made.rows))
                row["status"] = NOT_SEEN
            _add(made, row, row_source(table, i), context)
    return made


def _add(made: PeopleList, row: Mapping[str, object], source: Source, context: Context) -> None:
    """One record, to be shown and to be compared."""
    number, written, birth = text_of(row["number"]), row["id_no"], row["birth"]
    long = len(number) >= NUMBER_LENGTH
    if long and written is None:
        written = number
    found = find_id(written)
    usable = found.value
    student_no = check_student_no(row["student_no"])[0]
    student_no = student_no or (check_student_no(number)[0] if long else "")
    born = birth_of(usable) if usable else birth if isinstance(birth, dt.date) else None
    sex = context.lists["sex"].canonical(row["sex"]) or (sex_of(usable) if usable else "")
    place = class_label(*resolve_class(row["grade"], row["class_name"], context, ""))
    seat = number if number and not long else text_of(row["class_no"])
    name, school = str(row["name"]), str(row["school"])
    people = made.people
    people.name.append(name)
    people.id_no.append(usable)
    people.origin.append(found.origin)
    people.damaged.append(found.damaged)
    people.student_no.append(student_no)
    people.birth.append(born)
    people.sex.append(sex)
    people.school.append(school)
    people.place.append(place)
    people.seat.append(seat)
    shown_id = usable or ("" if student_no and written == number else text_of(written))
    status = text_of(row["status"] or row["case_status"])
    made.rows.append(Listed(name, sex, born, shown_id, student_no, school, place, status, source))


def _place_by_school(*lists: PeopleList) -> None:
    """Between several schools a class says where a child is only together with its school."""
    for one in lists:
        one.people.place[:] = [
            f"{row.school}{row.class_name}" if row.school and row.class_name else ""
            for row in one.rows
        ]
