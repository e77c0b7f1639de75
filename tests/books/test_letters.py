"""Letters as files: templates true to their text, every placeholder filled, numbers that go on."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import pytest

from kbbx_xl.books.letters import BLANK, LettersResult, build_templates, write_letters
from kbbx_xl.books.letters.build import TABLE_POINTS
from kbbx_xl.books.letters.template import LEFT_OVER, template_path, used_names
from kbbx_xl.books.read import read_file
from kbbx_xl.messages import InputError
from kbbx_xl.model import FileRead, Finding, Period
from kbbx_xl.settings.letters import letter_fields, letter_forms
from kbbx_xl.settings.strict import config_path
from tests.books import libreoffice
from tests.flow.tables import table
from tests.flow.test_letters import COVER, DAY, LEDGER, ROSTER, VISITS, school
from tests.flow.test_matching import ONE

CELL_MARGIN = 1.9  # mm that Word leaves free at either side of a cell
KINDS = sorted(letter_forms())
PAGES = {"persuade": 1, "enrol": 1, "visit": 1, "defer": 1, "order": 2}  # 2: 送达回证
ADDRESS = "贵州省黔西南布依族苗族自治州望谟县蔗香镇乐康社区易地扶贫搬迁安置点三期第十二栋二单元一千八百零六号"  # fmt: skip
LONG = {
    "name": "阿卜杜热合曼·买买提艾力江", "guardian": "买买提艾力江·阿卜杜热西提", "address": ADDRESS,
    "registered_address": ADDRESS, "class_name": "民族团结示范班", "grade": "九年级", "sex": "男",
    "id_no": ONE, "guardian_phone": "17400426910", "teacher": "阿依古丽·努尔麦麦提",
    "first_absent": dt.date(2026, 9, 14), "case_status": "疑似辍学", "birth": dt.date(2016, 4, 9),
    "reason": "随父母外出务工，家庭经济困难，本人学习困难、厌学，多次表示不愿返校",
    "whereabouts": "随父母在外省务工，具体地址不详", "student_no": f"G{ONE}",
}  # fmt: skip
LONG_SCHOOL = "黔西南布依族苗族自治州望谟县蔗香镇民族寄宿制九年一贯制学校"
RECORD = "上门与学生祖父和学生本人谈话，宣传义务教育法，说明辍学的后果和资助政策；祖父表示支持孩子返校，学生说跟不上课程，教师答应安排同学结对帮扶，约定下周再访"  # fmt: skip


def reads() -> list[FileRead]:
    names = (("roster", ROSTER), ("suspected", LEDGER), ("visits", VISITS), ("cover", COVER))
    return [school(*(table(n, t) for n, t in names))]


def longest() -> list[FileRead]:
    """A case whose every word is as long as such words get, visited three times."""
    ledger, visits = table("suspected", LEDGER), table("visits", VISITS)
    ledger.columns = {name: [value] for name, value in LONG.items()}
    ledger.rows, ledger.where = [5], {name: n for n, name in enumerate(LONG, 1)}
    visits.columns = {
        "name": [LONG["name"]] * 3, "id_no": [ONE] * 3, "result": ["暂未返校"] * 3,
        "visit_date": [dt.date(2026, 10, n) for n in (9, 12, 16)], "record": [RECORD] * 3,
        "visitors": ["阿依古丽·努尔麦麦提、王建国、李秀英"] * 3,
    }  # fmt: skip
    visits.rows = [2, 3, 4]
    cover = table("cover", f"| 单位名称 | 上级单位 | 联系电话 |\n| {LONG_SCHOOL} | 望谟县蔗香镇教育管理中心校 | 0859-4567890转8023 |")  # fmt: skip
    own = {"form": "registration", "unit_name": LONG_SCHOOL}
    return [FileRead("a.xlsx", tables=[cover, ledger, visits], own=own)]


def write(kind: str, folder: Path, given: Sequence[FileRead] = (), **more: object) -> LettersResult:
    return write_letters(kind, given or reads(), folder, **{"day": DAY, **more})  # type: ignore[arg-type]


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
    used = {name for form in letter_forms().values() for name in used_names(template_path(form))}
    assert set(letter_fields().names) - used == {"监护人关系"}


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
    titles = {f.params["title"] for f in result.findings if f.code == "V01"}
    assert titles == {"身份证件号", "承包教师"}


def test_the_report_lists_the_visits(tmp_path: Path) -> None:
    first, second = (words(tmp_path / one.file) for one in write("report", tmp_path).issued)
    assert "仍不愿返校（暂未返校）" in first
    assert "柳河镇中心校、柳河镇人民政府：" in first
    assert "次劝返" not in second


def test_no_child_is_named_outside_the_letters(tmp_path: Path) -> None:
    result = write("visit", tmp_path)
    assert [one.file for one in result.issued] == [
        "学生辍学家访记录单_柳河镇中心小学_2026-001.docx",
        "学生辍学家访记录单_柳河镇中心小学_2026-002.docx",
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


@pytest.mark.parametrize("kind", KINDS)
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


@pytest.mark.libreoffice
def test_on_paper_the_longest_words_keep_to_their_pages(tmp_path: Path) -> None:
    made = {kind: tmp_path / write(kind, tmp_path, longest()).issued[0].file for kind in KINDS}
    printed = _printed(made)
    counts = {kind: _pages(path) for kind, path in printed.items()}
    assert counts == {**PAGES, "report": 2}  # the visits go over to a second page
    done = subprocess.run(["pdftotext", "-layout", str(printed["report"]), "-"], capture_output=True, text=True, check=True)  # fmt: skip
    shown = done.stdout.replace(" ", "")
    assert [word for word in (f"G{ONE}", "2016年4月9日", "2026年9月14日", "2026年10月16日") if word not in shown] == []  # fmt: skip


def _printed(files: dict[str, Path]) -> dict[str, Path]:
    made = libreoffice.convert(list(files.values()), "pdf", next(iter(files.values())).parent)
    return dict(zip(files, made, strict=True))


def _pages(pdf: Path) -> int:
    done = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True)
    return int(re.search(r"Pages:\s+(\d+)", done.stdout)[1])  # type: ignore[index]
