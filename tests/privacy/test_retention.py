"""保存期限: what is past its school year, and that nothing else is ever touched."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

from kbbx_xl.books import oplog
from kbbx_xl.books.cache import Cache
from kbbx_xl.books.retention import Kept, destroy, find_files
from kbbx_xl.books.seal import seal
from kbbx_xl.messages import InputError, SettingsError
from kbbx_xl.model import Period
from kbbx_xl.rules.retention import SchoolYear, is_past, school_year, year_in
from kbbx_xl.settings.retention import load_retention, read_retention
from kbbx_xl.settings.strict import load
from tests.books.sheets import ROSTER, ROSTER_HEAD, write_xlsx
from tests.books.small_school import COVER, pupil, written
from tests.cli.running import run

RULES = load_retention()
TODAY = dt.date(2026, 10, 20)
CHILD = "欧阳雪莲花"
LEDGER = ("姓名", "身份证件号", "年级", "班级", "首次缺勤日期", "状态")


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("登记表_2026-08", 2025), ("登记表_2026-09", 2026), ("10月考勤", None), ("月报202010", 2020),
        ("学籍导出20210831", 2020), ("2019年9月月报", 2019), ("2019.6 台账", 2018),
        ("2018-2019学年名册", 2018), ("2018学年第二学期", 2018), ("网格长名单2026秋", 2026),
        ("2026年春季名册", 2025), ("2020年名册", 2020), ("登记表_2018-10_备份20210101-101010", 2020),
        ("名册", None), ("名册13800138000", None), ("2019年13月", 2019), ("第20页", None),
    ],
)  # fmt: skip
def test_the_school_year_of_a_name(name: str, start: int | None) -> None:
    assert year_in(name) == (None if start is None else SchoolYear(start))


def test_a_school_year_ends_on_31_august_and_is_kept_to_the_end_of_its_last_day() -> None:
    year = school_year(dt.date(2023, 8, 31))
    assert (year.label, year.last) == ("2022—2023学年", dt.date(2023, 8, 31))
    assert not is_past(year, 3, dt.date(2026, 8, 31))
    assert is_past(year, 3, dt.date(2026, 9, 1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("years: 3\nsource: ''\nlaw: a\npermanent: []\nkept: []\n", "source"),
        ("years: null\nsource: x\nlaw: a\npermanent: []\nkept: []\n", "source"),
        ("years: -1\nsource: x\nlaw: a\npermanent: []\nkept: []\n", "0 to 100"),
        ("year: 3\nsource: x\nlaw: a\npermanent: []\nkept: []\n", "years"),
        ("years: null\nsource: ''\nlaw: a\npermanent: []\nkept: ['']\n", "every file"),
        ("years: null\nsource: ''\nlaw: ''\npermanent: []\nkept: []\n", "law"),
    ],
)
def test_a_wrong_setting_is_named(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "retention.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=told):
        read_retention(load(file))


def old_book(path: Path, month: int = 10) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    period = Period(2021, month)
    cover = {**COVER, "filled_on": period.last}
    return written(path, {"cover": [cover], "roster": [pupil(1)]}, period=period, as_of=period.last)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file of each kind; those called 旧… are past their time after three years."""
    monkeypatch.setenv("KBBX_STATE", str(tmp_path / "state"))
    place = tmp_path / "报送"
    old_book(place / CHILD / "旧登记表.xlsx")
    shutil.copy(place / CHILD / "旧登记表.xlsx", place / "旧登记表_备份20211101-101010.xlsx")
    shutil.copy(
        place / CHILD / "旧登记表.xlsx", place / "新_2026-09登记表.xlsx"
    )  # the later counts
    write_xlsx(place / "旧学籍2020-10.xlsx", {"学籍": [ROSTER_HEAD, *ROSTER]})
    write_xlsx(place / "不明学籍.xlsx", {"学籍": [ROSTER_HEAD, *ROSTER]})
    later = [CHILD, "520000201603050011", "三年级", "1班", dt.date(2026, 9, 9), "疑似辍学"]
    write_xlsx(place / "新台账2020-10.xlsx", {"疑似辍学台账": [LEDGER, later]})
    write_xlsx(place / "单位目录2019-09.xlsx", {"单位": [["单位名称", "单位编码"], ["甲", "1"]]})
    write_xlsx(place / "食堂2019-09.xlsx", {"菜谱": [["星期一", "土豆"], ["星期二", "白菜"]]})
    (place / "旧check.json").write_text(json.dumps({"month": "2020-10", "as_of": "2020-10-20", "runs": []}))  # fmt: skip
    (place / "别的2019-01.json").write_text("{}")
    (place / "旧.ics").write_bytes(b"BEGIN:VCALENDAR\r\nPRODID:-//kbbx-xl//todo//ZH\r\nDTSTART:20201020\r\n")  # fmt: skip
    (place / "说明2019-01.txt").write_text("2019")
    (place / "照片2019-01.jpg").write_bytes(b"\xff\xd8")
    letter = docx.Document()
    letter.add_paragraph("2020年10月12日")
    letter.save(str(place / "旧劝返复学通知书_甲小学_2020-001_1a2b3.docx"))
    letter.save(str(place / "辍学报告书_甲小学_2020-002_1a2b3.docx"))
    letter.save(str(place / "会议纪要2019-01.docx"))
    seal(place / "旧学籍2020-10.xlsx", place / "旧加密2020-10.xlsx", "澜山控辍2026")
    return place


def test_each_file_is_past_or_stays_for_its_reason(folder: Path) -> None:
    listing = find_files(folder, RULES, years=3, as_of=TODAY)
    past = {found.path.name for found in listing.past}
    assert past == {p.name for p in folder.rglob("旧*") if p.is_file()}
    told = {why: {f.path.name for f in found} for why, found in listing.kept.items()}
    assert told == {
        Kept.CURRENT: {"新_2026-09登记表.xlsx", "新台账2020-10.xlsx"},
        Kept.UNKNOWN: {"不明学籍.xlsx"},
        Kept.FOREVER: {"辍学报告书_甲小学_2020-002_1a2b3.docx"},
        Kept.STAYS: {"单位目录2019-09.xlsx"},
        Kept.FOREIGN: {"食堂2019-09.xlsx", "别的2019-01.json", "说明2019-01.txt", "照片2019-01.jpg", "会议纪要2019-01.docx"},
    }  # fmt: skip
    assert all(found.sha256 and found.known_by for found in listing.past)
    assert not find_files(folder, RULES, years=50, as_of=TODAY).past


def test_the_units_directory_stays_whatever_it_is_called(folder: Path) -> None:
    shutil.copy(Path(__file__).parents[1] / "data/sample_county/county/单位目录.xlsx", folder / "甲2019-01.xlsx")  # fmt: skip
    listing = find_files(folder, RULES, years=0, as_of=TODAY)
    assert "甲2019-01.xlsx" in {f.path.name for f in listing.kept[Kept.STAYS]}


def test_links_are_not_followed_and_not_removed(folder: Path, tmp_path: Path) -> None:
    outside = old_book(tmp_path / "外面" / "登记表.xlsx")
    (folder / "旧链接.xlsx").symlink_to(outside)
    (folder / "旧文件夹").symlink_to(outside.parent, target_is_directory=True)
    os.link(outside, folder / "旧硬链接.xlsx")
    listing = find_files(folder, RULES, years=3, as_of=TODAY)
    names = {f.path.name for f in listing.past}
    assert not names & {"旧链接.xlsx", "旧硬链接.xlsx", "登记表.xlsx"}
    assert {f.path.name for f in listing.kept[Kept.LINK]} == {"旧链接.xlsx", "旧文件夹"}
    assert {f.path.name for f in listing.kept[Kept.SHARED]} == {"旧硬链接.xlsx"}
    with pytest.raises(InputError):
        find_files(folder / "旧文件夹", RULES, years=3, as_of=TODAY)


def test_what_changed_after_it_was_listed_is_left_alone(folder: Path, tmp_path: Path) -> None:
    found = {f.path.name: f for f in find_files(folder, RULES, years=3, as_of=TODAY).past}
    outside = old_book(tmp_path / "外面" / "旧登记表.xlsx")
    before = outside.read_bytes()
    changed, swapped, inner, linked = (
        found[n]
        for n in ("旧check.json", "旧.ics", "旧登记表.xlsx", "旧登记表_备份20211101-101010.xlsx")
    )
    changed.path.write_text("{} ", encoding="utf-8")
    shutil.copy(swapped.path, tmp_path / "同样.ics")
    (tmp_path / "同样.ics").replace(swapped.path)
    shutil.rmtree(inner.path.parent)
    inner.path.parent.symlink_to(outside.parent, target_is_directory=True)
    linked.path.unlink()
    linked.path.symlink_to(outside)
    for one in (changed, swapped, inner, linked):
        assert destroy(folder, one)
    assert outside.read_bytes() == before
    assert changed.path.exists()
    assert swapped.path.exists()


def test_content_is_overwritten_before_the_name_goes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    (found, *_) = find_files(folder, RULES, years=3, as_of=TODAY).past
    seen: list[bytes] = []
    real = os.ftruncate

    def look(handle: int, size: int) -> None:
        seen.append(os.pread(handle, 1 << 20, 0))
        real(handle, size)

    monkeypatch.setattr(os, "ftruncate", look)
    assert destroy(folder, found) == ""
    assert seen == [bytes(found.size)]
    assert not found.path.exists()


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.rglob("*") if p.is_file()}


def test_listing_moves_nothing_and_names_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    before = names(folder)
    assert run(monkeypatch, "retain", folder, "--years", 3, "--as-of", "2026-10-20") == 0
    told = capsys.readouterr()
    assert "到期 7" in told.out
    assert CHILD not in told.out + told.err
    assert run(monkeypatch, "retain", folder, "--years", 3, "--with-names") == 0
    assert names(folder) == before


def test_without_a_period_in_a_document_it_must_be_said(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    assert RULES.years is None
    assert run(monkeypatch, "retain", folder) == 2
    assert "--years" in capsys.readouterr().err


def test_nothing_is_destroyed_before_its_time_or_without_a_yes(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    before = names(folder)
    how = ("retain", folder, "--years", 3, "--delete")
    assert run(monkeypatch, *how, "--as-of", "2060-01-01", "--yes") == 2
    monkeypatch.setattr("typer.confirm", lambda _, err: False)  # asked beside what is answered
    assert run(monkeypatch, *how) == 0
    monkeypatch.undo()
    assert names(folder) == before


def test_destroyed_files_are_certified_and_logged(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:  # fmt: skip
    before = names(folder)
    paper = tmp_path / "证明.xlsx"
    assert run(monkeypatch, "retain", folder, "--years", 3, "--delete", "--yes", "--certificate", paper) == 0  # fmt: skip
    gone = before - names(folder)
    assert gone == {name for name in before if name.startswith("旧")}
    page = load_workbook(paper)["销毁证明"]
    text = [str(c.value) for row in page.iter_rows() for c in row if c.value is not None]
    assert text.count("已销毁") == len(gone)
    assert [t for t in text if "固态硬盘" in t]
    assert [t for t in text if "监督人" in t]
    assert not [t for t in text if CHILD in t or "学籍2020" in t]
    entry = oplog.read_log().entries[-1]
    assert (entry.action, entry.outcome, (entry.counts or {})["destroyed"]) == ("retain", "done", 7)
    assert len(entry.proof) == 64
    assert "不能" not in capsys.readouterr().err
    assert (
        run(monkeypatch, "retain", folder, "--years", 3, "--delete", "--yes") == 0
    )  # nothing left


def test_what_cannot_be_certified_is_not_destroyed(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # fmt: skip
    (tmp_path / "file").write_text("", encoding="utf-8")
    before = names(folder)
    paper = tmp_path / "file" / "证明.xlsx"
    assert run(monkeypatch, "retain", folder, "--years", 3, "--delete", "--yes", "--certificate", paper) == 2  # fmt: skip
    assert names(folder) == before


def test_what_is_kept_of_read_files_goes_with_them(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:  # fmt: skip
    monkeypatch.setenv("KBBX_CACHE", str(tmp_path / "kept"))
    kept = Cache(tmp_path / "kept")
    kept.put("of a file", "a")
    paper = tmp_path / "证明.xlsx"
    assert run(monkeypatch, "retain", folder, "--years", 3, "--delete", "--yes", "--certificate", paper) == 0  # fmt: skip
    assert "本机缓存也清空了" in capsys.readouterr().out
    assert kept.size() == 0
