"""本月月报 counted from a school's own tables: which rows make every number.

The native formulas of the sheet 本月月报 count the same rows: a test lets LibreOffice calculate them
and compares.  Records are those of the declared forms (field -> value), by table id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from kbbx_xl.model import GRADES, Period, stage_of
from kbbx_xl.rules.cases import BACK, SUSPECTED
from kbbx_xl.rules.ledger_status import with_status
from kbbx_xl.settings.lists import load_lists

Record = Mapping[str, object]
Data = Mapping[str, Sequence[Record]]
Row = tuple[str, int]  # table id and record of it

HOME, YES, MALE, FEMALE = "送教上门", "是", "男", "女"
FLOWS = {"transfer_in": "转入", "return_in": "复学", "transfer_out": "转出"}
FLOWS |= {"suspend": "休学", "dropout": "辍学"}
OTHERS = {"other_in": "增加", "other_out": "减少"}
LEDGERS = ("suspected", "dropout")
CLOSING, SUSPECTED_COLUMN = "closing", "suspected"


def other_kinds(group: str) -> tuple[str, ...]:
    """Kinds of change that add (增加) or take away (减少) and have no column of their own."""
    words = load_lists()["change"].words
    return tuple(w.value for w in words if w.group == group and w.value not in FLOWS.values())


def in_month(day: object, month: Period | None, as_of: dt.date | None) -> bool:
    """Whether a cell is a date of the month, up to 截至日."""
    if month is None or as_of is None or not isinstance(day, dt.date):
        return False
    return month.first <= day <= min(as_of, month.last)


def counted(
    data: Data, month: Period | None, as_of: dt.date | None
) -> dict[str, dict[str, list[Row]]]:
    """Grade -> column of 月报表 -> the rows that its number counts; every grade and column is there."""
    data = with_status(data, as_of)
    kinds: dict[str, tuple[str, ...]] = {name: (kind,) for name, kind in FLOWS.items()}
    kinds |= {name: other_kinds(group) for name, group in OTHERS.items()}
    columns = (*kinds, CLOSING, "closing_male", "closing_female", SUSPECTED_COLUMN)
    columns += ("persuaded", "home_teaching")
    rows: dict[str, dict[str, list[Row]]] = {g: {name: [] for name in columns} for g in GRADES}
    for i, record in _of_grades(data, "roster"):
        _count_pupil(rows[str(record["grade"])], ("roster", i), record)
    for i, record in _of_grades(data, "changes"):
        if in_month(record.get("change_date"), month, as_of):
            for name, own in kinds.items():
                if record.get("change") in own:
                    rows[str(record["grade"])][name].append(("changes", i))
    for ledger in LEDGERS:
        for i, record in _of_grades(data, ledger):
            state, of_grade = record.get("case_status"), rows[str(record["grade"])]
            if state == SUSPECTED:
                of_grade[SUSPECTED_COLUMN].append((ledger, i))
            if state == BACK and in_month(record.get("closed"), month, as_of):
                of_grade["persuaded"].append((ledger, i))
    return rows


def _of_grades(data: Data, table: str) -> Iterator[tuple[int, Record]]:
    for i, record in enumerate(data.get(table, ())):
        if record.get("grade") in GRADES:
            yield i, record


def _count_pupil(of_grade: Mapping[str, list[Row]], row: Row, record: Record) -> None:
    if not is_enrolled(record):
        return
    of_grade[CLOSING].append(row)
    if record.get("sex") in (MALE, FEMALE):
        of_grade["closing_male" if record.get("sex") == MALE else "closing_female"].append(row)
    if record.get("home_teaching") == YES or record.get("status") == HOME:
        of_grade["home_teaching"].append(row)


def is_enrolled(record: Record) -> bool:
    """Whether 就读状态 counts as enrolled (计入在校生数)."""
    word = load_lists()["status"].find(record.get("status"))
    return word is not None and bool(word.enrolled)


def figures(
    data: Data, month: Period | None, as_of: dt.date | None, opening: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    """What 本月月报 shows: grade -> column -> number, "" for a grade without pupils.

    ``opening``: grade -> 上月末在校生数 as typed, since a grade with it is in use.
    """
    used = {r.get("grade") for table in ("roster", "changes") for r in data.get(table, ())}
    used |= {grade for grade, number in opening.items() if number}
    return {
        grade: {name: len(rows) if grade in used else "" for name, rows in columns.items()}
        for grade, columns in counted(data, month, as_of).items()
    }


def six_count(data: Data, stage: str, state: str, as_of: dt.date | None) -> int:
    """One of the six numbers: cases of a stage that are 辍学, 疑似辍学 or 复学 (已返校)."""
    word, listed = BACK if state == "复学" else state, with_status(data, as_of)
    return sum(
        r.get("case_status") == word and stage_of(str(r.get("grade"))) == stage
        for table in LEDGERS
        for r in listed.get(table, ())
    )
