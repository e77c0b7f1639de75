"""One number, four ways: native formula, worksheet function, ribbon macro, command line.

Every pupil of the sample county, written into our own workbooks.  A row of 缺勤登记 shows its own days;
where the ledger splits one absence into several rows, or both 点名表 and 缺勤登记 tell of one pupil, the
core lays them together, which no formula of a single row can: those pupils are named by the core's
own findings, and only for them may the formula differ.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from kbbx_xl.books.read import read_file
from kbbx_xl.excel import main
from kbbx_xl.model import FileRead, Kind, Period, Table, a1
from kbbx_xl.rules.ladder import level
from kbbx_xl.settings.policies import load_policy
from tests.books.libreoffice import calculated
from tests.excel.conftest import STANDARD
from tests.excel.pc import PC

pytestmark = pytest.mark.libreoffice
MONTH, AS_OF = Period(2026, 10), dt.date(2026, 10, 20)
Native = dict[str, dict[str, str | float]]
SPLIT = {"A04", "A05", "A06"}  # findings: one absence in several rows of the ledger


@pytest.fixture(scope="module")
def told(rewritten_county: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the command line says of the county."""
    out = tmp_path_factory.mktemp("county")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "kbbx_xl", "county", str(rewritten_county)),
            *("--month", str(MONTH), "--as-of", str(AS_OF), "--policy", "tanghe"),
            *("-o", str(out), "--json", str(out / "county.json")),
        ],
        capture_output=True,
        check=True,
    )
    assert done.returncode == 0
    return json.loads((out / "county.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def books(rewritten_county: Path) -> list[tuple[Path, FileRead, Native]]:
    paths = sorted(rewritten_county.rglob("登记表.xlsx"))
    reads = [read_file(path, path.name, period=MONTH) for path in paths]
    return list(zip(paths, reads, calculated(paths), strict=True))


def column(native: Native, table: Table, name: str) -> list[str | float]:
    """What LibreOffice calculated in a column of formulas, one value a record."""
    cells = native[table.sheet]
    return [cells.get(a1(row, table.where[name]), "") for row in table.rows]


def tables(read: FileRead, kind: Kind) -> Iterator[Table]:
    yield from (t for t in read.tables if t.kind is kind and len(t))


@pytest.fixture(scope="module")
def pc(addins: Path) -> PC:
    return PC(addins / STANDARD)


def flat(answer: object) -> list[object]:
    return [row[0] for row in answer] if isinstance(answer, tuple) else [answer]


def block(sheet: xw.Sheet, table: Table, first: int, last: int) -> xw.Range:
    return sheet.range((table.rows[0], first), (table.rows[-1], last))


def test_roll_calls_native_formula_and_function_agree(
    pc: PC, books: list[tuple[Path, FileRead, Native]]
) -> None:
    """连续旷课, 本月最长连续旷课 and 预警 of every pupil of every 点名表."""
    pupils = 0
    for path, read, native in books:
        for table in tables(read, Kind.ROLL_CALL):
            book = pc.open(path)
            sheet = book.sheets[table.sheet]
            marks = block(sheet, table, table.day_columns[0], table.day_columns[-1])
            dates = book.names["点名_日期"].refers_to_range
            assert len(table.days) == dates.size == MONTH.last.day
            now = flat(pc.call("KBBX_LONGEST_RUN", marks, dates, None, True))
            longest = flat(pc.call("KBBX_LONGEST_RUN", marks, dates))
            steps = flat(pc.call("KBBX_STEP", [[value] for value in now]))
            assert [number(v) for v in column(native, table, "run")] == [number(v) for v in now]
            assert [number(v) for v in column(native, table, "longest")] == [
                number(v) for v in longest
            ]
            assert column(native, table, "flag") == [str(step or "") for step in steps]
            pupils += len(table)
            book.close()
    assert pupils > 400


def number(value: object) -> float:
    """Nothing and 0 are one: no absence."""
    return float(value) if isinstance(value, (int, float)) else 0.0


def test_ledgers_native_formula_and_function_agree(
    pc: PC, books: list[tuple[Path, FileRead, Native]]
) -> None:
    """应计天数 and 预警 of every row of every 缺勤登记."""
    rows = 0
    for path, read, native in books:
        for table in tables(read, Kind.ABSENCE):
            book = pc.open(path)
            spans = list(zip(table.get("start"), table.get("back"), strict=True))
            firsts = [[moment(start)] for start, _ in spans]
            lasts = [[moment(last_day(start, back))] for start, back in spans]
            whole = flat(pc.call("KBBX_SCHOOL_DAYS", firsts, lasts))
            days = [
                number(d) * (0.5 if start == back else 1)
                for d, (start, back) in zip(whole, spans, strict=True)
            ]
            kinds = [[kind] for kind in table.get("leave_kind")]
            steps = flat(pc.call("KBBX_STEP", [[d] for d in days], kinds))
            until = [[moment(AS_OF)] for _ in spans]
            here = flat(
                pc.call("KBBX_SCHOOL_DAYS", [[moment(seen(*span))] for span in spans], until)
            )
            away = [
                not isinstance(back, dt.date) or number(d) == 0
                for (_, back), d in zip(spans, here, strict=True)
            ]
            shown = [
                str(step or "") if gone else "" for step, gone in zip(steps, away, strict=True)
            ]
            assert [number(v) for v in column(native, table, "days_due")] == days
            assert column(native, table, "spell_flag") == shown
            rows += len(table)
            book.close()
    assert rows > 100


def last_day(start: object, back: object) -> object:
    """The last day away: before the return, the one day of half a day, 截至日 while nobody is back."""
    if not isinstance(back, dt.date):
        return AS_OF
    return back if back == start else min(AS_OF, back - dt.timedelta(days=1))


def seen(start: object, back: object) -> object:
    """The first day at school again; the day after half a day; the day after 截至日 while away."""
    if not isinstance(back, dt.date):
        return AS_OF + dt.timedelta(days=1)
    return back + dt.timedelta(days=1) if back == start else back


def moment(day: object) -> object:
    """A date as a cell gives it."""
    return dt.datetime.combine(day, dt.time()) if isinstance(day, dt.date) else day


def test_command_line_and_native_formula_agree(
    told: dict[str, Any], books: list[tuple[Path, FileRead, Native]], rewritten_county: Path
) -> None:
    """Every open run: its days and its step at the row where it was read."""
    policy = load_policy("tanghe")
    by_file = {path.relative_to(rewritten_county).as_posix(): (r, n) for path, r, n in books}
    merged = {
        (f["file"], f["sheet"], f["cell"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        for f in told["findings"]
        if f["code"] in SPLIT
    }
    seen, apart = 0, set()
    for run in told["runs"]:
        read, native = by_file[run["file"]]
        table = next(t for t in read.tables if t.sheet == run["sheet"])
        index = table.rows.index(run["row"])
        names = ("run", "flag") if table.kind is Kind.ROLL_CALL else ("days_due", "spell_flag")
        if table.kind is Kind.ROLL_CALL and not run["open"]:
            continue
        days, step = (column(native, table, name)[index] for name in names)
        reached = level(policy, school_days=run["school_days"], calendar_days=run["calendar_days"])
        title = reached.title if reached and run["open"] else ""
        if number(days) != run["school_days"] or step != title:
            apart.add((run["file"], run["sheet"], str(run["row"])))
        seen += 1
    assert seen > 50
    assert apart <= merged, "a formula differs where no finding says why"
    assert len(apart) < len(merged)


def test_ribbon_and_command_line_agree(
    pc: PC,
    told: dict[str, Any],
    books: list[tuple[Path, FileRead, Native]],
    rewritten_county: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Every step of every pupil: 标记缺勤预警 in each school's open workbook, and the county's list."""
    monkeypatch.delenv("KBBX_STATE", raising=False)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setattr(main, "today", lambda: AS_OF)
    by_unit: dict[str, Counter[tuple[object, ...]]] = defaultdict(Counter)
    for due in told["due"]:
        by_unit[due["unit"]][due["step"], due["due"], "是" if due["overdue"] else ""] += 1
    steps = 0
    for path, read, _ in books:
        book = pc.open(path)
        pc.click("flag")
        listed = [s for s in book.sheets if s.name == "缺勤预警"]
        rows = listed[0].used_range.options(ndim=2, empty="").value[4:]
        shown = Counter((row[6], str(row[10])[:10], row[11]) for row in rows if row[6])
        assert shown == by_unit[read.own["unit_name"]]
        steps += shown.total()
        book.close()
    assert steps == len(told["due"]) > 50
