"""The values stored beside formulas, worked out by hand; and what the hidden lists are asked of."""

from __future__ import annotations

import datetime as dt

import pytest

from kbbx_xl.books.template.calc.calculated import CALCULATED
from kbbx_xl.books.template.calc.ladder import NEVER, ladder_rows
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.calc.values import calendar_of, values_of
from kbbx_xl.books.template.context import Context
from kbbx_xl.flow.month_count import figures, six_count
from kbbx_xl.model import Period
from kbbx_xl.rules.identity import row_key
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import load_policy
from tests.ids import with_check

OCTOBER = Context(
    period=Period(2026, 10), as_of=dt.date(2026, 10, 20), policy=load_policy("tanghe")
)
GOOD = with_check("52000020130315011")


def one(table: str, **record: object) -> dict[str, object]:
    return values_of(table, OCTOBER, {table: [record]})[0]


@pytest.mark.parametrize(
    ("record", "verdict", "age"),
    [
        ({"id_no": GOOD}, "正确", 13),
        ({"id_no": GOOD, "birth": dt.date(2013, 10, 21)}, "出生日期不符", 12),
        ({"id_no": GOOD, "sex": "女"}, "性别不符", 13),
        ({"id_no": GOOD[:17]}, "位数不对", ""),
        ({"id_no": 520000201303150114}, "后三位丢失", ""),
        ({"id_no": "待补", "birth": dt.date(2013, 10, 20)}, "空", 13),
    ],
)
def test_id_verdict_and_age(record: dict[str, object], verdict: str, age: object) -> None:
    shown = one("roster", **record)
    assert (shown["id_check"], shown["age"]) == (verdict, age)


def test_a_run_over_the_holidays_and_a_make_up_saturday() -> None:
    """1–7 October are holidays; Saturday the 10th is a school day, Sunday the 11th is not."""
    marks = dict.fromkeys((8, 9, 10, 12), "×") | {13: "病", 14: "半", 19: "×", 20: "×"}
    shown = one("roll_call", name="学生", marks=marks)
    assert shown["absent"] == 6.5
    assert (shown["longest"], shown["run"], shown["flag"]) == (4, 2, "联系家长")
    assert shown["run_from"] == dt.date(2026, 10, 19)


def test_days_of_a_spell_and_its_flag() -> None:
    start = dt.date(2026, 10, 15)
    away = one("absence", name="学生", start=start, leave_kind="旷课")
    assert (away["days_due"], away["spell_flag"]) == (4, "家访劝返")
    back = one("absence", name="学生", start=start, back=dt.date(2026, 10, 20), leave_kind="旷课")
    assert (back["days_due"], back["spell_flag"]) == (3, "")
    half = one("absence", name="学生", start=start, back=start, leave_kind="旷课")
    assert half["days_due"] == 0.5
    assert one("absence", name="学生", start=start, leave_kind="病假")["spell_flag"] == ""


def test_visits_are_counted_by_id_or_else_by_student_number() -> None:
    case = {"name": "甲", "id_no": GOOD.lower(), "first_absent": dt.date(2026, 10, 9)}
    day = dt.date(2026, 10, 9)
    before, later = day - dt.timedelta(1), dt.date(2026, 10, 16)
    visits = [
        {"id_no": GOOD, "visit_date": day}, {"id_no": f" {GOOD}", "visit_date": later},
        {"student_no": "G" + GOOD, "visit_date": day},
        {"id_no": GOOD, "visit_date": before}, {"id_no": GOOD},  # of an earlier case; without a day
    ]  # fmt: skip
    shown = values_of("dropout", OCTOBER, {"dropout": [case], "visits": visits})[0]
    assert (shown["visit_count"], shown["run_days"]) == (2, 9)
    closed = values_of("dropout", OCTOBER, {"dropout": [case | {"closed": dt.date(2026, 10, 15)}], "visits": visits})[0]  # fmt: skip
    assert closed["visit_count"] == 1
    assert row_key({"id_no": 520000201303150114, "student_no": "L1"}) == "L1"


def test_steps_are_as_the_policy_words_them() -> None:
    """P24: ">= 5" and "> 5" school days differ; 辍学, counted from 疑似, is not in the list."""
    rows = dict(ladder_rows(load_policy("p24")))
    assert list(rows["预警_名称"]) == ["报学籍管理人员", "标记疑似辍学"]
    assert list(rows["预警_连续"]) == [5, 6]
    hours = dict(ladder_rows(load_policy("p04")))
    assert (list(hours["预警_连续"]), list(hours["预警_日历"])) == ([NEVER], [3])
    assert dict(ladder_rows(None))["预警_连续"] == (NEVER,)


def test_month_figures_and_six_numbers() -> None:
    gone = {"name": "乙", "id_no": GOOD, "grade": "七年级", "case_status": "辍学"}
    data = {
        "roster": [
            {"grade": "七年级", "sex": "男", "status": "在读", "home_teaching": "是"},
            {"grade": "七年级", "sex": "女", "status": "送教上门"},
            {"grade": "七年级", "sex": "女", "status": "休学"},
        ],
        "changes": [
            {"grade": "七年级", "change": "休学", "change_date": dt.date(2026, 10, 9)},
            {"grade": "七年级", "change": "转入", "change_date": dt.date(2026, 9, 30)},
            {"grade": "七年级", "change": "毕业", "change_date": dt.date(2026, 10, 20)},
        ],
        "dropout": [gone],
        "suspected": [gone],
    }
    shown = figures(data, OCTOBER.period, OCTOBER.as_of, {})
    row = shown["七年级"]
    assert (row["closing"], row["closing_male"], row["closing_female"]) == (2, 1, 1)
    assert (row["suspend"], row["transfer_in"], row["other_out"], row["home_teaching"]) == (
        1, 0, 1, 2,
    )  # fmt: skip
    assert shown["一年级"]["closing"] == ""
    assert six_count(data, "初中", "辍学", None) == 1  # the child stands in both ledgers


def test_without_a_calendar_both_terms_of_the_year_are_school_days() -> None:
    days = calendar_of(Context()).days
    assert dt.date(2026, 10, 10) in days
    assert dt.date(2026, 10, 1) not in days
    assert days[-1].month == 7


def test_every_declared_formula_is_known_and_every_known_one_is_declared() -> None:
    form = load_form("registration")
    declared = {f.formula for s in form.sheets for f in s.columns if f.formula}
    assert declared == CALCULATED.keys()


def test_addresses_of_a_region() -> None:
    region = Region("点名表", 4, 9, {"name": 3}, {"name": "姓名"}, day_columns=tuple(range(5, 36)))
    assert region.cell("name", 4) == "$D5"
    assert region.days(4) == "$F5:$AJ5"
    assert region.column("name") == "'点名表'!$D$5:$D$10"
    table = Region("名册", 3, 5, {"a": 0}, {"a": "转入[出]#"}, name="名册")
    assert table.column("a") == "名册[转入'[出']'#]"
