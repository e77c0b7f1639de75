"""The sample county: every file is recognised, with its unit, its month and all of its rows."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from kbbx_xl.books.read import read_file, read_folder
from kbbx_xl.model import FileRead, Kind, Period

SAMPLE = Path(__file__).parents[1] / "data" / "sample_county"
COUNTY = SAMPLE / "county"
TRUTH: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
FILES = {file["path"]: file for file in TRUTH["files"] if file["kind"] != "noise"}
NOISE = [file["path"] for file in TRUTH["files"] if file["kind"] == "noise"]
DATED = (Kind.REPORT, Kind.CENTER, Kind.ROLL_CALL, Kind.ABSENCE)


@functools.cache
def read(rel: str) -> FileRead:
    return read_file(COUNTY / rel, rel, period=Period(2026, 10))


def test_the_whole_folder_is_listed_once_in_order() -> None:
    listed = [rel for _, rel in read_folder(COUNTY)]
    assert listed == sorted(listed)
    assert set(listed) == {*FILES, *NOISE, "README.txt", "单位目录.xlsx", "校历.xlsx"}


@pytest.mark.parametrize("rel", FILES)
def test_every_submitted_file_is_of_its_kind(rel: str) -> None:
    result = read(rel)
    assert result.status == "read"
    assert {str(table.kind) for table in result.tables} == {FILES[rel]["kind"]}
    assert {finding.code for finding in result.findings} <= {"F18", "R01", "V11"}
    assert len(result.sha256) == 64
    assert result.size == (COUNTY / rel).stat().st_size


@pytest.mark.parametrize("rel", [*NOISE, "README.txt"])
def test_noise_is_named_and_left_alone(rel: str) -> None:
    result = read(rel)
    assert (result.status, [f.code for f in result.findings]) == ("ignored", ["F06"])


@pytest.mark.parametrize("rel", FILES)
def test_a_unit_written_in_the_file_is_the_unit_that_sent_it(rel: str) -> None:
    written = {table.meta["单位"] for table in read(rel).tables if "单位" in table.meta}
    assert written <= {FILES[rel]["unit"]}


@pytest.mark.parametrize("rel", [rel for rel in FILES if FILES[rel]["kind"] in DATED])
def test_the_month_is_the_month_of_the_report(rel: str) -> None:
    for table in read(rel).tables:
        assert table.meta["月份"] == FILES[rel]["month"]


@pytest.mark.parametrize(
    "unit", [u for u in TRUTH["units"] if u.get("roster_file")], ids=lambda unit: unit["name"]
)
def test_rosters_hold_all_pupils(unit: dict[str, Any]) -> None:
    (roster,) = read(unit["roster_file"]).tables
    assert len(roster) == unit["students"]["rows"]
    sexes = unit["students"]["by_sex_as_written"]
    enrolled = {"在读", "正常", "复学"}
    counted = dict.fromkeys(sexes, 0)
    for sex, status in zip(roster.get("sex"), roster.get("status"), strict=True):
        if status in enrolled:
            counted[str(sex)] += 1
    assert counted == sexes


def test_persuasion_forms_hold_all_visits() -> None:
    for record in TRUTH["persuasion"]:
        tables = [t for t in read(record["file"]).tables if t.sheet == record["sheet"]]
        assert len(tables) == 1
        visits = [day for day in tables[0].get("visit_date") if day]
        assert len(visits) == record["visits"]
        assert (str(min(visits)), str(max(visits))) == (record["first"], record["last"])


FIGURES = {
    "上月末在校生数": "opening",
    "转入": "transfer_in",
    "转出": "transfer_out",
    "复学": "return_in",
    "休学": "suspend",
    "辍学": "dropout",
    "本月末在校生数": "closing",
    "疑似辍学": "suspected",
    "劝返": "persuaded",
    "送教上门": "home_teaching",
}


@pytest.mark.parametrize("report", TRUTH["month_reports"], ids=lambda report: report["file"])
def test_monthly_reports_hold_the_figures_as_written(report: dict[str, Any]) -> None:
    (table,) = read(report["file"]).tables
    written = report["written_by_grade"]
    assert table.get("grade") == list(written)
    for index, figures in enumerate(written.values()):
        found = {title: table.get(name)[index] or 0 for title, name in FIGURES.items()}
        assert found == figures
    assert table.totals is not None
    totals = {title: table.totals.get(name)[-1] or 0 for title, name in FIGURES.items()}
    assert totals == report["written_total"]


def test_hidden_rows_are_data_and_are_told() -> None:
    told = [f for rel in FILES for f in read(rel).findings if f.code == "R01"]
    assert (
        sum(int(str(f.params["count"])) for f in told) == 6
    )  # three in an .xlsx, three in an .xls


def test_zero_reports_have_an_address_and_no_rows() -> None:
    zero = [t for rel in FILES for t in read(rel).tables if t.zero_report]
    assert [len(table) for table in zero] == [0] * len(zero)
    assert {table.zero_report[0] for table in zero} == {"B"}
