"""Every contestant whose library is here does the whole of its step: all of them see the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from benchmarks import absence, arrays, county, ids, make, reading, writing
from benchmarks.contestant import Contestant
from benchmarks.libraries import LIBRARIES, office_rows
from benchmarks.ours import joined

SCHOOLS, PUPILS = 3, 60


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, make.County]:
    top = tmp_path_factory.mktemp("bench")
    for kind in make.KINDS:
        make.make(top / kind, schools=SCHOOLS, students=PUPILS, kind=kind)
    make.resend(top / f"{make.CLEAN}.resent", schools=SCHOOLS, kind=make.CLEAN)
    return {kind: make.County(top / kind, SCHOOLS, kind) for kind in make.KINDS}


def here(found: Mapping[str, Contestant]) -> list[Contestant]:
    return [contestant for contestant in found.values() if not contestant.missing]


@pytest.mark.parametrize("kind", make.KINDS)
def test_every_reader_sees_the_same_cells(kind: str, counties: Mapping[str, make.County]) -> None:
    paths = reading.files_of(str(counties[kind].folder))
    scanned = [reading.scan(path) for path in paths]
    cells = sum(cells for _, cells in scanned)
    readers = {name: LIBRARIES[name] for name in LIBRARIES}
    found = here(reading.contestants("read"))
    seen = {c.name: reading.filled(readers[c.name], paths) for c in found if c.name in readers}
    assert cells > 1000
    assert seen == dict.fromkeys(seen, cells)
    sheets = {"files": SCHOOLS, "sheets": sum(sheets for sheets, _ in scanned)}
    for contestant in found:
        if contestant.name not in (reading.OFFICE, reading.OURS):
            assert contestant.work(paths) == sheets, contestant.name


@pytest.mark.libreoffice
def test_libreoffice_sees_the_same_cells(counties: Mapping[str, make.County]) -> None:
    paths = counties[make.CLEAN].files()
    sheets, cells = zip(*map(reading.scan, paths), strict=True)
    assert office_rows(paths) == (sum(sheets), sum(cells))


@pytest.mark.parametrize("kind", make.KINDS)
def test_every_library_joins_the_same_rows(kind: str, counties: Mapping[str, make.County]) -> None:
    paths = counties[kind].files()
    found = [c for c in here(reading.contestants("join")) if c.name != reading.OURS]
    rows = [contestant.work(paths) for contestant in found]
    assert rows == [rows[0]] * len(rows)
    if kind == make.CLEAN:
        assert joined(paths)["学籍导出"] == rows[0]["学生基本信息"]


def test_one_file_in_two_is_half_of_them(counties: Mapping[str, make.County]) -> None:
    folder = counties[make.CLEAN].folder
    assert reading.files_of(f"{folder}::2") == counties[make.CLEAN].files(every=2)
    assert len(reading.files_of(f"{folder}::2")) == 2


def test_a_county_three_times(counties: Mapping[str, make.County], tmp_path: Path) -> None:
    turns = county.Turns(counties[make.CLEAN], tmp_path)
    _, first = turns.cold()
    before = {p.name: p.read_bytes() for p in (tmp_path / "county").rglob("*.xlsx")}
    _, second = turns.again()
    assert first == second
    turns.few()
    after = {p.name: p.read_bytes() for p in (tmp_path / "county").rglob("*.xlsx")}
    assert before.keys() == after.keys()
    changed = [name for name in before if before[name] != after[name]]
    assert len(changed) == SCHOOLS  # of five at most


def test_the_messy_county_says_the_same_as_the_clean_one(
    counties: Mapping[str, make.County], tmp_path: Path
) -> None:
    told = []
    for kind in (make.CLEAN, make.MESSY):
        path = tmp_path / f"{kind}.json"
        turns = county.Turns(counties[kind], tmp_path / kind)
        turns.cold("--json", str(path))
        told.append(json.loads(path.read_text(encoding="utf-8")))
        for run in told[-1]["runs"]:
            del run["row"]  # one further down, below two rows of headings
    for part in ("totals", "units", "runs", "submissions"):
        assert told[0][part] == told[1][part]


@pytest.mark.parametrize("name", writing.WRITERS)
def test_every_writer_writes_the_ledger(name: str, tmp_path: Path) -> None:
    contestant = writing.contestants("write")[name]
    if contestant.missing:
        pytest.skip(contestant.missing)
    task = writing.load(f"60 {tmp_path}", 0)
    contestant.work(task)
    book = openpyxl.load_workbook(task.path)
    sheet = book.worksheets[0]
    rows = [
        tuple(v.date() if hasattr(v, "date") else v for v in row)
        for row in sheet.iter_rows(values_only=True)
    ]
    assert rows == [writing.TITLES, *task.rows]
    assert sheet.freeze_panes == "A2"
    filters = [sheet.auto_filter.ref, *(table.ref for table in sheet.tables.values())]
    assert "A1:P61" in filters
    link = sheet["P61"].hyperlink
    assert ("no links" in name) == (link is None)
    if link:
        file, place = writing.target(task.rows[-1])
        assert (str(link.target).replace("\\", "/"), link.location) == (file, place)
        assert sheet["G61"].number_format == "yyyy-mm-dd"
        assert sheet["C61"].border.left.style == "thin"


@pytest.mark.parametrize(("step", "size"), [(ids, 500), (absence, 300)])
def test_all_come_to_the_same_answer(step: object, size: int) -> None:
    found = here(step.contestants(""))  # type: ignore[attr-defined]
    answers = [c.see(c.work(c.load(str(size), 1))) for c in found]
    assert len(answers) > 2
    assert answers == [answers[0]] * len(answers)


def test_worksheet_functions_take_an_array() -> None:
    contestant = arrays.contestants("functions")["KBBX_AGE"]
    seen = contestant.work(contestant.load("50", 0))
    assert seen["cells"] == 50
