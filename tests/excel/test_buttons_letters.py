"""The letters (文书) of the ribbon, pressed in the tests' Excel: each kind, in the workbook it belongs to."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kbbx_xl.excel.commands import COMMANDS, LETTER
from tests.excel.office import LISTED, NAMES, SCHOOLS, Record, book_of, case, pupils, select, write
from tests.excel.pc import PC

DAY = dt.date(2026, 10, 15)


def letters_of(folder: Path, pc: PC) -> list[str]:
    """Names of the files written, none of which names a child."""
    made = [path.name for path in folder.glob("*.docx")]
    assert not [name for name in NAMES if any(name in file for file in made)]
    assert not [name for name in NAMES if name in pc.messages[-1].prompt]
    assert (folder / "文书登记.xlsx").exists()
    return made


@pytest.fixture
def registration(office: Path) -> Path:
    """A 登记表 with a dropout, a transfer and a leave of the first school."""
    child = pupils(1)[3]
    kept = {name: child[name] for name in ("name", "id_no", "grade", "class_name")}
    gone = {**kept, "seq": 1, "change": "转出", "change_date": DAY, "other_school": "邻县第二小学"}
    leave = {**kept, "seq": 1, "start": DAY, "leave_kind": "病假", "reason": "感冒"}
    outside = {**case(child), "registered_address": "某省远山县石桥镇"}
    ordered = {"seq": 1, "step": "责令改正", "step_date": DAY, "until": DAY}
    taught = {"seq": 2, "step": "宣传教育", "step_date": DAY}
    steps = [{**one, "name": child["name"], "id_no": child["id_no"]} for one in (ordered, taught)]
    data = {
        "case_steps": steps,
        "roster": pupils(1),
        "dropout": [outside],
        "changes": [gone],
        "absence": [leave],
    }
    return write(office / "三.xlsx", "registration", SCHOOLS[0], data)


@pytest.mark.parametrize(
    ("kind", "sheet"),
    [
        ("penalty", "辍学台账"),
        ("away", "辍学台账"),
        ("elsewhere", "学籍异动"),
        ("register", "学籍异动"),
        ("transfer", "学籍异动"),
        ("inquiry", "学籍异动"),
        ("leave", "缺勤登记"),
    ],
)
def test_a_letter_for_the_selected_row(
    pc: PC, office: Path, registration: Path, kind: str, sheet: str
) -> None:
    book = pc.open(registration)
    select(book, sheet, "B4")
    pc.click(f"letter_{kind}")
    assert "出了 1 份" in pc.messages[-1].prompt
    assert len(letters_of(office / "文书", pc)) == 1


@pytest.mark.parametrize(
    ("kind", "sheet", "table"),
    [
        ("duty_town", "镇级网格", "grid_town"),
        ("duty_village", "村级网格", "grid_village"),
        ("duty_school", "校级网格", "grid_school"),
        ("duty_class", "班级网格", "grid_class"),
    ],
)
def test_responsibility_letters_for_every_row_of_the_sheet_in_front(
    pc: PC, office: Path, kind: str, sheet: str, table: str
) -> None:
    rows: list[Record] = [
        {"seq": n, "grid_name": f"网格{n}", "head": f"宋远{n}", "phone": "17400426910"}
        for n in (1, 2)
    ]
    path = write(office / "名单.xlsx", "responsibility", SCHOOLS[0], {table: rows})
    book = pc.open(path)
    select(book, sheet, "A1")
    pc.click(f"letter_{kind}")
    assert f"没有选中“{sheet}”里的行" in pc.messages[-2].prompt
    assert "出了 2 份" in pc.messages[-1].prompt
    assert not [file for file in letters_of(office / "文书", pc) if "宋远" in file]


@pytest.mark.parametrize("kind", ["bulletin", "summary"])
def test_letters_of_the_bureau_come_from_the_folder_of_the_county(
    pc: PC, office: Path, kind: str
) -> None:
    pc.open(office / "单位目录.xlsx")
    pc.answers.folder.append(office)
    pc.click(f"letter_{kind}")
    assert "出了 1 份" in pc.messages[-1].prompt
    assert len(letters_of(office / "汇总结果_2026-10" / "文书", pc)) == 1


def test_a_responsibility_letter_asks_for_the_list_of_its_level(pc: PC, office: Path) -> None:
    rows = [{"seq": 1, "grid_name": "柳河镇", "head": "宋远", "phone": "17400426910"}]
    book = pc.open(write(office / "名单.xlsx", "responsibility", SCHOOLS[0], {"grid_town": rows}))
    select(book, "镇级网格", "B4")
    pc.click("letter_duty_class")
    assert "所选的行不在这一级的网格名单里" in pc.messages[-1].prompt


def test_letters_are_enabled_only_where_their_rows_are(pc: PC, office: Path) -> None:
    letters = {c.id for c in COMMANDS if c.id.startswith(LETTER)}
    pc.open(book_of(office))
    enabled = {name for name in letters if pc.enabled(name)}
    assert "letter_persuade" in enabled
    assert not [name for name in enabled if "duty" in name or name == "letter_bulletin"]


@pytest.mark.parametrize(("taught", "told"), [(True, "出了 1 份"), (False, "宣传教育")])
def test_an_order_goes_out_once_the_first_step_is_recorded(
    pc: PC, office: Path, taught: bool, told: str
) -> None:
    child, kind = pupils(1)[LISTED], "order"
    step = {"seq": 1, "name": child["name"], "id_no": child["id_no"], "step": "宣传教育"}
    data: dict[str, list[Record]] = {
        "roster": pupils(1),
        "dropout": [case(child)],
        "case_steps": [{**step, "step_date": DAY}] if taught else [],
    }
    book = pc.open(write(office / "三.xlsx", "registration", SCHOOLS[0], data))
    select(book, "辍学台账", "B4")
    pc.click(f"letter_{kind}")
    assert told in pc.messages[-1].prompt
