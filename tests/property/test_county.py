"""A county is the sum of its schools: no order, grouping or name of folders changes what is found."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.books.checking import check_reads
from kbbx_xl.books.read import read_calendar, read_directory, read_file, read_folder
from kbbx_xl.flow.unit import UnitResult
from kbbx_xl.model import FileRead, Finding, Period
from kbbx_xl.settings.policies import load_policy
from tests.conftest import SAMPLE_COUNTY
from tests.property import bounded

OCTOBER, AS_OF = Period(2026, 10), dt.date(2026, 10, 20)
Found = tuple[list[UnitResult], list[Finding]]


@pytest.fixture(scope="module")
def reads() -> dict[str, list[FileRead]]:
    """The sample county's files by the folder they lie in."""
    found: dict[str, list[FileRead]] = {}
    for path, rel in read_folder(SAMPLE_COUNTY / "报送"):
        found.setdefault(Path(rel).parent.as_posix(), []).append(
            read_file(path, rel, period=OCTOBER)
        )
    return found


@pytest.fixture(scope="module")
def check(reads: dict[str, list[FileRead]]):  # type: ignore[no-untyped-def]
    directory, _ = read_directory(SAMPLE_COUNTY / "单位目录.xlsx")
    calendar, _ = read_calendar(SAMPLE_COUNTY / "校历.xlsx")

    def run(given_reads: list[FileRead]) -> Found:
        return check_reads(
            given_reads,
            month=OCTOBER,
            as_of=AS_OF,
            policy=load_policy("tanghe"),
            directory=directory,
            calendar=calendar,
        )

    return run


def _codes(findings: list[Finding]) -> Counter[tuple[str, str, str, str]]:
    return Counter((f.code, f.file, f.sheet, f.cell) for f in findings)


@bounded(4)
@given(data=st.data())
def test_two_halves_of_a_county_are_the_county(data, reads, check) -> None:  # type: ignore[no-untyped-def]
    """merge(A∪B) = merge(A) + merge(B), where each school lies in one of the two."""
    folders = sorted(reads)
    half = set(data.draw(st.lists(st.sampled_from(folders), unique=True)))
    both = [[r for f in folders if (f in half) is side for r in reads[f]] for side in (True, False)]
    results, findings = check([r for f in folders for r in reads[f]])
    parts = [check(part) for part in both]
    assert _codes(findings) == _codes(parts[0][1]) + _codes(parts[1][1])
    whole = {result.unit.name: repr(result) for result in results}
    pieces = {result.unit.name: repr(result) for part in parts for result in part[0]}
    assert whole == pieces


@bounded(4)
@given(data=st.data())
def test_no_order_of_files_changes_what_is_found(data, reads, check) -> None:  # type: ignore[no-untyped-def]
    everything = [r for f in sorted(reads) for r in reads[f]]
    mixed = data.draw(st.permutations(everything))
    results, findings = check(everything)
    other, others = check(mixed)
    assert _codes(findings) == _codes(others)
    assert [r.unit.name for r in results] == [r.unit.name for r in other]


@bounded(4)
@given(prefix=st.sampled_from(("", "资料/", "新建文件夹 (2)/", "𠮷·/")))
def test_folders_may_be_called_anything_above(prefix: str, reads, check) -> None:  # type: ignore[no-untyped-def]
    everything = [r for f in sorted(reads) for r in reads[f]]
    moved = [dataclasses.replace(r, path=prefix + r.path) for r in everything]
    _, findings = check(everything)
    _, others = check(moved)
    assert Counter(f.code for f in findings) == Counter(f.code for f in others)
