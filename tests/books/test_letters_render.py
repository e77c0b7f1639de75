"""Every letter on paper, with the longest names and addresses there are: pages, fonts, nothing left over."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from kbbx_xl.books.letters import Wish, write_county_letter, write_letters
from kbbx_xl.flow.county import DONE
from kbbx_xl.flow.result import County, UnitProgress
from kbbx_xl.model import FileRead, Table
from kbbx_xl.settings.letters import About, letter_forms
from kbbx_xl.settings.policies import load_policy
from tests.books import libreoffice
from tests.flow.factory import make_county
from tests.flow.tables import table
from tests.flow.test_letters import DAY, LEDGER, VISITS
from tests.ids import ONE

ADDRESS = "贵州省黔西南布依族苗族自治州望谟县蔗香镇乐康社区易地扶贫搬迁安置点三期第十二栋二单元一千八百零六号"  # fmt: skip
CHILD, PARENT = "阿卜杜热合曼·买买提艾力江", "买买提艾力江·阿卜杜热西提"
TEACHER = "阿依古丽·努尔麦麦提"
SCHOOL = "黔西南布依族苗族自治州望谟县蔗香镇民族寄宿制九年一贯制学校"
OTHER = "新疆维吾尔自治区巴音郭楞蒙古自治州和静县巴音布鲁克镇牧民定居点寄宿制学校"
CENTER = "望谟县蔗香镇教育管理中心校"
PUPIL: dict[str, object] = {
    "name": CHILD, "guardian": PARENT, "address": ADDRESS, "registered_address": ADDRESS, "sex": "男",
    "class_name": "民族团结示范班", "grade": "九年级", "id_no": ONE, "student_no": f"G{ONE}",
    "guardian_phone": "17400426910", "birth": dt.date(2016, 4, 9),
}  # fmt: skip
CASE: dict[str, object] = {
    **PUPIL, "teacher": TEACHER, "first_absent": dt.date(2026, 9, 14), "case_status": "辍学",
    "reason": "随父母外出务工，家庭经济困难，本人学习困难、厌学，多次表示不愿返校",
    "whereabouts": "随父母在外省务工，具体地址不详",
}  # fmt: skip
RECORD = "上门与学生祖父和学生本人谈话，宣传义务教育法，说明辍学的后果和资助政策；祖父表示支持孩子返校，学生说跟不上课程，教师答应安排同学结对帮扶，约定下周再访"  # fmt: skip
FONTS = ("CJK", "Kai", "Song", "Hei", "Fang")  # families with Chinese characters
LATIN_ONLY = re.compile(r"(Liberation|DejaVu|Carlito|Caladea)", re.I)


def filled(name: str, text: str, *rows: Mapping[str, object], **meta: str) -> Table:
    """A declared sheet whose rows are these; ``text`` gives the columns it has anyway."""
    made = table(name, text, **meta)
    titles = list(dict.fromkeys(key for row in rows for key in row))
    made.columns = {title: [row.get(title) for row in rows] for title in titles}
    made.where = {title: n for n, title in enumerate(titles, 1)}
    made.rows = list(range(2, 2 + len(rows)))
    return made


def read_of(*tables: Table) -> FileRead:
    head = f"| 单位名称 | 上级单位 | 联系电话 |\n| {SCHOOL} | {CENTER} | 0859-4567890转8023 |"
    own = {"form": "registration", "unit_name": SCHOOL}
    return FileRead("a.xlsx", tables=[table("cover", head), *tables], own=own)


def cases() -> FileRead:
    """A case whose every word is as long as such words get, visited three times."""
    told = {"name": CHILD, "id_no": ONE, "result": "暂未返校", "record": RECORD}
    visits = [
        {**told, "visit_date": dt.date(2026, 10, n), "visitors": f"{TEACHER}、王建国、李秀英"}
        for n in (9, 12, 16)
    ]
    ledger = dataclasses.replace(
        filled("suspected", LEDGER, CASE), table=""
    )  # a ledger of their own
    return read_of(ledger, filled("visits", VISITS, *visits))


def ordered() -> FileRead:
    """The same case once the order was given that a penalty needs."""
    read = cases()
    head = "| 姓名 | 办理环节 | 办理日期 |\n| 甲 | 责令改正 | 2026-10-16 |"
    step = {
        "name": CHILD, "id_no": ONE, "step": "责令改正", "step_date": dt.date(2026, 10, 16),
        "document": "限期复学通知书", "number": "蔗香府教责改〔2026〕128号",
        "received": dt.date(2026, 10, 16), "until": dt.date(2026, 10, 19),
    }  # fmt: skip
    read.tables.append(filled("case_steps", head, step))
    return read


def changes() -> FileRead:
    row = {**PUPIL, "change": "转出", "change_date": DAY, "other_school": OTHER}
    return read_of(
        filled("changes", "| 姓名 | 异动类别 | 异动日期 |\n| 甲 | 转出 | 2026-10-20 |", row)
    )


def leaves() -> FileRead:
    row = {**PUPIL, "start": dt.date(2026, 10, 12), "leave_kind": "病假", "days": 6}
    row["reason"] = "陪同父亲到省外医院做手术，家里没有其他人照看，要到父亲出院才能返回"
    return read_of(
        filled("absence", "| 姓名 | 缺勤起始日期 | 类别 |\n| 甲 | 2026-10-12 | 病假 |", row)
    )


def grids() -> FileRead:
    sheets = {
        "grid_town": "镇级",
        "grid_village": "村级",
        "grid_school": "校级",
        "grid_class": "班级",
    }
    row = {"grid_name": f"{SCHOOL}九年级民族团结示范班", "head": TEACHER, "phone": "17400426910"}
    goal = "本班48人全部按时到校；联系厌学学生3人、家庭困难学生5人，每月各家访一次；本学期不出现疑似辍学学生"
    signed = [
        {"level": level, "grid_name": row["grid_name"], "targets": goal}
        for level in sheets.values()
    ]
    head = "| 网格名称 | 网格长姓名 | 联系方式 |\n| 甲 | 乙 | 17400426910 |"
    tables = [filled(name, head, row, 级别=level) for name, level in sheets.items()]
    signs = "| 网格级别 | 网格名称 | 签订人 | 目标任务 |\n| 班级 | 甲 | 乙 | 丙 |"
    return read_of(*tables, filled("signed", signs, *signed))


def county() -> County:
    """A county of twenty-four units with long names, by a policy that states targets."""
    made = make_county(policy=load_policy("yanling"))
    names = [f"{SCHOOL[:-2]}第{n}教学点" for n in range(1, 18)]
    made.progress += [
        UnitProgress(name, "", "", "学校", "未报" if n % 2 else DONE, (), (), ())
        for n, name in enumerate(names)
    ]
    return made


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every kind of letter as PDF, all of them by one start of LibreOffice."""
    folder = tmp_path_factory.mktemp("letters")
    reads = {
        About.CASE: cases(),
        About.CHANGE: changes(),
        About.LEAVE: leaves(),
        About.GRID: grids(),
    }
    policy = load_policy("p23")
    made: dict[str, Path] = {}
    for kind, form in letter_forms().items():
        wish = Wish(DAY, load_policy("yanling") if form.about is About.GRID else policy)
        if form.about is About.COUNTY:
            result = write_county_letter(kind, county(), folder, wish)
        else:
            read = ordered() if kind == "penalty" else reads[form.about]
            name = next(t.sheet for t in read.tables if _is_about(t, form.about, form.level))
            result = write_letters(kind, [read], folder, wish, rows=[(name, 2)])
        assert not result.refused, kind
        made[kind] = folder / result.issued[0].file
    pdf = libreoffice.convert(list(made.values()), "pdf", folder)
    return dict(zip(made, pdf, strict=True))


def _is_about(one: Table, about: About, level: str) -> bool:
    kinds = {About.CASE: "辍学学生台账", About.CHANGE: "学籍异动", About.LEAVE: "缺勤登记"}
    if about is About.GRID:
        return one.meta.get("级别") == level
    return str(one.kind) == kinds[about]


def _said(*command: object) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.libreoffice
@pytest.mark.parametrize("kind", sorted(letter_forms()))
def test_a_letter_with_the_longest_words_keeps_to_its_pages(
    kind: str, printed: dict[str, Path]
) -> None:
    form, pdf = letter_forms()[kind], printed[kind]
    found = re.search(r"Pages:\s+(\d+)", _said("pdfinfo", pdf))
    assert found is not None
    assert int(found[1]) == form.pages
    text = re.sub(r"\s", "", _said("pdftotext", "-layout", pdf, "-"))
    assert "{" not in text
    assert "}" not in text
    if form.about in (About.CASE, About.CHANGE):
        assert CHILD in text
    fonts = [line.split()[0] for line in _said("pdffonts", pdf).splitlines()[2:]]
    assert any(word in font for font in fonts for word in FONTS)
    assert not [font for font in fonts if LATIN_ONLY.search(font)]


@pytest.mark.libreoffice
def test_yl_68_the_report_shows_ids_and_days_whole(printed: dict[str, Path]) -> None:
    shown = _said("pdftotext", "-layout", printed["report"], "-").replace(" ", "")
    words = (f"G{ONE}", "2016年4月9日", "2026年9月14日", "2026年10月16日")
    assert [word for word in words if word not in shown] == []


@pytest.mark.libreoffice
def test_an_official_document_has_28_characters_a_line_and_22_lines_a_page(
    printed: dict[str, Path],
) -> None:
    page = _said("pdftotext", "-layout", "-f", 2, "-l", 2, printed["bulletin"], "-").splitlines()
    lines = [line.strip() for line in page if line.strip()]
    whole = [line for line in lines if not re.search(r"[\w\s]", line, re.ASCII)]
    assert max(map(len, whole)) == 28
    assert len(lines) <= 22 + 1  # and the number of the page
