"""flow.privacy: names leave a County, numbers and joins stay."""

from __future__ import annotations

import dataclasses

from kbbx_xl.flow.export import export
from kbbx_xl.flow.hiding import of_paths
from kbbx_xl.flow.privacy import HIDDEN, PERSON_SHEET, without_names
from kbbx_xl.flow.result import FileStatus, Persuasion
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Finding
from tests.flow.factory import IDS, JUNIOR_HIGH, NAMES, TOWN, make_county


def test_sheets_and_files_called_after_a_child() -> None:
    county = make_county()
    one = f"报送/{JUNIOR_HIGH}/{NAMES[0]}劝返记录.xlsx"
    county.files.append(FileStatus(one, "", "劝返记录", JUNIOR_HIGH, "", "effective"))
    county.persuasion.append(
        Persuasion(IDS[0], JUNIOR_HIGH, 1, None, None, Source(one, NAMES[0], 9))
    )
    county.findings.append(Finding("V01", one, "空白表", "B2", {"title": "性别"}, JUNIOR_HIGH))
    county.ignored.append((f"报送/{NAMES[0]}家访.docx", "文档"))
    told = without_names(county)
    assert told.persuasion[-1].source.sheet == PERSON_SHEET
    assert told.persuasion[-1].source.file == f"报送/{JUNIOR_HIGH}/{HIDDEN}劝返记录.xlsx"
    assert told.findings[-1].sheet == PERSON_SHEET
    assert told.ignored[-1] == (f"报送/{HIDDEN}家访.docx", "文档")
    assert not [n for n in NAMES if n in repr(told)]


def test_a_sheet_of_many_keeps_its_name() -> None:
    county = make_county()
    for number, key in enumerate(IDS):
        source = Source(f"报送/{TOWN}/登记表.xlsx", "劝返记录", 5 + number)
        county.persuasion.append(Persuasion(key, TOWN, 1, None, None, source))
    told = without_names(county)
    assert {p.source.sheet for p in told.persuasion if p.unit == TOWN} == {"劝返记录"}


def test_numbers_and_the_original_stay() -> None:
    county = make_county(roster=True)
    before = repr(county)
    told = without_names(county)
    assert repr(county) == before
    assert told.roster == []
    assert [t.rows_of for t in told.totals] == [t.rows_of for t in county.totals]
    assert [i.name for i in told.indicators] == [i.name for i in county.indicators]
    assert export(told)["sets"] == export(county)["sets"]
    assert dataclasses.replace(told.cases[0], name=county.cases[0].name) == county.cases[0]


def test_numbers_of_people_leave_the_reason_but_dates_stay() -> None:
    county = make_county()
    wrong = f"{NAMES[0]}之父17400009999、174 0000 9999，{IDS[0]}，2026-10-08起外出"
    county.cases[0] = dataclasses.replace(county.cases[0], reason=wrong, unit=JUNIOR_HIGH)
    told = without_names(county).cases[0].reason
    assert told == f"{HIDDEN}之父{HIDDEN}、{HIDDEN}，{HIDDEN}，2026-10-08起外出"


def test_a_part_of_a_school_s_name_is_nobody_s() -> None:
    """石桥 is shaped like a person's name; typed beside 柳溪镇石桥教学点 it is a place."""
    hider = of_paths(
        ["pack", "柳溪镇石桥教学点", "../收件箱/报送包_石桥.zip", "石小桥家访记录.docx"]
    )
    assert (
        hider.text("柳溪镇石桥教学点：3 个文件，报送包_石桥.zip")
        == "柳溪镇石桥教学点：3 个文件，报送包_石桥.zip"
    )
    assert "石小桥" not in hider.text("石小桥家访记录.docx")
    assert "石桥" not in of_paths(["报送包_石桥.zip"]).text("报送包_石桥.zip")
