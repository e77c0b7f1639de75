"""Turns, kept results, the page, and what is asked against what was measured."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import absence, asked, county, ids, writing
from benchmarks.asked import key
from benchmarks.contest import Entry, Sample, Section, hold, load_results, save_results
from benchmarks.page import PAGE, page

MADE = {"date": "2026-12-01", "python": "3.11", "cores": "2", "libraries": "pandas 3"}


def section(**seconds: float) -> Section:
    return filled(seconds)


def filled(seconds: dict[str, float], memory: float = 100e6) -> Section:
    samples = {name: [Sample(s, s, memory, s)] for name, s in seconds.items()}
    return Section(made=MADE, samples=samples)


def entry(name: str, wall: float, ran: list[str], **options: object) -> Entry:
    def run() -> tuple[Sample, object]:
        ran.append(name)
        return Sample(wall, wall, 1.0, wall), {"rows": 1}

    return Entry("read", name, run, **options)  # type: ignore[arg-type]


def test_turns_alternate_and_the_slow_stop_first() -> None:
    ran: list[str] = []
    entries = [entry("slow", 30, ran), entry("fast", 1, ran), entry("none", 1, ran, missing="why")]
    found = hold(entries, 3, patience=40)["read"]
    assert ran == ["slow", "fast", "slow", "fast", "fast"]
    assert found.missing == {"none": "why"}
    assert found.seen["fast"] == {"rows": 1}


def test_what_was_scaled_counts_for_patience_as_it_ran() -> None:
    ran: list[str] = []
    found = hold([entry("tenth", 300, ran, scaled=10)], 2, patience=40)["read"]
    assert len(ran) == 2
    assert found.scaled == {"tenth": 10}


def test_who_fails_is_missing_and_the_others_go_on() -> None:
    ran: list[str] = []

    def fail() -> tuple[Sample, object]:
        ran.append("bad")
        raise subprocess.CalledProcessError(3, "x")

    found = hold([Entry("read", "bad", fail), entry("good", 1, ran)], 2)["read"]
    assert ran == ["bad", "good", "good"]
    assert found.missing == {"bad": "ended with code 3"}


def test_different_answers_are_refused() -> None:
    same = Section(
        seen={"a": {"rows": 1}, "b": {"rows": 1}, "tenth": {"rows": 0}}, scaled={"tenth": 10}
    )
    command.refuse_differences("join 25 clean", same)
    same.seen["b"] = {"rows": 2}
    command.refuse_differences("write", same)  # files differ in size
    with pytest.raises(SystemExit, match="different answers"):
        command.refuse_differences("join 25 clean", same)


def test_medians_of_times_and_the_most_memory() -> None:
    runs = [Sample(3, 1, 10, 1), Sample(1, 2, 30, 2), Sample(2, 3, 20, 3)]
    assert Section(samples={"a": runs}).median("a") == Sample(2, 2, 30, 2)
    assert Section().median("a") is None


def test_kept_results_come_back(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    assert load_results(path) == {}
    sections = {"ids": section(a=1.5), key("read", 25, "clean"): section(b=2.0)}
    save_results(sections, path)
    assert load_results(path) == sections


def test_the_page_is_what_the_results_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(load_results())


def test_a_part_measured_anew_leaves_the_rest_of_the_page() -> None:
    kept = {key("read", 25, "clean"): filled({asked.PANDAS: 20.0, "fastexcel, text": 2.0})}
    kept["ids"] = filled({ids.STDNUM: 16.0, ids.OURS: 0.1})
    before = page(kept)
    kept["ids"] = filled({ids.STDNUM: 16.0, ids.OURS: 0.2})
    after = page(kept)
    changed = set(before.splitlines()) ^ set(after.splitlines())
    assert "| fastexcel, text | 2.00 | 2.00 | 2.00 | 100 | 10.0 | 80.0 | 1 |" in after
    assert all(ids.OURS in line or "Id check" in line for line in changed)


def test_the_page_tells_what_was_scaled_what_is_missing_and_the_functions() -> None:
    read = filled({asked.PANDAS: 300.0})
    read.scaled, read.missing = {asked.PANDAS: 10}, {"duckdb read_xlsx": "duckdb not installed"}
    functions = Section(made=MADE, seen={"KBBX_AGE": {"one call": 0.5, "single calls": 50.0}})
    text = page({key("read", 2500, "clean"): read, "functions": functions})
    assert "| pandas + openpyxl (one file in 10, times 10) | 300.0 |" in text
    assert "Not measured: duckdb read_xlsx (duckdb not installed)." in text
    assert "| KBBX_AGE | 0.50 | 50.0 | 100 |" in text


def everything() -> dict[str, Section]:
    """All that is asked, reached everywhere."""
    usual = {county.COLD: 2.0, county.FEW: 0.2}
    return {
        key("read", 250, "clean"): filled({asked.PANDAS: 25.0, "fastexcel, text": 1.0}),
        key("county", 25, "clean"): filled({county.COLD: 0.2}),
        key("county", 250, "clean"): filled(usual),
        key("county", 250, "messy"): filled({county.COLD: 3.0}),
        key("county", 2500, "clean"): filled({county.COLD: 20.0}, 700e6),
        "ids": filled({ids.STDNUM: 16.0, ids.OURS: 0.1}),
        "absence": filled({absence.NUMPY: 0.002, absence.OURS: 0.004}),
        "write": filled({writing.OPENPYXL: 14.0, writing.OURS: 1.4}),
    }


def test_all_is_reached() -> None:
    lines = asked.lines(everything())
    assert [line.verdict for line in lines] == [asked.REACHED] * 11
    assert lines[0].shown == "1/12.5"
    assert lines[1].shown == "2.00 × fastexcel, text"


@pytest.mark.parametrize(
    ("part", "seconds", "memory", "missed"),
    [
        (key("read", 250, "clean"), {asked.PANDAS: 19.0, "fastexcel, text": 1.0}, 1.0, [0]),
        (key("read", 250, "clean"), {asked.PANDAS: 25.0, "fastexcel, text": 0.7}, 1.0, [1]),
        (key("county", 250, "messy"), {county.COLD: 4.1}, 1.0, [2]),
        (key("county", 250, "clean"), {county.COLD: 2.0, county.FEW: 0.2}, 601e6, [3]),
        (key("county", 250, "clean"), {county.COLD: 2.0, county.FEW: 0.31}, 1.0, [4]),
        (key("county", 25, "clean"), {county.COLD: 0.6}, 1.0, [5, 6]),
        (key("county", 2500, "clean"), {county.COLD: 20.0}, 801e6, [7]),
        ("ids", {ids.STDNUM: 14.9, ids.OURS: 0.1}, 1.0, [8]),
        ("absence", {absence.NUMPY: 0.002, absence.OURS: 0.011}, 1.0, [9]),
        ("write", {writing.OPENPYXL: 14.0, writing.OURS: 1.8}, 1.0, [10]),
    ],
)
def test_what_is_missed_is_said(
    part: str, seconds: dict[str, float], memory: float, missed: list[int]
) -> None:
    sections = {**everything(), part: filled(seconds, memory)}
    verdicts = [line.verdict for line in asked.lines(sections)]
    assert [n for n, verdict in enumerate(verdicts) if verdict == asked.MISSED] == missed


def test_what_was_not_measured_is_not_reached() -> None:
    assert {line.verdict for line in asked.lines({})} == {asked.UNKNOWN}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--step", "read", "--schools", "250", "--kind", "clean"], [(("read",), 250, "clean", 3)]),
        (["--step", "ids", "--rounds", "1"], [(("ids",), 0, "", 1)]),
        (["--schools", "20"], [(("read", "join", "county"), 20, "clean", 1)]),
        (["--schools", "25", "--kind", "messy"], [(("read", "county"), 25, "messy", 3)]),
        (["--step", "county", "--schools", "2500", "--kind", "messy"], [(("county",), 2500, "messy", 1)]),
    ],
)  # fmt: skip
def test_options_choose_parts(options: list[str], expected: list[tuple[object, ...]]) -> None:
    parts = command.chosen(command.options_of(options))
    assert [(p.steps, p.schools, p.kind, p.rounds) for p in parts] == expected


def test_without_options_the_whole_plan() -> None:
    assert command.chosen(command.options_of([])) == list(command.PLAN)
