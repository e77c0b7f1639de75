"""A page a child: the same fields as the form's formulas show, one A4 page each, whatever they hold."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.print_forms import children_of, shown, write_forms
from kbbx_xl.books.template import build_workbook
from kbbx_xl.books.template.calc.chosen import LEDGERS, choice_label
from kbbx_xl.books.template.calc.print_form import SHOWN_VISITS, VISIT
from kbbx_xl.flow.own_book import REGISTRATION, OwnBook, own_book
from kbbx_xl.messages import InputError
from kbbx_xl.settings.forms import load_form
from tests.books.libreoffice import convert
from tests.books.random_books import Filled, filled
from tests.books.small_school import Record, day, pupil, read, who, written
from tests.books.test_calc_differential import expected_form, expected_lines
from tests.books.test_letters_render import ADDRESS as LONG_ADDRESS
from tests.books.test_letters_render import CHILD, PARENT, RECORD, SCHOOL, TEACHER
from tests.cli.running import run
from tools.paper.check import check
from tools.paper.pdf import Paper

REASON = "随父母外出务工，家庭经济困难，本人学习困难、厌学，多次表示不愿返校"
LONG: Record = {
    "sex": "男", "birth": dt.date(2016, 1, 1), "age": 10, "student_no": "G520000201601010117",
    "health": "视力残疾（一级），另有先天性心脏病，需要长期服药", "guardian": PARENT,
    "guardian_relation": "继父或者养父", "guardian_phone": "17400426910", "guardian2": PARENT,
    "guardian2_relation": "外祖父母", "guardian2_phone": "17400426911",
    "registered_address": LONG_ADDRESS, "address": LONG_ADDRESS, "enrolled_at": SCHOOL,
    "reason": REASON, "not_back_reason": REASON, "persuading_unit": SCHOOL,
    "family": "父母离异，随祖父母生活，祖父长期卧病，家庭主要收入为低保和父亲在外务工寄回的生活费，属脱贫户",
    "persuader": TEACHER, "persuader_phone": "17400426912", "county_approved": "否",
    "grade": "三年级", "class_name": "1班", "first_absent": day(9), "teacher": TEACHER,
}  # fmt: skip


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three children with everything as long as it gets, one of them visited twelve times."""
    children = [pupil(n, **{"name": f"{CHILD}{n}", **LONG}) for n in (1, 2, 3)]
    for child, number in zip(children, (1, 2, 3), strict=True):
        child["id_no"] = pupil(number)["id_no"]
    visits: list[Record] = [
        {**who(children[0]), "visit_date": day(9 + n), "visitors": f"{TEACHER}、王建国、李秀英",
         "place": "望谟县蔗香镇乐康社区学生家中", "record": RECORD, "result": "暂未返校"}
        for n in range(12)
    ]  # fmt: skip
    data = {
        "roster": children,
        "dropout": children[:2],
        "suspected": children[2:],
        "visits": visits,
    }
    return written(tmp_path_factory.mktemp("forms") / "登记表.xlsx", data)


def _own(path: Path) -> OwnBook:
    return own_book(read(path), REGISTRATION)


@pytest.mark.parametrize("seed", range(4, 9))
def test_each_page_shows_what_the_form_shows(seed: int, tmp_path: Path) -> None:
    contents = filled(seed)
    period = contents.context.period
    assert period is not None
    day = contents.context.as_of or period.last
    contents = Filled(dataclasses.replace(contents.context, as_of=day), contents.data)
    path = tmp_path / "登记表.xlsx"
    build_workbook(load_form("registration"), path, context=contents.context, data=contents.data)
    book = own_book(read(path, period), REGISTRATION)
    labels = [
        choice_label(table, n, record)
        for table, _ in LEDGERS
        for n, record in enumerate(contents.data[table], 1)
        if record.get("name")
    ]
    children = children_of(book)
    assert len(children) == len(labels)
    for child, label in zip(children, labels, strict=True):
        chosen = Filled(contents.context, contents.data | {"print_form": [{"choice": label}]})
        values, expected = shown(child, book), expected_form(chosen)
        assert {name: values.get(name, "") for name in expected} == expected
        lines = [values.get(f"{VISIT}{n}", "") for n in range(1, SHOWN_VISITS + 1)]
        assert lines == expected_lines(chosen)


def test_a_sheet_a_child_without_formulas(many: Path, tmp_path: Path) -> None:
    written_, count = write_forms(_own(many), tmp_path / "逐人.xlsx")
    opened = openpyxl.load_workbook(written_)
    pages = [sheet for sheet in opened.worksheets if sheet.sheet_state == "visible"]
    assert count == len(pages) == 3
    cells = [cell for page in pages for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_the_same_ledgers_give_the_same_bytes(many: Path, tmp_path: Path) -> None:
    made = [
        write_forms(_own(many), tmp_path / name)[0].path.read_bytes()
        for name in ("a.xlsx", "b.xlsx")
    ]
    assert made[0] == made[1]


def test_nobody_in_the_ledgers_is_said(tmp_path: Path) -> None:
    path = written(tmp_path / "登记表.xlsx", {"roster": [pupil(1)]})
    with pytest.raises(InputError, match="台账里没有学生"):
        write_forms(_own(path), tmp_path / "逐人.xlsx")


def test_the_command_says_how_many(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "逐人.xlsx"
    assert run(monkeypatch, "print", many, "-o", out) == 0
    assert "登记表 3 页" in capsys.readouterr().out
    assert run(monkeypatch, "print", many, "-o", many) == 2
    assert "不能写在原表" in capsys.readouterr().err
    whole = tmp_path / "整本.xlsx"
    assert run(monkeypatch, "print", many, "-o", whole, "--whole") == 0
    assert "打印区" not in openpyxl.load_workbook(whole)["学生名册"].print_area


@pytest.mark.libreoffice
def test_one_page_a_child_with_everything_on_it(many: Path, tmp_path: Path) -> None:
    made, count = write_forms(_own(many), tmp_path / "逐人.xlsx")
    (pdf,) = convert([made.path], "pdf", tmp_path / "pdf")
    leaves = Paper(pdf).leaves
    assert len(leaves) == count
    for number, leaf in enumerate(leaves, 1):
        assert [n for n in (1, 2, 3) if f"{CHILD}{n}" in leaf.text] == [number]
    assert "还有5次，见所附劝返记录" in leaves[0].text
    assert [v.faults for v in check("逐人登记表", made.path, pdf)] == [()] * count
