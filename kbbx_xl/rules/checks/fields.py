"""Checks of single cells against their declaration (单元格检查): required, type, choice, range.

Identity numbers, grades, classes, statuses and marks have rules of their own and are not judged here.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence

from kbbx_xl.model import Finding, Layout, Period, Table
from kbbx_xl.rules.grids import all_mobile, phone_ok
from kbbx_xl.settings.forms import Field, FieldType, Sheet
from kbbx_xl.settings.lists import WordList

LONGEST_TEXT = 500  # characters of one cell
# days that may follow 截至日期: a paper is filled in and declared after the days it counts
FUTURE_ALLOWED = frozenset(
    {"back", "month", "filled_on", "declared_on", "until", "plan_start", "plan_end"}
)
ELSEWHERE = frozenset(
    {"id_no", "student_no", "grade", "class_name", "status", "case_status", "leave_kind", "sex", "grid_name", "head", "name", "start"}
)  # fmt: skip
NUMBERS = (FieldType.INT, FieldType.NUMBER)
NUMBERING = ("seq", "nth")
AS_WRITTEN = (FieldType.ID, FieldType.STUDENT_NO)
PLAIN = (FieldType.TEXT, FieldType.GRADE, FieldType.CLASS, FieldType.STATUS, FieldType.CASE_STATUS, FieldType.LEAVE_KIND)  # fmt: skip


def check_fields(
    table: Table, sheet: Sheet, lists: Mapping[str, WordList], as_of: dt.date
) -> list[Finding]:
    """V01–V10, V19, R03 of one table; one finding a cell."""
    findings: list[Finding] = []
    if table.layout is Layout.PERSON_FORM:
        return findings
    started = functools.cache(lambda: _started(table))
    for spec in sheet.columns:
        if spec.name in table.columns and spec.type not in AS_WRITTEN and not spec.formula:
            findings += _check_column(table, spec, started, lists, as_of)
    return findings


def _started(table: Table) -> list[bool]:
    """Rows that say more than their printed label: a grade nobody has is no unfinished row."""
    if table.layout is not Layout.TABLE:
        return [True] * len(table)
    width = len(table.columns)
    return [row.count(None) < width - 1 for row in zip(*table.columns.values(), strict=True)]


def _check_column(
    table: Table,
    spec: Field,
    started: Callable[[], Sequence[bool]],
    lists: Mapping[str, WordList],
    as_of: dt.date,
) -> list[Finding]:
    values = table.columns[spec.name]
    found: list[Finding] = []
    if spec.required and spec.name not in ELSEWHERE and None in values:
        found += [
            table.finding("V01", spec.name, i, title=spec.title)
            for i, value in enumerate(values)
            if value is None and started()[i]
        ]
    bad = _bad_values(values, spec, lists, as_of)
    if bad:
        found += [
            table.finding(bad[value], spec.name, i, **_params(bad[value], value, spec, as_of))
            for i, value in enumerate(values)
            if value in bad
        ]
    return found


def _bad_values(
    values: Sequence[object], spec: Field, lists: Mapping[str, WordList], as_of: dt.date
) -> dict[object, str]:
    """Value -> code, each distinct value judged once."""
    numbered = spec.name in NUMBERING and spec.type in NUMBERS
    if numbered or _all_right(values, spec, as_of):
        return {}
    if spec.type in PLAIN:
        return {v: "V08" for v in values if isinstance(v, str) and len(v) > LONGEST_TEXT}
    distinct = set(values) - {None}
    return {v: code for v in distinct if (code := _verdict(v, spec, lists, as_of))}


def _all_right(values: Sequence[object], spec: Field, as_of: dt.date) -> bool:
    """Whether one look at the whole column shows nothing wrong, as it does for most columns."""
    try:
        if spec.type in PLAIN:  # text can only be too long
            return max(map(len, filter(None, values)), default=0) <= LONGEST_TEXT  # type: ignore[arg-type]
        if spec.type is FieldType.DATE:
            days = [*filter(None, values)]
            usual = set(map(type, days)) <= {dt.date}
            return usual and max(days, default=as_of) <= as_of  # type: ignore[type-var,operator]
        if spec.type is FieldType.PHONE:
            return all_mobile([*filter(None, values)])
    except TypeError:  # something other than text among it
        return False
    return False


def _params(code: str, value: object, spec: Field, as_of: dt.date) -> dict[str, object]:
    params: dict[str, object] = {"title": spec.title}
    if code == "V05":
        params["as_of"] = as_of
    if code == "V08":
        params |= {"length": len(str(value)), "limit": LONGEST_TEXT}
    return params


def _verdict(value: object, spec: Field, lists: Mapping[str, WordList], as_of: dt.date) -> str:
    """Code of what is wrong with one value, or ""."""
    if spec.type is FieldType.DATE:
        if isinstance(value, Period) and spec.name == "birth":
            return ""  # 出生年月 gives the month only
        if not isinstance(value, dt.date):
            return "V04"
        return "V05" if value > as_of and spec.name not in FUTURE_ALLOWED else ""
    if spec.type in NUMBERS:
        return _number(value, spec)
    if spec.type is FieldType.PHONE:
        if isinstance(value, int | float):
            return "" if phone_ok(value) else "V19"
        return "" if phone_ok(value) or spec.name == "phone" else "V07"
    if spec.type is FieldType.CHOICE and spec.choices:
        if spec.name in ELSEWHERE:
            return "" if lists[spec.choices].canonical(value) else "V17"
        return "" if lists[spec.choices].canonical(value) else "V02"
    return ""


def _number(value: object, spec: Field) -> str:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return "V03"
    if value < 0:
        return "V09"
    if spec.type is FieldType.INT and not float(value).is_integer():
        return "V10"
    return ""
