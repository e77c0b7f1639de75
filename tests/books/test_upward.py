"""books.upward: the report to sign and stamp, and the letter in the layout of GB/T 9704."""

from __future__ import annotations

import dataclasses
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from kbbx_xl.books.upward import write_upward
from kbbx_xl.flow.result import County
from tests.flow.factory import COUNTY, EAST, IDS, MISSING, NAMES, TOWN, make_county, make_policy


def zero_county() -> County:
    """Nothing to report: no case in the ledgers, none in the reports."""
    county = make_county()
    county.cases, county.persuasion = [], []
    county.reports = [
        dataclasses.replace(r, figures={**r.figures, "suspected": 0, "dropout": 0})
        for r in county.reports
    ]
    return county


def texts(path: Path, sheet: str) -> list[str]:
    book = openpyxl.load_workbook(path, data_only=True)
    return [str(c.value) for r in book[sheet].iter_rows() for c in r if c.value is not None]


def letter(path: Path) -> str:
    return "\n".join(p.text for p in docx.Document(str(path)).paragraphs)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [w.path for w in write_upward(make_county(), tmp_path_factory.mktemp("up"))]


def test_the_report_has_its_places_and_its_sums(made: list[Path]) -> None:
    said = texts(made[0], "月报表")
    assert f"单位（盖章）：{COUNTY}" in said
    assert any("（本县各单位报送县教体局基础教育一股，每月20日前）" in text for text in said)
    for place in ("单位负责人（签名）：", "审核人（签名）：", "填报人（签名）："):
        assert sum(place in text for text in said) == 1
    assert any(MISSING in text for text in said)
    rows = openpyxl.load_workbook(made[0], data_only=True)["月报表"].iter_rows(values_only=True)
    total = next(r for r in rows if r[1] == "合计")
    assert total[2:11] == (98 + 58 + 264, 0, 0, None, 0, 0, 1, None, 98 + 58 + 265)


def test_a_central_school_reports_to_whom_the_policy_says(tmp_path: Path) -> None:
    county = make_county()
    center = next(u for u in county.directory.units if u.is_center)
    paths = [w.path for w in write_upward(county, tmp_path, unit=center)]
    assert "报送：县教体局基础教育一股　　报送时限：每月20日前" in texts(paths[0], "月报表")
    assert "县教体局基础教育一股：" in letter(paths[1])
    assert center.name in paths[0].name


def test_where_the_policy_is_silent_a_line_is_left_to_fill(tmp_path: Path) -> None:
    county = make_county(policy=make_policy(silent=True))
    paths = [w.path for w in write_upward(county, tmp_path)]
    line = next(t for t in texts(paths[0], "月报表") if t.startswith("报送："))
    assert line.count("＿" * 10) == 2
    assert "＿＿：" in letter(paths[1])


def test_zero_report_only_when_asked_for_and_true(made: list[Path], tmp_path: Path) -> None:
    assert "零报告声明" not in openpyxl.load_workbook(made[0]).sheetnames
    zero = zero_county()
    path = write_upward(zero, tmp_path / "zero")[0].path
    declared = "".join(texts(path, "零报告声明"))
    assert "没有疑似辍学学生和辍学学生" in declared
    assert MISSING in declared  # a unit that has not reported is not declared for
    zero.policy = make_policy(silent=True)
    path = write_upward(zero, tmp_path / "silent")[0].path
    assert "零报告声明" not in openpyxl.load_workbook(path).sheetnames


def test_the_letter_has_the_standards_page_and_the_numbers(made: list[Path]) -> None:
    section = docx.Document(str(made[1])).sections[0]
    lengths = (section.page_width, section.page_height, section.top_margin, section.left_margin)
    assert [round(length.mm) for length in lengths if length] == [210, 297, 37, 28]
    text = letter(made[1])
    assert text.startswith("关于2026年10月控辍保学工作情况的报告")
    assert "在校生430人，其中小学167人，初中263人" in text
    assert "应报单位7个，报齐4个" in text
    assert "疑似辍学学生1人（小学0人、初中1人）" in text
    assert "到了预警应办" in text  # not all that is overdue: units' own duties stand in 首页


def test_nobody_is_named(made: list[Path]) -> None:
    for path in made:
        with zipfile.ZipFile(path) as parts:
            text = "".join(parts.read(n).decode("utf-8", "ignore") for n in parts.namelist())
        assert not [w for w in (*NAMES, *IDS) if w in text]


def test_names_are_listed_on_request(tmp_path: Path) -> None:
    path = write_upward(make_county(), tmp_path, with_names=True)[0].path
    assert NAMES[0] in texts(path, "疑似辍学名单")
    assert NAMES[1] in texts(path, "辍学名单")


def test_same_bytes_and_a_centre_of_its_own(made: list[Path], tmp_path: Path) -> None:
    again = [w.path for w in write_upward(make_county(), tmp_path)]
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in made]
    county = make_county()
    center = county.directory.named(EAST)
    part = write_upward(county, tmp_path / "part", unit=center)
    said = texts(part[0].path, "月报表（分单位）")
    assert TOWN in said
    assert MISSING not in said
    assert letter(part[1].path).rstrip().splitlines()[-2] == EAST
