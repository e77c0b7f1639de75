"""A small school's own workbooks: a dozen invented pupils, October 2026."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from kbbx_xl.books.read import read_file
from kbbx_xl.books.template import Context, build_workbook
from kbbx_xl.model import FileRead, Period, Unit
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import load_policy
from tests.ids import with_check

Record = dict[str, object]

OCTOBER = Period(2026, 10)
UNIT = Unit("529011", "东河镇中心小学", "东河镇中心校", "学校")
COVER: Record = {"reporter": "周敏", "head": "何平", "filled_on": dt.date(2026, 10, 31)}


def day(number: int, month: int = 10) -> dt.date:
    return dt.date(2026, month, number)


def pupil(number: int, grade: str = "三年级", **more: object) -> Record:
    """Pupil 学生1, 学生2, …; odd numbers are boys."""
    sex = number % 2
    return {
        "name": f"学生{number}",
        "sex": "男" if sex else "女",
        "id_no": with_check(f"52000020160101{number:02d}{sex}"),
        "grade": grade,
        "class_name": "1班",
        "status": "在读",
        **more,
    }


def who(one: Record) -> Record:
    """What ledgers and lists repeat of a pupil."""
    return {name: one[name] for name in ("name", "sex", "id_no", "grade", "class_name")}


def called(one: Record, marks: Mapping[int, str]) -> Record:
    """A line of the roll call."""
    return {**{n: one[n] for n in ("name", "grade", "class_name")}, "marks": dict(marks)}


def written(
    path: Path,
    data: Mapping[str, list[Record]],
    *,
    form: str = "registration",
    period: Period | None = OCTOBER,
    as_of: dt.date | None = OCTOBER.last,
    unit: Unit | None = UNIT,
) -> Path:
    """A workbook of ours with these records."""
    context = Context(
        unit=unit,
        parent=UNIT.parent,
        period=period,
        as_of=as_of,
        policy=load_policy("tanghe"),
    )
    build_workbook(load_form(form), path, context=context, data={"cover": [COVER], **data})
    return path


def read(path: Path, period: Period = OCTOBER) -> FileRead:
    return read_file(path, path.name, period=period)


def column(result: FileRead, table: str, name: str) -> list[object]:
    return next(t for t in result.tables if t.table == table).get(name)
