"""The sample county as it arrived: every fact of its truth file is found and nothing false is claimed."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kbbx_xl.books.cache import Cache
from kbbx_xl.books.consolidate import consolidate
from kbbx_xl.flow.export import export
from tests.roundtrip import sample_context

SAMPLE = Path(__file__).parent / "data" / "sample_county"
FACTS = 1796


def _compare() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compare", SAMPLE / "compare.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


compare = _compare()
TRUTH = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))


def county_of(folder: Path, **options: Any) -> dict[str, Any]:
    context, own = sample_context(folder)
    county = consolidate(folder, context, own_files=own, **options)
    return json.loads(json.dumps(export(county), default=str))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def county() -> dict[str, Any]:
    return county_of(SAMPLE / "county", jobs=1)


def test_every_fact_is_found_and_nothing_false_is_claimed(county: dict[str, Any]) -> None:
    want, got = compare.truth_facts(TRUTH), compare.county_facts(county)
    assert {s: facts - got[s] for s, facts in want.items() if facts - got[s]} == {}
    assert {s: got[s] - facts for s, facts in want.items() if got[s] - facts} == {}
    assert sum(len(facts) for facts in want.values()) == FACTS


def test_processes_and_order_change_nothing(county: dict[str, Any]) -> None:
    assert county_of(SAMPLE / "county", jobs=2) == county


def test_the_cache_changes_nothing(county: dict[str, Any], tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cold = county_of(SAMPLE / "county", jobs=2, cache=cache)
    assert county_of(SAMPLE / "county", jobs=2, cache=cache) == cold == county


def test_other_folder_names_change_only_paths(county: dict[str, Any], tmp_path: Path) -> None:
    """Submissions may lie in any folders: a school is then known by what its sheets say."""
    moved = tmp_path / "county"
    shutil.copytree(SAMPLE / "county", moved)
    for number, folder in enumerate(sorted((moved / "报送").glob("*/*/"))):
        folder.rename(folder.parent / f"{folder.name}_收{number}")
    again, before = (compare.county_facts(c) for c in (county_of(moved, jobs=1), county))
    for section in MOVED:
        assert again[section] == before[section], section


MOVED = ("submissions.complete", "units", "totals", "runs", "sets", "id_problems", "duplicates", "transfers.pairs", "transfers.orphans", "coverage")  # fmt: skip
ROUND_TRIP = ("units", "totals", "runs", "sets", "id_problems", "duplicates", "transfers.pairs", "transfers.orphans", "cases", "coverage")  # fmt: skip


def test_the_county_written_into_our_own_workbooks_gives_the_same_numbers(
    rewritten_county: Path,
) -> None:
    got = compare.county_facts(county_of(rewritten_county, jobs=1))
    want = compare.truth_facts(TRUTH)
    for section in ROUND_TRIP:
        assert got[section] == want[section], section
    reported = {(kind, grade) for _, kind, grade in got["report_errors"]}
    expected = {(kind, grade) for _, kind, grade in want["report_errors"]}
    assert reported == expected - {("total_wrong", "合计")}  # our totals are formulas
    visits = {(key, count, first, last) for key, _, count, first, last in got["persuasion"]}
    assert visits == {
        (key, count, first, last) for key, _, count, first, last in want["persuasion"]
    }
