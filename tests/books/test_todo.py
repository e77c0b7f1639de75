"""本月要做, the first sheet: what it says is what the core says, and what LibreOffice calculates."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.checking import check_reads
from kbbx_xl.books.template import FORMS, build_workbook
from kbbx_xl.books.template.todo.gaps import SHEET
from kbbx_xl.books.template.todo.sheet import TABLE
from kbbx_xl.books.template.todo.states import STATES
from kbbx_xl.flow.unit import UnitResult
from kbbx_xl.model import Finding, Layout
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import load_policy
from tests.books.libreoffice import calculated
from tests.books.small_school import (
    OCTOBER,
    UNIT,
    Record,
    called,
    day,
    pupil,
    read,
    who,
    written,
)

AS_OF = day(20)
PUPILS = [pupil(n) for n in range(1, 9)]
GONE, BACK, AWAY = PUPILS[0], PUPILS[1], PUPILS[2]


def school() -> dict[str, list[Record]]:
    """Gaps in four sheets, two pupils over a threshold, three cases of which one is closed."""
    absent = dict.fromkeys((14, 15, 16, 19, 20), "×")
    case = {**who(GONE), "first_absent": day(8), "reason": "厌学", "listed_on": day(16)}
    return {
        "roster": [*PUPILS[:7], PUPILS[7] | {"id_no": PUPILS[7]["id_no"][:17]}],  # type: ignore[index]
        "roll_call": [
            called(GONE, dict.fromkeys((8, 9, 10, *range(12, 17), 19, 20), "×")),
            called(BACK, dict.fromkeys(range(8, 20), "√")),
            called(AWAY, dict.fromkeys(range(8, 14), "√") | absent),
        ],
        "suspected": [case, {**who(AWAY), "first_absent": day(14)}],
        "dropout": [
            {**who(BACK), "first_absent": day(8, 9), "closing": "返校", "closed": day(8)}
        ],
        "visits": [
            {**{n: GONE[n] for n in ("name", "id_no")}, "visit_date": day(16), "record": "见到家长"},
            {"name": GONE["name"], "id_no": GONE["id_no"], "visitors": "周敏"},
        ],
        "changes": [{**who(BACK), "change": "转入"}],
    }  # fmt: skip


def shown(path: Path, sheet: str = "本月要做") -> dict[str, object]:
    """Address -> stored text of the two columns that say how it stands."""
    page = openpyxl.load_workbook(path, data_only=True)[sheet]
    return {c.coordinate: c.value for row in page["C4:D16"] for c in row if c.value}


def judged(path: Path, as_of: dt.date = AS_OF) -> tuple[UnitResult, list[Finding]]:
    results, findings = check_reads(
        [read(path)], month=OCTOBER, as_of=as_of, policy=load_policy("tanghe")
    )
    return results[0], findings


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("todo") / "登记表.xlsx", school(), as_of=AS_OF)


@pytest.mark.parametrize("name", FORMS)
def test_five_lines_lead_to_every_sheet_that_people_fill(name: str) -> None:
    form = load_form(name)
    assert (len(form.todo), form.sheets[0].table) == (5, TABLE)
    assert {line.state for line in form.todo} <= set(STATES)
    reached = {t for line in form.todo for t in (line.to, *line.also)}
    filled = {s.table for s in form.sheets if s.layout in (Layout.TABLE, Layout.MONTH_GRID)}
    assert filled <= reached
    assert all(len(line.say) <= 12 for line in form.todo)


def test_gaps_are_the_cells_that_the_check_asks_for(book: Path) -> None:
    _, findings = judged(book)
    asked = Counter(f.sheet for f in findings if f.code == "V01")
    assert asked == {"劝返记录": 3, "学籍异动": 1}
    told = shown(book)
    assert told["C4"] == "√ 已填好"
    assert told["C5"] == f"还缺 {asked['学籍异动']} 格"
    assert told["C7"] == f"还缺 {asked['劝返记录']} 格"
    assert told["C8"] == f"先补齐上面还缺的 {asked.total()} 格"


def test_links_lead_to_the_first_cell_the_check_asks_for(book: Path) -> None:
    """HYPERLINK takes its address from the hidden sheet; the sentence links to the sheet."""
    _, findings = judged(book)
    first = next(f for f in findings if f.code == "V01" and f.sheet == "劝返记录")
    page = openpyxl.load_workbook(book)["本月要做"]
    where = page["C7"].value.removeprefix("=HYPERLINK(").split(",")[0]
    hidden = openpyxl.load_workbook(book, data_only=True)[SHEET]
    target = hidden[where.partition("!")[2].replace("$", "")].value
    assert target == f"#'{first.sheet}'!{first.cell}"
    assert page["B7"].hyperlink.location == "'疑似辍学台账'!B4"


def test_children_over_a_threshold_and_open_cases_are_those_of_the_core(book: Path) -> None:
    result, _ = judged(book)
    last = {(d.key, d.name): d.step for d in result.due}  # steps of a pupil stand in their order
    told = shown(book)
    page = openpyxl.load_workbook(book, data_only=True)["本月要做"]
    titles = {str(page.cell(r, 1).value): str(page.cell(r, 3).value) for r in range(11, 16)}
    for step in (s.title for s in load_policy("tanghe").steps if not s.after):
        assert titles.get(step, "0 人") == f"{Counter(last.values())[step]} 人", step
    open_ = Counter(c.status for c in result.cases if c.status in ("疑似辍学", "辍学"))
    assert titles["疑似辍学未销号"] == f"{open_['疑似辍学']} 人" == "2 人"
    assert titles["辍学未销号"] == f"{open_['辍学']} 人" == "0 人"
    assert "其中还没有劝返记录的 1 人" in told.values()


def test_a_school_without_gaps_is_told_how_far_it_is(tmp_path: Path) -> None:
    data = {"roster": PUPILS[:7], "roll_call": [called(BACK, {8: "√", 16: "√"})]}
    opening = [{"grade": "三年级", "opening": 7}]
    path = written(tmp_path / "a.xlsx", {**data, "month_figures": opening}, as_of=AS_OF)
    told = shown(path)
    assert [told[f"C{row}"] for row in range(4, 9)] == [
        "√ 已填好",
        "√ 已填好，7 人",
        "点名记到 10月16日，还差 2 天",
        "√ 没有到预警、未销号的",
        "√ 可以报了",
    ]
    bad = {"roster": [*PUPILS[:6], PUPILS[6] | {"id_no": "52000020160101"}]}
    told = shown(written(tmp_path / "b.xlsx", bad, as_of=AS_OF))
    assert (told["C5"], told["C6"]) == ("证件有误 1 人", "没有缺勤记录")
    assert told["C8"] == "先填上月末在校生数"
    told = shown(written(tmp_path / "c.xlsx", {**bad, "month_figures": opening}, as_of=AS_OF))
    assert told["C8"] == "先改有误的证件"


@pytest.mark.parametrize(
    ("form", "last", "said"),
    [
        ("registration", "C8", "先填学生名册"),
        ("monthly", "C8", "先把月报表填到勾稽相符"),
        ("monthly", "C5", "还没有填"),
    ],
)
def test_what_nobody_filled_is_not_ready(tmp_path: Path, form: str, last: str, said: str) -> None:
    """As it is sent out: the cover filled, nothing else."""
    assert shown(written(tmp_path / "a.xlsx", {}, form=form, as_of=AS_OF))[last] == said


def test_the_deadline_is_the_policy_s_day_of_the_month(tmp_path: Path) -> None:
    """TH-32: 每月 20 日前; a text with today's date in it would differ with every opening."""
    path = written(tmp_path / "a.xlsx", {}, as_of=AS_OF)
    book = openpyxl.load_workbook(path, data_only=True)
    assert book["本月要做"]["D2"].value == "月报截止：2026年10月20日"
    formulas = openpyxl.load_workbook(path)
    cells = [c.value for sheet in formulas for row in sheet.iter_rows() for c in row]
    assert not [c for c in cells if "TODAY(" in str(c)]
    build_workbook(load_form("registration"), tmp_path / "b.xlsx")
    blank = openpyxl.load_workbook(tmp_path / "b.xlsx", data_only=True)
    assert blank["本月要做"]["D2"].value == "月报截止：方案没有写哪一天"


MONTHLY = {
    "report": [
        {"grade": "七年级", "opening": 60, "dropout": 1, "closing": 59, "suspected": 1},
    ],
    "list_suspected": [{**who(GONE), "grade": "七年级", "first_absent": day(14)}],
}


def test_the_report_says_what_keeps_it_from_being_sent(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", MONTHLY, form="monthly", as_of=AS_OF)
    told = shown(path)
    assert [told[f"C{row}"] for row in range(4, 9)] == [
        "√ 已填好",
        "√ 勾稽相符",
        "还缺 1 格",  # 状态
        "月报表与名单不符，先核对",
        "先补齐上面还缺的 1 格",
    ]
    none = {"report": [{"grade": "七年级", "opening": 59, "closing": 59}]}
    told = shown(written(tmp_path / "b.xlsx", none, form="monthly", as_of=AS_OF))
    assert (told["C6"], told["C8"]) == ("√ 没有要列的学生", "没有名单，先填零报告声明")
    zero = {**none, "zero_report": [{"zero": "是"}]}
    told = shown(written(tmp_path / "c.xlsx", zero, form="monthly", as_of=AS_OF))
    assert told["C8"] == "√ 可以报了"


@pytest.mark.libreoffice
def test_libreoffice_calculates_what_is_stored(book: Path, tmp_path: Path) -> None:
    """First sheet and its hidden steps, of every form; blank ones too."""
    paths = [book, written(tmp_path / "月报表.xlsx", MONTHLY, form="monthly", as_of=AS_OF)]
    grids: dict[str, list[Record]] = {"grid_school": [{"grid_name": UNIT.name, "head": "何平"}]}
    paths.append(written(tmp_path / "责任人名单.xlsx", grids, form="responsibility"))
    term: dict[str, list[Record]] = {"units": [{"code": "1"}], "term": [{"start": day(1, 9)}]}
    paths.append(written(tmp_path / "单位目录.xlsx", term, form="directory"))
    for name in FORMS:
        build_workbook(load_form(name), tmp_path / f"{name}.xlsx")
        paths.append(tmp_path / f"{name}.xlsx")
    compared = 0
    for path, fresh in zip(paths, calculated(paths), strict=True):
        stored = openpyxl.load_workbook(path, data_only=True)
        for sheet in (stored.sheetnames[0], SHEET):
            for address, value in fresh[sheet].items():
                ours = stored[sheet][address].value
                assert value == ("" if ours is None else ours), (path.name, sheet, address)
                compared += 1
    assert compared > 300
