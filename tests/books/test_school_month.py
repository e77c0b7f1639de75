"""生成本月月报 and 零报告: numbers, where they come from, what is refused, what LibreOffice makes of it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kbbx_xl.books.carry import carry_over
from kbbx_xl.books.checking import check_reads, read_all
from kbbx_xl.books.consolidate import load_directory
from kbbx_xl.books.school_month import (
    MonthResult,
    last_report_beside,
    monthly_report,
    zero_cells,
    zero_report,
)
from kbbx_xl.books.template.monthly import FIRST, LINES
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.month_count import FLOWS, OTHERS
from kbbx_xl.messages import InputError, severity
from kbbx_xl.model import Period, Severity, Unit, a1
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import load_policy
from tests.roundtrip import rewrite

from .libreoffice import calculated
from .small_school import OCTOBER, UNIT, Record, column, day, pupil, read, who, written

SAMPLE = Path(__file__).parents[1] / "data" / "sample_county"
SCHOOLS = (
    "云溪镇中心校/云溪镇老街九年制学校",
    "大坪镇中心校/11中心小学",
    "双河镇中心校/双河镇平寨教学点",
)
TODAY = day(2, 11)
TITLES = {
    f.name: f.title for s in load_form("monthly").sheets if s.table == "report" for f in s.columns
}


def school() -> dict[str, list[Record]]:
    """Two grades: one came on the 12th, one left in September, one is away, one dropped out."""
    pupils = [pupil(n) for n in range(1, 7)] + [pupil(n, "四年级") for n in range(7, 11)]
    pupils[1] |= {"status": "正常"}  # as the school register writes 在读
    pupils[2] |= {"status": "转出"}
    pupils[3] |= {"status": "疑似辍学"}
    pupils[4] |= {"status": "送教上门"}
    pupils[9] |= {"status": "辍学"}
    came, left, away, gone = pupils[0], pupils[2], pupils[3], pupils[9]
    back = pupils[6]
    return {
        "roster": pupils,
        "changes": [
            {**who(came), "change": "转入", "change_date": day(12), "other_school": "西坪镇小学"},
            {**who(left), "change": "转出", "change_date": day(28, 9)},
            {**who(gone), "change": "辍学", "change_date": day(20)},
        ],
        "suspected": [
            {**who(away), "first_absent": day(14)},
            {**who(gone), "first_absent": day(9)},
            {**who(back), "first_absent": day(9), "closing": "已返校", "closed": day(16)},
        ],
        "dropout": [{**who(gone), "first_absent": day(9)}],
        "month_figures": [
            {"grade": "三年级", "opening": 4, "note": "新学期分班"},
            {"grade": "四年级", "opening": 4},
        ],
    }


def report_of(data: dict[str, list[Record]], folder: Path) -> MonthResult:
    book = written(folder / "登记表.xlsx", data)
    return monthly_report(read(book), folder / "月报表.xlsx", today=TODAY)


def test_the_report_of_a_school(tmp_path: Path) -> None:
    result = report_of(school(), tmp_path)
    assert (result.unit, result.month) == (UNIT.name, OCTOBER)
    assert result.findings == ()
    assert result.notes == ()
    third, fourth = result.numbers["三年级"], result.numbers["四年级"]
    assert (third["opening"], third["transfer_in"], third["transfer_out"]) == (4, 1, 0)
    assert (third["closing"], third["closing_male"], third["closing_female"]) == (5, 2, 3)
    assert (third["suspected"], third["home_teaching"], third["persuaded"]) == (1, 1, 0)
    assert (fourth["opening"], fourth["dropout"], fourth["closing"]) == (4, 1, 3)
    assert (fourth["suspected"], fourth["persuaded"]) == (0, 1)
    assert result.numbers.keys() == {"三年级", "四年级"}


def test_every_number_names_its_rows(tmp_path: Path) -> None:
    result = report_of(school(), tmp_path)
    rows = {place: [(s.sheet, s.row) for s in sources] for place, sources in result.sources.items()}
    assert rows["三年级", "transfer_in"] == [("学籍异动", 4)]
    assert rows["四年级", "dropout"] == [("学籍异动", 6)]
    assert rows["三年级", "closing"] == [("学生名册", n) for n in (4, 5, 7, 8, 9)]
    assert rows["四年级", "persuaded"] == [("疑似辍学台账", 6)]
    assert rows["三年级", "opening"] == [("本月月报", FIRST + LINES.index("三年级") + 1)]
    counted = {(g, n): v for g, numbers in result.numbers.items() for n, v in numbers.items()}
    assert {p: len(s) for p, s in rows.items() if p[1] != "opening"} == {
        place: number for place, number in counted.items() if place[1] != "opening"
    }


def test_the_file_holds_the_lists_and_passes_its_check(tmp_path: Path) -> None:
    result = report_of(school(), tmp_path)
    made = read(result.written.path)
    assert made.own["form"] == "monthly"
    assert made.own["period"] == "2026-10"
    assert made.own["policy"] == "tanghe"
    assert column(made, "list_suspected", "case_status") == ["疑似辍学", "已返校"]
    assert column(made, "list_dropout", "name") == ["学生10"]  # both ledgers name the child
    assert column(made, "list_changes", "change") == ["转入", "辍学"]
    assert column(made, "six_checks", "dropout_now") == [1, 0]
    assert column(made, "six_checks", "returned") == [1, 0]
    assert column(made, "zero_report", "zero") == ["否"]
    assert column(made, "cover", "filled_on") == [TODAY]
    assert column(made, "report", "note")[2] == "新学期分班"
    assert column(made, "report", "check")[2:4] == ["√", "√"]
    files = [tmp_path / "登记表.xlsx", result.written.path]
    policy = load_policy("tanghe")
    _, findings = check_reads(read_all(files, OCTOBER), month=OCTOBER, as_of=day(31), policy=policy)
    wrong = [f for f in findings if f.sheet.startswith("月报") and severity(f) is Severity.ERROR]
    assert wrong == []


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    first = report_of(school(), tmp_path)
    before = first.written.path.read_bytes()
    again = monthly_report(read(tmp_path / "登记表.xlsx"), first.written.path, today=TODAY)
    assert again.written.path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["月报表.xlsx", "登记表.xlsx"]


def test_an_open_beginning_stays_open_and_is_said(tmp_path: Path) -> None:
    data = school()
    data["month_figures"] = [{"grade": "三年级", "opening": 7}]
    result = report_of(data, tmp_path)
    assert result.numbers["四年级"]["opening"] is None
    assert column(read(result.written.path), "report", "opening")[3] is None
    row = {g: FIRST + LINES.index(g) + 1 for g in ("三年级", "四年级")}
    found = {(f.code, f.sheet, f.cell) for f in result.findings}
    assert found == {
        ("M01", "本月月报", f"A{row['三年级']}"),
        ("V01", "本月月报", f"B{row['四年级']}"),
    }
    assert result.notes == (
        "上月末在校生数没有填全：选上月的月报表，或填在“本月月报”里，再生成一次",
    )


def test_last_months_report_gives_the_beginning(tmp_path: Path) -> None:
    last = [{"grade": "三年级", "closing": 4}, {"grade": "四年级", "closing": 4}]
    before = written(
        tmp_path / "上月.xlsx", {"report": last}, form="monthly", period=Period(2026, 9), as_of=day(30, 9)
    )  # fmt: skip
    data = school()
    data["month_figures"] = [{"grade": "四年级", "opening": 9}]
    book = written(tmp_path / "登记表.xlsx", data)
    result = monthly_report(read(book), tmp_path / "月报表.xlsx", last=read(before), today=TODAY)
    assert [result.numbers[g]["opening"] for g in ("三年级", "四年级")] == [4, 4]
    assert [(f.code, f.params["written"], f.params["expected"]) for f in result.findings] == [
        ("M07", 9, 4)
    ]
    assert result.sources["三年级", "opening"][0].file == "上月.xlsx"
    assert "上月末在校生数取自“上月.xlsx”" in result.notes


def test_last_months_report_is_found_by_what_is_in_it(tmp_path: Path) -> None:
    """Handed out as 月报表_学校.xlsx, it is known by its stamp; blank and other ones are not taken."""
    september = Period(2026, 9)
    assert last_report_beside(tmp_path, UNIT.name, OCTOBER) is None

    def report(name: str, closing: int | None, **more: Any) -> None:
        lines: list[Record] = [{"grade": "三年级", "closing": closing}]
        stamps: dict[str, Any] = {"period": september, "as_of": day(30, 9), **more}
        written(tmp_path / name, {"report": lines}, form="monthly", **stamps)

    report("月报表_空.xlsx", None)
    report("月报表_他校.xlsx", 4, unit=Unit("529012", "东河镇第二小学", level="学校"))
    report("月报表_本月.xlsx", 4, period=OCTOBER, as_of=day(31))
    assert last_report_beside(tmp_path, UNIT.name, OCTOBER) is None
    report("我校月报表.xlsx", 4)
    assert last_report_beside(tmp_path, UNIT.name, OCTOBER) == tmp_path / "我校月报表.xlsx"
    report("我校月报表（修改版）.xlsx", 5)
    taken = last_report_beside(tmp_path, UNIT.name, OCTOBER)
    assert taken == tmp_path / "我校月报表（修改版）.xlsx"


def test_another_report_of_the_month_beside_the_new_one_is_said(tmp_path: Path) -> None:
    written(tmp_path / "月报表_手填.xlsx", {}, form="monthly")
    told = ["同一文件夹里已有2026年10月的“月报表_手填.xlsx”，报送时只留一份"]
    first = report_of(school(), tmp_path)
    assert list(first.notes) == told
    data = school()
    data["changes"] = []
    again = report_of(data, tmp_path)  # what stood there is a 备份 now, and no submission
    assert again.written.backup is not None
    assert list(again.notes) == told
    backup = read(again.written.backup)
    assert (backup.status, [f.code for f in backup.findings]) == ("ignored", ["F06"])


def test_the_report_of_another_school_or_month_is_no_beginning(tmp_path: Path) -> None:
    book = read(written(tmp_path / "登记表.xlsx", school()))
    other = written(
        tmp_path / "八月.xlsx", {}, form="monthly", period=Period(2026, 8), as_of=day(31, 8)
    )
    with pytest.raises(InputError, match="2026年8月的月报表，请选2026年9月"):
        monthly_report(book, tmp_path / "月报表.xlsx", last=read(other), today=TODAY)
    assert not (tmp_path / "月报表.xlsx").exists()


def test_what_no_formula_counts_is_said(tmp_path: Path) -> None:
    data = school()
    data["roster"][0]["grade"] = "初三上"
    data["roster"][5]["sex"] = None
    data["roster"][6]["status"] = "说不清"
    data["changes"][0] |= {"change": "回来了"}
    data["suspected"][0] |= {"closing": "在查", "closed": day(20)}
    data["suspected"][2] |= {"closed": None}
    codes = {(f.code, f.sheet) for f in report_of(data, tmp_path).findings}
    assert codes >= {
        ("V13", "学生名册"),
        ("V17", "学生名册"),
        ("V15", "学生名册"),
        ("V02", "学籍异动"),
        ("V02", "疑似辍学台账"),
        ("C15", "疑似辍学台账"),
    }


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ({"period": None}, "“登记表.xlsx”填报信息!C6：“报告月份”没有填"),
        ({"as_of": None}, "“登记表.xlsx”填报信息!C7：“截至日期”没有填"),
        ({"unit": None}, "“登记表.xlsx”填报信息!C3：“单位名称”没有填"),
        ({"as_of": day(30, 9)}, "“截至日期”不能早于报告月份 2026年10月"),
    ],
)
def test_a_cover_that_leaves_it_open(missing: dict[str, None], told: str, tmp_path: Path) -> None:
    book = read(written(tmp_path / "登记表.xlsx", {"roster": [pupil(1)]}, **missing))
    with pytest.raises(InputError, match=told):
        monthly_report(book, tmp_path / "月报表.xlsx", today=TODAY)
    with pytest.raises(InputError, match=told):
        carry_over(book, tmp_path / "下月.xlsx", today=TODAY)


def test_any_other_file_is_refused(tmp_path: Path) -> None:
    monthly = written(tmp_path / "月报表.xlsx", {}, form="monthly")
    with pytest.raises(InputError, match="不是本程序的登记表"):
        monthly_report(read(monthly), tmp_path / "新.xlsx", today=TODAY)
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(InputError, match="读不了：文件打不开或已损坏"):
        monthly_report(read(broken), tmp_path / "新.xlsx", today=TODAY)


def quiet() -> dict[str, list[Record]]:
    """A school without a case but one that came back."""
    pupils = [pupil(n) for n in range(1, 5)]
    back = {**who(pupils[0]), "first_absent": day(9), "closing": "已返校", "closed": day(16)}
    return {
        "roster": pupils,
        "suspected": [back],
        "month_figures": [{"grade": "三年级", "opening": 4}],
    }


def test_a_zero_report(tmp_path: Path) -> None:
    book = read(written(tmp_path / "登记表.xlsx", quiet()))
    result = zero_report(book, tmp_path / "零.xlsx", today=TODAY)
    made = read(result.written.path)
    assert result.findings == ()
    assert column(made, "zero_report", "zero") == ["是"]
    assert column(made, "zero_report", "declared_on") == [day(31)]
    assert column(made, "report", "closing")[2] == 4
    plain = monthly_report(book, tmp_path / "月报表.xlsx", today=TODAY)
    assert plain.notes == ("没有疑似辍学和辍学学生，核对无误后可以报“零报告”",)


def test_no_zero_report_while_there_is_a_case(tmp_path: Path) -> None:
    book = read(written(tmp_path / "登记表.xlsx", school()))
    with pytest.raises(InputError) as refused:
        zero_report(book, tmp_path / "零.xlsx", today=TODAY)
    told = str(refused.value)
    assert "“疑似辍学台账”疑似辍学 1 人" in told
    assert "“辍学台账”辍学 1 人" in told
    assert "“学生名册”辍学 1 人" in told
    assert "学生10" not in told
    assert not (tmp_path / "零.xlsx").exists()


def test_the_declaration_in_a_report_that_lies_open(tmp_path: Path) -> None:
    rows: list[Record] = [{"grade": "三年级", "opening": 4, "closing": 4}]
    book = read(written(tmp_path / "月报表.xlsx", {"report": rows}, form="monthly"))
    cells = zero_cells(book, today=TODAY)
    assert cells == {("零报告声明", "C3"): "是", ("零报告声明", "C4"): day(31)}
    result = zero_report(book, tmp_path / "零.xlsx", today=TODAY)
    made = read(result.written.path)
    assert column(made, "zero_report", "zero") == ["是"]
    assert column(made, "report", "closing")[2] == 4
    undated = {"report": rows, "cover": [{"reporter": "周敏"}]}
    book = read(written(tmp_path / "月报表2.xlsx", undated, form="monthly"))
    assert zero_cells(book, today=TODAY)["填报信息", "C12"] == TODAY


def test_a_report_with_cases_is_no_zero_report(tmp_path: Path) -> None:
    listed = [{**who(pupil(1)), "first_absent": day(9), "case_status": "疑似辍学"}]
    book = read(written(tmp_path / "甲.xlsx", {"list_suspected": listed}, form="monthly"))
    with pytest.raises(InputError, match="“疑似辍学名单”疑似辍学 1 人"):
        zero_cells(book, today=TODAY)
    stated: list[Record] = [{"grade": "三年级", "opening": 4, "closing": 4, "suspected": 2}]
    book = read(written(tmp_path / "乙.xlsx", {"report": stated}, form="monthly"))
    for ask in (
        lambda: zero_cells(book, today=TODAY),
        lambda: zero_report(book, tmp_path / "丙.xlsx", today=TODAY),
    ):
        with pytest.raises(InputError, match="月报表写有疑似辍学、辍学共 2 人"):
            ask()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, MonthResult]]:
    """Three schools of the sample county in our own workbooks, and the reports made of them."""
    folder = tmp_path_factory.mktemp("sample")
    directory, calendar, _, _ = load_directory(SAMPLE / "county")
    context = Context(OCTOBER, dt.date(2026, 10, 20), load_policy("tanghe"), directory, calendar)
    for place in SCHOOLS:
        shutil.copytree(SAMPLE / "county" / "报送" / place, folder / "sent" / "报送" / place)
    rewrite(folder / "sent", set(), context, folder / "own")
    made = {}
    for book in sorted((folder / "own").rglob("登记表.xlsx")):
        target = book.parent / "生成.xlsx"
        made[book.parent.name] = book, monthly_report(read(book), target, today=TODAY)
    return made


def test_the_sample_schools_report_what_is_true(
    sample: dict[str, tuple[Path, MonthResult]],
) -> None:
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    true = {r["unit"]: r["true_by_grade"] for r in truth["month_reports"]}
    assert len(sample) == len(SCHOOLS)
    for unit, (_, result) in sample.items():
        for grade, numbers in true[unit].items():
            for name in ("closing", "suspected"):
                assert result.numbers[grade][name] == numbers[TITLES[name]], (unit, grade, name)
    assert {f.code for _, result in sample.values() for f in result.findings} <= {"V01", "M06"}


@pytest.mark.libreoffice
def test_the_native_formulas_show_what_is_reported(
    sample: dict[str, tuple[Path, MonthResult]], tmp_path: Path
) -> None:
    own = report_of(school(), tmp_path)
    made = [*sample.values(), (tmp_path / "登记表.xlsx", own)]
    report = next(s for s in load_form("monthly").sheets if s.table == "report")
    places = {f.name: i for i, f in enumerate(report.columns, 1)}
    names = {*FLOWS, *OTHERS, "closing", "closing_male", "closing_female"}
    names |= {"suspected", "persuaded", "home_teaching"}
    compared = 0
    for (_, result), shown in zip(made, calculated([book for book, _ in made]), strict=True):
        for row, grade in enumerate(LINES, FIRST + 1):
            for name in names if grade in result.numbers else ():
                value = shown["本月月报"][a1(row, places[name])]
                assert value == result.numbers[grade][name], (result.unit, grade, name)
                compared += 1
    assert compared > 200


def test_a_report_made_after_its_last_day_is_right(tmp_path: Path) -> None:
    """填报日期 is the day on which it was made; what it counts ends on 截至日期."""
    data: dict[str, list[Record]] = {
        "roster": [pupil(1)],
        "month_figures": [{"grade": "三年级", "opening": 1}],
    }
    book, made = written(tmp_path / "登记表.xlsx", data), tmp_path / "月报表.xlsx"
    monthly_report(read(book), made, today=day(2, 11))
    assert column(read(made), "cover", "filled_on") == [day(2, 11)]
    _, findings = check_reads(
        [read(book), read(made)], month=OCTOBER, as_of=OCTOBER.last, policy=load_policy("tanghe")
    )
    assert "V05" not in {f.code for f in findings}
