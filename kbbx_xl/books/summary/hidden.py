"""What a result says of itself in very hidden sheets (表内标识), and what XlsxWriter refuses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kbbx_xl.books.plain_sheet import PlainBook
from kbbx_xl.books.summary.scope import owning_unit
from kbbx_xl.flow.result import County
from kbbx_xl.messages import OutputError
from kbbx_xl.model import SUMMARY_FORM

STAMP_SHEET = "_kbbx"


VERSION = 1  # of the record
HISTORY = "history"  # in the stamp: the figures of the month, for later months


def stamp(county: County) -> tuple[tuple[str, str], ...]:
    """What says that a workbook is a result of this program, so that it is not read as a report."""
    unit = owning_unit(county.directory)
    return (
        ("form", SUMMARY_FORM),
        ("version", "1"),
        ("unit", unit.code if unit else ""),
        ("unit_name", unit.name if unit else ""),
        ("period", str(county.month)),
        ("policy", county.policy.profile),
    )


def record(own: Mapping[str, str], value: Mapping[str, Any]) -> tuple[str, str]:
    """The line of the stamp that tells a month's figures; ``own``: the rest of the stamp."""
    told = {"version": VERSION, **value}
    told["check"] = check_of(own, told)
    return HISTORY, json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def check_of(own: Mapping[str, str], told: Mapping[str, Any]) -> str:
    """The checksum of a record and of the stamp that it stands in."""
    stamped = {key: own.get(key, "") for key in ("unit", "unit_name", "period", "policy")}
    kept = {key: value for key, value in told.items() if key != "check"}
    text = json.dumps([stamped, kept], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write_hidden(workbook: PlainBook, name: str, rows: Iterable[Sequence[str]]) -> None:
    """A very hidden sheet of text."""
    sheet = workbook.add_worksheet(name)
    for row, line in enumerate(rows):
        for column, text in enumerate(line):
            accepted(sheet.write_string(row, column, text))
    sheet.very_hidden()


def accepted(status: int | None) -> None:
    """XlsxWriter refuses by a negative number, not by an exception; a sheet with holes is none."""
    if status is not None and status < 0:
        raise OutputError(f"写工作表时有内容放不进 Excel（{status}），没有采用")
