"""Letters as files: templates true to their text, every placeholder filled, numbers that go on."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import pytest

from kbbx_xl.books.letters import BLANK, LettersResult, Wish, build_templates, write_letters
from kbbx_xl.books.letters.build import TABLE_POINTS
from kbbx_xl.books.letters.template import LEFT_OVER, template_path, used_names
from kbbx_xl.books.read import read_file
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Finding, Period
from kbbx_xl.settings.letters import About, letter_fields, letter_forms
from kbbx_xl.settings.strict import config_path
from tests.flow.tables import table
from tests.flow.test_letters import DAY, LEDGER, school, whole
from tests.ids import ONE

BY_CHOICE = {"defer", "enrol"}
BOTH = (("疑似辍学台账", 2), ("疑似辍学台账", 3))
EDUCATED = "| 姓名 | 办理环节 | 办理日期 | 文书名称 |\n| 乙二 | 宣传教育 | 2026-10-15 | 劝学书 |"
CELL_MARGIN = 1.9  # mm that Word leaves free at either side of a cell
KINDS = ("visit", "persuade", "report", "order", "defer", "enrol")  # of a case, without more


def reads() -> list[FileRead]:
    return [whole()]


def known(kind: str) -> list[FileRead]:
    """What a letter of that kind needs to be made of both open cases."""
    (read,) = reads()
    if kind == "order":
        read.tables.append(table("case_steps", EDUCATED))
    return [read]


def write(kind: str, folder: Path, given: Sequence[FileRead] = (), **more: object) -> LettersResult:
    rows = more.pop("rows", BOTH if kind in BY_CHOICE else None)
    wish = Wish(**{"day": DAY, **more})  # type: ignore[arg-type]
    return write_letters(kind, given or known(kind), folder, wish, rows=rows)  # type: ignore[arg-type]


def words(path: Path) -> str:
    document = docx.Document(str(path))
    cells = (c.text for t in document.tables for r in t.rows for c in r.cells)
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def register(folder: Path) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(folder / "文书登记.xlsx")["文书登记"]
    return [row for row in sheet.iter_rows(min_row=3, values_only=True) if row[0]]


def test_templates_are_what_their_text_says() -> None:
    assert build_templates(config_path("letters"), check=True) == []


def test_templates_use_every_placeholder_there_is() -> None:
    forms = letter_forms().values()
    used = {name for form in forms for name in used_names(template_path(form), form.about)}
    names = {name for about in About for name in letter_fields().names(about)}
    assert names - used == {"监护人关系", "异动日期", "网格级别", "网格监督员", "联系方式"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_filled_and_the_same_each_time(kind: str, tmp_path: Path) -> None:
    first, again = write(kind, tmp_path / "1"), write(kind, tmp_path / "2")
    assert len(first.issued) == 2
    for name in (*(one.file for one in first.issued), "文书登记.xlsx"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    assert first.issued == again.issued
    for letter in first.issued:
        with zipfile.ZipFile(tmp_path / "1" / letter.file) as parts:
            assert not any(LEFT_OVER.search(parts.read(n)) for n in parts.namelist())
        text = words(tmp_path / "1" / letter.file)
        assert "None" not in text
        assert letter_forms()[kind].title[-3:] in text
    assert "甲一" in words(tmp_path / "1" / first.issued[0].file)


def test_the_persuasion_notice_says_what_is_known_and_leaves_lines_for_the_rest(
    tmp_path: Path,
) -> None:
    result = write("persuade", tmp_path, numbering="柳小", until=dt.date(2026, 10, 27))
    first, second = (words(tmp_path / one.file) for one in result.issued)
    assert "柳小劝〔2026〕1号" in first
    assert "自2026年10月8日起没有到校上课，到2026年10月20日已连续缺勤10个上课日" in first
    assert "已劝返2次" in first
    assert "请您在2026年10月27日前送甲一回校" in first
    assert "柳小劝〔2026〕2号" in second
    assert f"身份证件号{BLANK * 9}" in second
    assert "已劝返" not in second
    titles = {f.params["title"] for f in result.findings if f.code == "L02"}
    assert titles == {"身份证件号", "承包教师"}


def test_the_report_lists_the_visits(tmp_path: Path) -> None:
    first, second = (words(tmp_path / one.file) for one in write("report", tmp_path).issued)
    assert "仍不愿返校（暂未返校）" in first
    assert "柳河镇中心校、柳河镇人民政府：" in first
    assert "次劝返" not in second


def test_the_order_names_the_visits_and_what_was_taught(tmp_path: Path) -> None:
    first, second = (words(tmp_path / one.file) for one in write("order", tmp_path).issued)
    assert "经学校2次劝返，仍未返校。" in first
    assert "，2026年10月15日经宣传教育，仍未返校。" in second


def test_a_letter_that_not_every_case_gets_asks_for_rows_or_marks(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="请用 --mark 指定案件号"):
        write("defer", tmp_path, rows=None)
    with pytest.raises(InputError, match="没有案件号“00000”"):
        write_letters("defer", reads(), tmp_path, Wish(DAY), marks=["00000"])
    assert not list(tmp_path.iterdir())


def test_what_was_done_before_is_passed_and_an_empty_batch_says_why(tmp_path: Path) -> None:
    (read,) = known("order")
    made = write("persuade", tmp_path, [read])
    assert made.passed == ["疑似辍学台账 第3行：办理记录里已有宣传教育的记录"]
    assert [one.source.row for one in made.issued] == [2]
    back = LEDGER.replace("| 厌学 | 流失 |  |", "| 厌学 | 返校 |  |").replace("疑似", "返校")
    none = write("persuade", tmp_path, [school(table("suspected", back))])
    assert none.nothing == "台账里没有状态是疑似辍学、辍学的未销号个案"
    assert write("leave", tmp_path).nothing == "材料里没有填好的缺勤登记"


def test_no_child_is_named_outside_the_letters(tmp_path: Path) -> None:
    result = write("visit", tmp_path)
    assert [one.file for one in result.issued] == [
        f"学生辍学家访记录单_柳河镇中心小学_2026-00{n}_{one.mark}.docx"
        for n, one in enumerate(result.issued, 1)
    ]
    shown = str(register(tmp_path)) + repr(result.findings)
    assert not [word for word in ("甲一", "乙二", "甲父", ONE) if word in shown]


def test_the_same_letter_is_not_issued_twice_a_day_and_numbers_go_on(tmp_path: Path) -> None:
    write("persuade", tmp_path, rows=[("疑似辍学台账", 2)])
    before = (tmp_path / "文书登记.xlsx").read_bytes()
    same = write("persuade", tmp_path, rows=[("疑似辍学台账", 2)])
    assert (same.issued, len(same.skipped), same.register) == ([], 1, None)
    assert (tmp_path / "文书登记.xlsx").read_bytes() == before
    more = write("persuade", tmp_path)
    assert [one.number for one in more.issued] == ["2026-002"]
    assert [one.number for one in more.skipped] == ["2026-001"]
    later = write("persuade", tmp_path, day=dt.date(2026, 10, 27))
    assert [one.number for one in later.issued] == ["2026-003", "2026-004"]
    assert [one.number for one in write("order", tmp_path).issued] == ["2026-001", "2026-002"]
    next_year = write("persuade", tmp_path, day=dt.date(2027, 1, 5))
    assert [one.number for one in next_year.issued] == ["2027-001", "2027-002"]
    assert len(register(tmp_path)) == 8
    assert [p.name for p in tmp_path.glob("*备份*")] == []


def test_what_people_write_into_the_register_stays(tmp_path: Path) -> None:
    write("persuade", tmp_path)
    book = openpyxl.load_workbook(tmp_path / "文书登记.xlsx")
    sheet = book["文书登记"]
    sheet["K3"], sheet["N2"], sheet["N3"] = dt.date(2026, 10, 21), "存放处", "一号柜"
    book.save(tmp_path / "文书登记.xlsx")
    write("order", tmp_path)
    rows = register(tmp_path)
    assert rows[0][10] == dt.datetime(2026, 10, 21)
    assert rows[0][13] == "一号柜"
    assert [row[1] for row in rows] == ["劝返复学通知书"] * 2 + ["限期复学通知书"] * 2


def test_an_open_or_foreign_register_stops_everything(tmp_path: Path) -> None:
    write("persuade", tmp_path, rows=[("疑似辍学台账", 2)])
    (tmp_path / "~$文书登记.xlsx").touch()
    with pytest.raises(InputError, match="正开着"):
        write("persuade", tmp_path)
    assert len(list(tmp_path.glob("*.docx"))) == 1
    (tmp_path / "other").mkdir()
    openpyxl.Workbook().save(tmp_path / "other" / "文书登记.xlsx")
    with pytest.raises(InputError, match="不是程序写的文书登记"):
        write("persuade", tmp_path / "other")


def test_the_register_is_no_submission(tmp_path: Path) -> None:
    write("persuade", tmp_path)
    path = tmp_path / "文书登记.xlsx"
    assert read_file(path, path.name, period=Period(2026, 10)).status == "ignored"


def _own_template(folder: Path, *texts: str) -> Path:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    folder.mkdir()
    document.save(str(folder / "劝返复学通知书.docx"))
    return folder


def test_a_countys_own_template_replaces_ours(tmp_path: Path) -> None:
    own = _own_template(tmp_path / "模板", "{{ 学校 }}告{{ 监护人 }}", "{% for 次 in 劝返经过 %}{{ 次.时间 }}；{% endfor %}")  # fmt: skip
    made = write("persuade", tmp_path / "出", templates=own)
    text = words(tmp_path / "出" / made.issued[0].file)
    assert text.splitlines() == ["柳河镇中心小学告甲父", "2026年10月10日；2026年10月14日；"]
    assert not made.findings[1:]  # only of what it uses; the other is the unknown status
    assert write("order", tmp_path / "出", templates=own).issued  # not there: ours


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 监护人姓名 }}", "{{ 监护人姓名 }} 不存在，是不是“监护人”"),
        ("{% for 次 in 劝返经过 %}{{ 次.日期 }}{% endfor %}", "“日期”不存在"),
        ("{{ 学校", "占位词写得不对"),
        ("{{ 学校.__class__.__mro__ }}", "占位词"),
    ],
)
def test_a_wrong_placeholder_is_named_and_nothing_is_issued(
    text: str, said: str, tmp_path: Path
) -> None:
    own = _own_template(tmp_path / "模板", text)
    with pytest.raises(InputError, match=re.escape(said)):
        write("persuade", tmp_path / "出", templates=own)
    assert not list(tmp_path.glob("出/*.docx"))


def test_a_wrong_kind_row_or_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="是不是“persuade”"):
        write("persuad", tmp_path)
    with pytest.raises(InputError, match="所选的行"):
        write("persuade", tmp_path, rows=[("学生名册", 4)])
    with pytest.raises(InputError, match="找不到模板文件夹"):
        write("persuade", tmp_path, templates=tmp_path / "没有")


@pytest.mark.parametrize("kind", KINDS)
def test_a_child_who_is_back_gets_no_letter_and_the_others_do(kind: str, tmp_path: Path) -> None:
    rows = [("疑似辍学台账", 2), ("疑似辍学台账", 4)]
    result = write(kind, tmp_path, rows=rows)
    assert [one.source.row for one in result.issued] == [2]
    assert result.refused == ["疑似辍学台账 第4行：状态是“已返校”，已填销号日期"]
    alone = write(kind, tmp_path / "2", rows=rows[1:])
    assert (alone.issued, alone.register, len(alone.refused)) == ([], None, 1)


def test_a_closed_case_is_refused_even_when_its_status_says_open(tmp_path: Path) -> None:
    ledger = LEDGER.replace("| 厌学 | 流失 |  |", "| 厌学 | 流失 | 2026-10-14 |")
    result = write("persuade", tmp_path, [school(table("suspected", ledger))])
    assert [one.source.row for one in result.issued] == [3]
    assert result.refused == ["疑似辍学台账 第2行：状态是“辍学”，已填销号日期"]


def test_a_term_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"到校期限（2026-10-17）早于签发日期（2026-10-20）"):
        write("order", tmp_path, until=dt.date(2026, 10, 17))
    assert write("order", tmp_path, until=DAY).issued


def test_files_that_nobody_can_read_are_a_reason_not_an_empty_batch(tmp_path: Path) -> None:
    locked = FileRead("密.xlsx", findings=[Finding("F02", "密.xlsx")])
    with pytest.raises(InputError, match=r"密\.xlsx：文件有打开密码"):
        write("persuade", tmp_path, [locked])


def test_only_what_the_school_issues_carries_the_day(tmp_path: Path) -> None:
    dated = {kind for kind in KINDS if write(kind, tmp_path / kind).dated}
    assert dated == {"persuade", "report"}
    for kind in KINDS:
        text = words(next((tmp_path / kind).glob("*.docx")))
        assert ("2026年10月20日" in text) == (kind in dated)


@pytest.mark.parametrize("kind", sorted(letter_forms()))
def test_numbers_and_dates_fit_on_one_line_of_their_cells(kind: str) -> None:
    """Also where another font stands in for 仿宋: digits of 0.64 em, a gap at each 年, 月 and 日."""
    digit, em, gap = 0.64 * TABLE_POINTS, TABLE_POINTS, 0.25 * TABLE_POINTS
    date = 8 * digit + 3 * em + 6 * gap
    long = {"学籍号": 19 * digit, "身份证件号": 18 * digit, "监护人电话": 11 * digit}
    long |= {"出生日期": date, "首次缺勤日期": date, "次.时间": date}
    long = {f"{{{{ {name} }}}}": points for name, points in long.items()}
    for part in letter_forms()[kind].parts:
        for row in part.rows:
            for cell, width in zip(row, part.widths, strict=True):
                inside = (width - 2 * CELL_MARGIN) / 25.4 * 72
                assert long.get(cell, 0) <= inside, (cell, width)


def test_days_are_those_that_the_workbook_itself_counts_by(tmp_path: Path) -> None:
    """A county's day without school (校历) stands in 登记表; the letter says what its sheets say."""
    (given,) = reads()
    days = [dt.date(2026, 10, n) for n in (8, 9, 10, 12, 13, 14, 15, 19, 20)]  # not the 16th
    usual, own = tmp_path / "甲", tmp_path / "乙"
    write("persuade", usual, [given])
    write("persuade", own, [dataclasses.replace(given, school_days=tuple(days))])
    told = [
        re.search(
            r"(\d+) ?个上课日", "\n".join(p.text for p in docx.Document(str(letter)).paragraphs)
        )
        for folder in (usual, own)
        for letter in sorted(folder.glob("*.docx"))[:1]
    ]
    assert [match and int(match[1]) for match in told] == [10, 9]
