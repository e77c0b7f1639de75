"""收件登记.xlsx: every package that came, one line each, with what became of it and what to do.

The very hidden sheet holds the same as data, so that a later run knows what came before.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from kbbx_xl.books.casework.pages import new_book
from kbbx_xl.books.files import Written, is_open, verify_workbook, write_whole
from kbbx_xl.books.summary.hidden import write_hidden
from kbbx_xl.books.summary.paper import Paper
from kbbx_xl.books.writing.texts import TEXT_LIMIT
from kbbx_xl.flow.context import NO_POLICY
from kbbx_xl.flow.receipt import Receipt, State, Verdict
from kbbx_xl.messages import InputError
from kbbx_xl.model import Period

FILE, SHEET, DATA = "收件登记.xlsx", "收件登记", "_packages"
COLUMNS = (
    ("序号", 5), ("文件", 28), ("单位", 22), ("月份", 9), ("封装时间", 17), ("校验码", 21),
    ("状态", 12), ("改动了哪些文件", 30), ("原因", 32), ("怎么办", 32), ("收件时间", 17),
)  # fmt: skip
UNOPENED = "没有打开"
STYLES = {
    State.INTACT: "good", State.CHANGED: "none", State.BARE: "some", State.REPLACED: "center",
    State.OLD: "center",
}  # fmt: skip
NO_LIST = Verdict(
    State.BARE,
    used=True,
    reason="没有报送清单，看不出封装后有没有改动，也看不出新旧",
    remedy="核对后使用；以后请报送单位用“打包”或 kbbx-xl seal",
)
SPOILT_LIST = Verdict(
    State.CHANGED,
    used=False,
    reason="报送清单被改坏了，看不出是哪个单位的，没有采用",
    remedy="向报送单位核实，请其重新打包",
)
NOTES = (
    "注：原样＝与封装时的清单一致；封后有改动＝封装以后文件被改过、缺少或新增；已被新版取代＝同一单位同一月份"
    "有封装时间更晚的；旧版＝收到时已有更新的；没有清单＝不是本程序打的包。",
    "校验码可以打电话与报送单位核对：两边相同，清单就没有被人一起改过。",
)


@dataclass(frozen=True, slots=True)
class Record:
    """One package as it came.  ``put``: its files that lie in the folder, with their sha256.

    Three kinds: with a manifest (``digest``), without (``bare``), not opened (``cause``).
    """

    id: str  # sha256 of the package
    names: tuple[str, ...]
    received: str  # 2026-10-20T08:30:00+08:00
    unit: str = ""
    month: str = ""
    sealed_at: str = ""
    digest: str = ""
    code: str = ""
    bare: bool = False
    changes: tuple[str, ...] = ()
    cause: str = ""
    remedy: str = ""
    home: str = ""
    put: tuple[tuple[str, str], ...] = ()

    @property
    def opened(self) -> bool:
        return not self.cause

    @property
    def receipt(self) -> Receipt | None:
        """What the flow judges by; None without a manifest."""
        if not self.digest:
            return None
        moments = map(dt.datetime.fromisoformat, (self.sealed_at, self.received))
        sealed_at, received = moments
        return Receipt(
            self.id, self.names[0], self.unit, self.month, sealed_at, self.digest,
            bool(self.changes), received,
        )  # fmt: skip


def read_register(folder: Path) -> list[Record]:
    """Packages that came so far; InputError when the register is open or none of ours."""
    path = folder / FILE
    if not path.exists():
        return []
    if is_open(path):
        raise InputError(f"“{FILE}”正开着。关闭它再试")
    try:
        book = openpyxl.load_workbook(path, read_only=True)
        lines = list(book[DATA].iter_rows(values_only=True))
        book.close()
        return [
            _record(json.loads("".join(str(v) for v in line if v is not None))) for line in lines
        ]
    except (InvalidFileException, zipfile.BadZipFile, ValueError, TypeError, KeyError) as error:
        raise InputError(f"“{FILE}”不是程序写的收件登记，或者被改过。把它改名后再试") from error


def write_register(
    folder: Path, records: Sequence[Record], verdicts: Mapping[str, Verdict]
) -> Written:
    """Write the register; the same records give the same bytes."""
    target = folder / FILE
    moments = [dt.datetime.fromisoformat(r.received) for r in records]
    day = max(moments).date()

    def make(path: Path) -> None:
        book = new_book(
            path, target, title=SHEET, month=Period(day.year, day.month), as_of=day,
            policy=NO_POLICY, sources=None,
        )  # fmt: skip
        paper = book.paper(SHEET)
        paper.heading(SHEET, "", f"报送包 {len(records)} 个", [width for _, width in COLUMNS])
        paper.head([title for title, _ in COLUMNS], freeze=2)
        for number, record in enumerate(sorted(records, key=in_order), 1):
            _line(paper, number, record, verdicts.get(record.id))
        for note in NOTES:
            paper.note(note)
        data = sorted(records, key=lambda r: r.id)
        write_hidden(book.workbook, DATA, map(_packed, data))
        book.close()

    return write_whole(target, make, verify_workbook)


def _line(paper: Paper, number: int, record: Record, verdict: Verdict | None) -> None:
    row = paper.row
    paper.plain(row, 0, number)
    state = str(verdict.state) if verdict else UNOPENED
    reason, remedy = (verdict.reason, verdict.remedy) if verdict else (record.cause, record.remedy)
    texts = (
        "、".join(record.names), record.unit, record.month, _minute(record.sealed_at), record.code,
        state, "、".join(record.changes), reason, remedy, _minute(record.received),
    )  # fmt: skip
    for column, text in enumerate(texts, 1):
        style = (STYLES[verdict.state] if verdict else "none") if column == 6 else "text"
        paper.text(row, column, text, style)
    paper.end_row()


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")


def in_order(record: Record) -> tuple[str, ...]:
    """Sort key of records: unit, month, when sealed, name."""
    return record.unit, record.month, record.sealed_at, record.names[0], record.id


def _packed(record: Record) -> list[str]:
    """A record as text, over as many cells as it needs."""
    text = json.dumps(dataclasses.asdict(record), ensure_ascii=True, sort_keys=True)
    return [text[n : n + TEXT_LIMIT] for n in range(0, len(text), TEXT_LIMIT)]


def _record(value: Mapping[str, object]) -> Record:
    """A line of the hidden sheet; TypeError or ValueError for anything that we did not write."""
    texts = {name: _text(value[name]) for name in TEXTS}
    for moment in (texts["received"], *filter(None, [texts["sealed_at"]])):
        dt.datetime.fromisoformat(moment)
    return Record(
        **texts,
        names=tuple(map(_text, _list(value["names"]))),
        bare=bool(value["bare"]),
        changes=tuple(map(_text, _list(value["changes"]))),
        put=tuple((_text(path), _text(sha)) for path, sha in _list(value["put"])),
    )


TEXTS = (
    "id",
    "received",
    "unit",
    "month",
    "sealed_at",
    "digest",
    "code",
    "cause",
    "remedy",
    "home",
)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _list(value: object) -> Iterable[tuple[object, object]]:
    if not isinstance(value, list):
        raise TypeError("list")
    return value
