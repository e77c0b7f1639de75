"""What the calculated columns will show, computed by the core for records that are known at building.

Readers that do not calculate see these values; a spreadsheet program replaces them with its own, and
a test proves that they are the same.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from kbbx_xl.books.template.calc.formulas import BIRTH_DIFFERS, CORRECT, SEX_DIFFERS, VERDICTS
from kbbx_xl.books.template.context import Context
from kbbx_xl.model import CalendarSheet, LeaveKind, Mark
from kbbx_xl.rules.absence import (
    HALF_DAY,
    Spell,
    cumulative_from_marks,
    decode_marks,
    longest,
    runs_from_marks,
    runs_from_spells,
    spell_days,
)
from kbbx_xl.rules.identity import age_on, bare_id, birth_of, check_id, row_key, sex_of
from kbbx_xl.rules.ladder import level
from kbbx_xl.rules.ledger_status import listed_dropouts, status_of
from kbbx_xl.rules.school_days import SchoolCalendar, school_calendar
from kbbx_xl.settings.calendar import load_calendar
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import Policy

Record = Mapping[str, object]
Data = Mapping[str, Sequence[Record]]
Values = dict[str, object]
_DAY = dt.timedelta(days=1)


def calendar_of(context: Context) -> SchoolCalendar:
    """The school's calendar; without one, both default terms of the school year of the month."""
    if context.calendar:
        return context.calendar
    defaults = load_calendar()
    year = context.period.school_year if context.period else defaults.holidays_known.last_year
    terms = [school_calendar(CalendarSheet(*dates)) for dates in defaults.term_dates(year)]
    days = sorted({day for term in terms for day in term.days})
    return SchoolCalendar(terms[0].term_start, terms[-1].term_end, tuple(days))


def as_of_of(context: Context) -> dt.date | None:
    """截至日 as the workbook takes it: the given day, else the last day of the month."""
    return context.as_of or (context.period.last if context.period else None)


def values_of(table: str, context: Context, data: Data) -> list[Values]:
    """Calculated column -> value, for each record of ``table``; without a 截至日, nothing is shown."""
    shown = _SHOWN.get(table)
    if shown is None or as_of_of(context) is None:
        return [{} for _ in data.get(table, ())]
    return shown(context, data, data.get(table, ()))


def _roster(context: Context, _: Data, records: Sequence[Record]) -> list[Values]:
    return [_pupil_values(r, as_of_of(context) or dt.date.min) for r in records]


def _pupil_values(record: Record, as_of: dt.date) -> Values:
    number, birth = check_id(record.get("id_no")), record.get("birth")
    known = birth if isinstance(birth, dt.date) else None
    word = VERDICTS.get(number.problem, "") if not number.value else _against(record, number.value)
    if known is None and word in (CORRECT, SEX_DIFFERS):
        known = birth_of(number.value)
    age = age_on(known, as_of) if known else ""
    return {"id_clean": bare_id(record.get("id_no")), "id_check": word, "age": age}


def _against(record: Record, number: str) -> str:
    birth, sex = record.get("birth"), record.get("sex")
    if isinstance(birth, dt.date) and birth != birth_of(number):
        return BIRTH_DIFFERS
    return SEX_DIFFERS if sex and sex != sex_of(number) else CORRECT


def _roll_call(context: Context, data: Data, records: Sequence[Record]) -> list[Values]:
    period, as_of = context.period, as_of_of(context)
    if period is None or as_of is None:
        return [{} for _ in records]
    calendar = calendar_of(context)
    days = [period.first + _DAY * n for n in range(period.last.day)]
    before = _spells_by_name(data.get("absence", ()))
    result = []
    for record in records:
        marks = _decoded(record, days)
        values = _counts(marks, days, calendar, as_of) | _runs(marks, days, context)
        stop, own = min(as_of, period.first - _DAY), before.get(_name(record), [])
        earlier = [spell_days(s, calendar, stop) for s in own if s.kind is LeaveKind.UNEXCUSED]
        missed = values["absent"]
        total = missed if isinstance(missed, float) else 0.0
        result.append(values | {"cumulative": total + sum(earlier)})
    return result


def _decoded(record: Record, days: Sequence[dt.date]) -> tuple[Mark, ...]:
    marks = record.get("marks")
    given = marks if isinstance(marks, Mapping) else {}
    return decode_marks([[given.get(d.day) for d in days]], {}, load_lists()["mark"])[0]


def _counts(
    marks: Sequence[Mark], days: Sequence[dt.date], calendar: SchoolCalendar, as_of: dt.date
) -> Values:
    seen = Counter(
        m for m, d in zip(marks, days, strict=True) if d <= as_of and calendar.is_school_day(d)
    )
    missed = cumulative_from_marks(marks, days, calendar, as_of)
    present = seen[Mark.PRESENT] + seen[Mark.LATE] + seen[Mark.HOME] + HALF_DAY * seen[Mark.HALF]
    return {
        "present": present,
        "absent": missed.get(LeaveKind.UNEXCUSED, 0.0),
        "sick": missed.get(LeaveKind.SICK, 0.0),
        "personal": missed.get(LeaveKind.PERSONAL, 0.0),
        "late": seen[Mark.LATE],
    }


def _runs(marks: Sequence[Mark], days: Sequence[dt.date], context: Context) -> Values:
    as_of = as_of_of(context) or days[-1]
    runs = runs_from_marks(marks, days, calendar_of(context), as_of)
    now = next((run for run in runs if run.open), None)
    step = now and _level(context.policy, now.school_days, now.calendar_days)
    return {
        "run": now.school_days if now else 0,
        "run_from": now.start if now else "",
        "flag": step or "",
        "longest": longest(runs)[0],
    }


def _level(policy: Policy | None, school_days: float, calendar_days: int) -> str:
    step = level(policy, school_days=school_days, calendar_days=calendar_days) if policy else None
    return step.title if step else ""


def _name(record: Record) -> tuple[object, ...]:
    return record.get("name"), record.get("grade"), record.get("class_name")


def _spell(record: Record) -> Spell | None:
    start, back = record.get("start"), record.get("back")
    kind = load_lists()["leave_kind"].canonical(record.get("leave_kind"))
    if not isinstance(start, dt.date) or kind is None:
        return None
    return Spell(start, back if isinstance(back, dt.date) else None, LeaveKind(kind))


def _spells_by_name(records: Sequence[Record]) -> dict[tuple[object, ...], list[Spell]]:
    found: dict[tuple[object, ...], list[Spell]] = {}
    for record in records:
        if spell := _spell(record):
            found.setdefault(_name(record), []).append(spell)
    return found


def _absence(context: Context, _: Data, records: Sequence[Record]) -> list[Values]:
    calendar, as_of = calendar_of(context), as_of_of(context) or dt.date.min
    first = context.period.first if context.period else dt.date.min + _DAY
    result: list[Values] = []
    for record in records:
        spell = _spell(record)
        if spell is None:
            result.append({})
            continue
        runs = [r for r in runs_from_spells([spell], calendar, as_of) if r.open]
        flags = [_level(context.policy, r.school_days, r.calendar_days) for r in runs]
        result.append(
            {
                "days_due": spell_days(spell, calendar, as_of),
                "days_before": spell_days(spell, calendar, min(as_of, first - _DAY)),
                "spell_flag": flags[0] if flags else "",
            }
        )
    return result


def _cases(table: str, context: Context, data: Data, records: Sequence[Record]) -> list[Values]:
    calendar, as_of = calendar_of(context), as_of_of(context) or dt.date.min
    visits: dict[str, list[dt.date]] = defaultdict(list)
    for visit in data.get("visits", ()):
        if isinstance(day := visit.get("visit_date"), dt.date):
            visits[row_key(visit)].append(day)
    dropouts = listed_dropouts(data.get("dropout", ()))
    result = []
    for record in records:
        first, closed, key = record.get("first_absent"), record.get("closed"), row_key(record)
        end = min(as_of, closed - _DAY) if isinstance(closed, dt.date) else as_of
        days: object = ""
        if isinstance(first, dt.date) and first >= calendar.days[0]:
            days = calendar.count(first, end)
        result.append(
            {
                "pupil": key,
                "visit_count": _within(visits.get(key, ()) if key else (), first, closed),
                "run_days": days,
                "case_status": status_of(table, record, dropouts, as_of),
            }
        )
    return result


def _within(days: Iterable[dt.date], first: object, closed: object) -> int:
    """How many days lie from the first absent day to 销号, both included; a bound may be missing."""
    since = first if isinstance(first, dt.date) else dt.date.min
    until = closed if isinstance(closed, dt.date) else dt.date.max
    return sum(since <= day <= until for day in days)


def _visits(_: Context, __: Data, records: Sequence[Record]) -> list[Values]:
    seen: Counter[str] = Counter()
    result: list[Values] = [{} for _ in records]
    for at in sorted(range(len(records)), key=lambda at: _day_of(records[at])):
        key = row_key(records[at])
        seen[key] += 1
        result[at] = {"pupil": key, "visit_key": f"{key}#{seen[key]}"}
    return result


def _day_of(visit: Record) -> dt.date:
    """When a visit was; those without a day come first."""
    day = visit.get("visit_date")
    return day if isinstance(day, dt.date) else dt.date.min


_SHOWN: dict[str, Callable[[Context, Data, Sequence[Record]], list[Values]]] = {
    "roster": _roster,
    "roll_call": _roll_call,
    "absence": _absence,
    "suspected": partial(_cases, "suspected"),
    "dropout": partial(_cases, "dropout"),
    "visits": _visits,
}
