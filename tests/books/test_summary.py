"""books.summary: what the summary workbooks say, and what they must never say."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from kbbx_xl.books.read import read_file
from kbbx_xl.books.summary import center_path, write_center, write_county, write_due, write_roster
from kbbx_xl.books.summary.book import CONTENTS
from kbbx_xl.books.upward import write_upward
from kbbx_xl.flow.privacy import PERSON_SHEET
from kbbx_xl.flow.result import County, Persuasion
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import message
from kbbx_xl.model import Directory, Finding, Kind, Unit
from kbbx_xl.rules.masking import masked
from tests.flow.factory import (
    EAST,
    IDS,
    JUNIOR_HIGH,
    MISSING,
    NAMES,
    POINT,
    TOWN,
    at,
    make_county,
    make_policy,
)


def page(path: Path, sheet: str) -> Worksheet:
    """A sheet with the values its formulas have now."""
    return openpyxl.load_workbook(path, data_only=True)[sheet]


def row_of(sheet: Worksheet, label: str) -> list[object]:
    """Values of the last row that says ``label``: heads say it before."""
    rows = [[c.value for c in r] for r in sheet.iter_rows()]
    return [r for r in rows if label in r][-1]


def words_in(path: Path) -> str:
    """All text of all parts of a workbook or letter, hidden sheets and links included."""
    with zipfile.ZipFile(path) as parts:
        names = [n for n in parts.namelist() if n.endswith((".xml", ".rels"))]
        return "\n".join(parts.read(n).decode() for n in names)


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    return write_county(make_county(), folder, sources=folder.parent / "in")[0].path


def test_the_sheets_stand_in_their_order(summary: Path) -> None:
    book = openpyxl.load_workbook(summary)
    assert book.sheetnames == ["首页", "目录", *(name for name, _ in CONTENTS), "_kbbx", "_trace"]
    assert book["_trace"].sheet_state == "veryHidden"
    for sheet in book.worksheets[:-2]:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_same_input_same_bytes_in_any_order(tmp_path: Path) -> None:
    mixed = make_county(roster=True)
    for field in dataclasses.fields(mixed):
        if isinstance(rows := getattr(mixed, field.name), list):
            random.Random(7).shuffle(rows)
    for name, county in (("a", make_county(roster=True)), ("b", mixed)):
        write_county(county, tmp_path / name, with_roster=True)
        center = county.directory.named(EAST)
        assert center
        write_center(county, center, center_path(county, center, tmp_path / name))
    made = sorted((tmp_path / "a").iterdir())
    assert len(made) == 3
    for path in made:
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_people_are_counted_by_unit_stage_and_total(summary: Path) -> None:
    people = page(summary, "人数汇总")
    assert row_of(people, TOWN)[2:9] == [30, 0, 0, 0, 0, 28, 58]
    assert row_of(people, f"{EAST}小计")[13] == 58 + 263
    assert row_of(people, "合计")[13] == 430
    missing = row_of(people, MISSING)
    assert missing[2:14] == [None] * 12  # nothing came: blank, not 0
    assert missing[-1] == "未报名册"


def test_progress_tells_every_status_in_words(summary: Path) -> None:
    board = page(summary, "报送进度")
    for unit, status in ((TOWN, "已报"), (JUNIOR_HIGH, "缺项"), (POINT, "错月"), (MISSING, "未报")):
        assert row_of(board, unit)[3] == status
    assert row_of(board, "合计")[-5:] == [7, 4, 1, 1, 1]
    assert row_of(board, JUNIOR_HIGH)[6] == "网格名单"
    assert row_of(page(summary, "目录"), "应报单位")[1] == 7


def test_reports_are_checked_and_blanks_stay_blank(summary: Path) -> None:
    months = page(summary, "月报汇总")
    assert row_of(months, JUNIOR_HIGH)[2:11] == [264, 0, 0, None, 0, 0, 1, None, 265]
    assert row_of(months, JUNIOR_HIGH)[14:18] == [263, 2, 263, 2]
    assert row_of(months, TOWN)[18:20] == [59, -1]
    assert row_of(months, POINT)[14:18] == [None, None, 11, None]


def test_absence_steps_and_due(summary: Path) -> None:
    assert row_of(page(summary, "缺勤预警"), "合计")[2:] == [1, 1, 0, 1, 3, 2, 1, 1, 0]
    waiting = page(summary, "待办")
    states = [r[8].value for r in waiting.iter_rows(min_row=5, max_row=6)]
    assert states == ["已逾期", "今日到期"]
    assert row_of(waiting, "TH-21")[1:6] == [
        JUNIOR_HIGH,
        "八年级1班",
        "bbbbb",
        "责令改正",
        "乡镇人民政府",
    ]


def test_the_list_of_ladder_steps_alone(tmp_path: Path) -> None:
    county = make_county()
    path = tmp_path / "待办.xlsx"
    write_due(county.due, path, as_of=county.as_of, policy=county.policy)
    due = page(path, "待办")
    assert row_of(due, "家访")[5:7] == ["入户家访", "班主任"]
    assert [r[9].value for r in due.iter_rows(min_row=4, max_row=5)] == ["逾期", "未到期"]


def test_rates_keep_both_numbers(summary: Path) -> None:
    rates = page(summary, "指标")
    assert row_of(rates, "初中劝返率")[3:6] == [2, 0, "—"]
    over = row_of(rates, "初中巩固率")
    assert over[5] == pytest.approx(263 / 260)
    assert "超过100%" in str(over[9])


def test_findings_open_the_cell(summary: Path) -> None:
    sheet = openpyxl.load_workbook(summary)["问题清单"]
    row = next(r for r in sheet.iter_rows() if r[2].value == "M01")
    link = row[9].hyperlink
    assert link.location == "'Sheet1'!H6"
    assert link.target.replace("\\", "/") == f"../in/{at(JUNIOR_HIGH, '月报').file}"
    assert row[7].value == message(next(f for f in make_county().findings if f.code == "M01"))


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    county = make_county()
    county.directory = Directory(
        tuple(
            dataclasses.replace(u, name="=1+1\x07\ud800") if u.name == TOWN else u
            for u in county.directory.units
        )
    )
    county.findings = [
        Finding("F06", "报送/=HYPERLINK(1)#50%.xlsx", "'a'!b", "A1", {"reason": "http://x.cn"})
    ]
    path = write_county(county, tmp_path, sources=tmp_path)[0].path
    book = openpyxl.load_workbook(path)
    units = [c for c in book["人数汇总"]["B"] if str(c.value).startswith("=1")]
    assert [c.data_type for c in units] == ["s"]
    row = next(r for r in book["问题清单"].iter_rows() if r[2].value == "F06")
    assert row[4].data_type == "s"
    assert row[9].hyperlink.location == "'''a''!b'!A1"
    assert "%23" in row[9].hyperlink.target
    assert "%25" in row[9].hyperlink.target


def personal(county: County) -> County:
    """The same with a file of persuasion records, one sheet a child called after it."""
    county.persuasion.append(
        Persuasion(
            IDS[1], TOWN, 1, None, None, Source(f"报送/{TOWN}/劝返{NAMES[1]}.xlsx", NAMES[1], 9)
        )
    )
    county.findings.append(
        Finding("V01", f"报送/{TOWN}/劝返{NAMES[1]}.xlsx", NAMES[1], "B3", {"title": "x"})
    )
    county.runs.append(dataclasses.replace(county.runs[1], unit=TOWN))
    county.files.append(
        dataclasses.replace(
            county.files[0], path=f"报送/{TOWN}/劝返{NAMES[1]}.xlsx", kind="劝返记录"
        )
    )
    return county


def test_children_are_not_named_unless_asked(tmp_path: Path) -> None:
    county = personal(make_county(roster=True))
    center = county.directory.named(EAST)
    assert center
    write_county(county, tmp_path, sources=tmp_path)
    write_center(county, center, tmp_path / "中心校.xlsx", sources=tmp_path)
    write_due(county.due, tmp_path / "待办.xlsx", as_of=county.as_of, policy=county.policy)
    for path in tmp_path.glob("*.xlsx"):
        text = words_in(path)
        assert not [w for w in (*NAMES, *IDS) if w in text], path.name
    assert PERSON_SHEET in words_in(next(tmp_path.glob("全县*")))


def test_names_on_request_with_masked_ids(tmp_path: Path) -> None:
    path = write_county(make_county(), tmp_path, with_names=True)[0].path
    text = words_in(path)
    assert NAMES[0] in text
    assert masked(IDS[0]) in text
    assert not [i for i in IDS if i in text]


def test_an_id_keeps_three_and_two() -> None:
    assert masked("520000201501010011") == "520" + "*" * 13 + "11"
    assert masked("12345") == "*****"


def test_a_centre_sees_only_its_own(tmp_path: Path) -> None:
    county = make_county()
    center = county.directory.named(EAST)
    assert center
    path = write_center(county, center, center_path(county, center, tmp_path)).path
    assert path.name == f"中心校汇总_{EAST}_2026-10.xlsx"
    text = words_in(path)
    assert TOWN in text
    assert POINT not in text
    assert MISSING not in text
    report = page(path, "汇总月报")
    assert row_of(report, "合计")[2] == 58 + 264
    assert row_of(page(path, "目录"), "应报单位")[1] == 3


def test_a_silent_policy_has_no_ladder(tmp_path: Path) -> None:
    county = make_county(policy=make_policy(silent=True))
    county.due, county.tasks = [], []
    path = write_county(county, tmp_path)[0].path
    assert "没有规定缺勤" in words_in(path)
    assert row_of(page(path, "待办"), "（无）")


def test_an_empty_county_still_gives_a_summary(tmp_path: Path) -> None:
    empty = County(make_county().month, make_county().as_of, make_policy(), Directory(()))
    path = write_county(empty, tmp_path)[0].path
    assert row_of(page(path, "目录"), "在校生")[1] == 0


def test_the_roster_is_whole_and_text(tmp_path: Path) -> None:
    path = write_roster(make_county(roster=True), tmp_path).path
    sheet = openpyxl.load_workbook(path)["学生名册"]
    rows = list(sheet.iter_rows(min_row=4))
    assert [r[12].value for r in rows] == [5, 6, 7, 8, 9]
    assert {r[6].data_type for r in rows} == {"s"}
    assert rows[0][5].value == dt.datetime(2015, 5, 1)
    assert [p.name for p in tmp_path.iterdir()] == ["学生名册_2026-10.xlsx"]


def test_more_groups_than_a_sum_takes(tmp_path: Path) -> None:
    """Excel's SUM takes 255 arguments; a county of 300 centres still adds up."""
    county = make_county()
    school, total = county.directory.units[3], county.totals[1]
    units, totals = [county.directory.units[0]], []
    for n in range(300):
        units.append(Unit(f"C{n}", f"中心{n}", level="中心校"))
        units.append(dataclasses.replace(school, code=str(n), name=f"校{n}", parent=f"中心{n}"))
        totals.append(dataclasses.replace(total, unit=f"校{n}"))
    county.directory, county.totals = Directory(tuple(units)), totals
    path = write_county(county, tmp_path)[0].path
    assert row_of(page(path, "人数汇总"), "合计")[13] == 300 * 58
    formulas = [c.value for r in openpyxl.load_workbook(path)["人数汇总"].iter_rows() for c in r]
    sums = [one for f in formulas if str(f).startswith("=SUM(") for one in f.split("+")]
    assert max(one.count(",") for one in sums) < 255


def test_strict_audit(summary: Path, tmp_path: Path) -> None:
    county = make_county(roster=True)
    center = county.directory.named(EAST)
    assert center
    paths = [summary, write_center(county, center, tmp_path / "c.xlsx").path]
    for path in paths:
        command = [
            str(Path(sys.executable).with_name("openxml-audit")),
            "--policy",
            "strict",
            str(path),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "Errors: 0" in done.stdout, done.stdout
        assert done.returncode == 0


@pytest.mark.libreoffice
@pytest.mark.filterwarnings("ignore:.*extension is not supported")  # LibreOffice's data bars
def test_every_formula_has_the_value_libreoffice_finds(summary: Path, tmp_path: Path) -> None:
    """Cached values are what a second program computes from the same cells."""
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    target = "ods:calc8"  # another format makes LibreOffice recalculate and write anew
    command = ["soffice", profile, "--headless", "--convert-to", target, "--outdir", str(tmp_path)]
    subprocess.run([*command, str(summary)], capture_output=True, check=True, timeout=120)
    again = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    ods = next(tmp_path.glob("*.ods"))
    subprocess.run([*again, str(ods)], capture_output=True, check=True, timeout=120)
    ours = openpyxl.load_workbook(summary, data_only=True)
    theirs = openpyxl.load_workbook(ods.with_suffix(".xlsx"), data_only=True)
    compared = 0
    for sheet in openpyxl.load_workbook(summary).worksheets:
        for cell in (c for row in sheet.iter_rows() for c in row if c.data_type == "f"):
            mine = ours[sheet.title][cell.coordinate].value
            other = theirs[sheet.title][cell.coordinate].value
            assert other == pytest.approx(mine) if mine != "—" else other == "—", cell
            compared += 1
    assert compared > 200


def test_a_result_is_no_submission_but_a_centres_report_is(tmp_path: Path) -> None:
    """Results that lie among the submissions of a second run are not counted again."""
    county = make_county(roster=True)
    center = county.directory.named(EAST)
    assert center
    made = [*write_county(county, tmp_path, with_roster=True), *write_upward(county, tmp_path)]
    for written in made:
        read = read_file(written.path, written.path.name, period=county.month)
        assert (read.status, read.tables) == ("ignored", [])
    path = write_center(county, center, tmp_path / "中心校.xlsx").path
    read = read_file(path, path.name, period=county.month)
    assert [(t.kind, t.sheet) for t in read.tables] == [(Kind.CENTER, "汇总月报")]
    table = read.tables[0]
    assert table.columns["school"] == [TOWN, JUNIOR_HIGH]
    assert table.columns["closing"] == [58, 265]
