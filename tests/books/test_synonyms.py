"""Headings in other words: the same field, and never one of two."""

from __future__ import annotations

import pytest

from kbbx_xl.books.read.headers import Candidate, standard_vocabulary
from kbbx_xl.books.read.synonyms import reduced, reduced_fields


def candidate(table: str) -> Candidate:
    return next(c for c in standard_vocabulary().candidates if c.sheet.table == table)


@pytest.mark.parametrize(
    ("table", "heading", "field"),
    [
        ("absence", "旷课开始时间", "start"),
        ("absence", "未到校日期", "start"),
        ("absence", "回校日期", "back"),
        ("absence", "实际到校时间", "back"),
        ("absence", "教学日数", "days"),
        ("absence", "共缺勤天数", "days"),
        ("center_summary", "期末学生数", "closing"),
        ("center_summary", "流失人数", "dropout"),
        ("report", "本月底在校人数", "closing"),
        ("report", "上月实有人数", "opening"),
        ("suspected", "首次未到校时间", "first_absent"),
        ("suspected", "核查情况", "verified"),
        ("roster", "家庭现住址", "address"),
        ("roster", "联系手机", "guardian_phone"),
    ],
)
def test_a_heading_in_other_words_is_the_field(table: str, heading: str, field: str) -> None:
    assert candidate(table).reduced.get(reduced(heading)) == field


@pytest.mark.parametrize(
    ("table", "heading"),
    [
        ("report", "在校人数"),  # of which month
        ("absence", "累计缺勤天数"),  # 累计 is not 连续
        ("absence", "填表日期"),
        ("roster", "入学日期"),
        ("roster", "母亲电话"),
    ],
)
def test_a_heading_that_says_less_or_else_is_left_alone(table: str, heading: str) -> None:
    assert reduced(heading) not in candidate(table).reduced


def test_what_two_fields_reduce_to_is_neither() -> None:
    assert reduced_fields({"劝返情况": "record", "劝返结果": "result", "劝返时间": "date"}) == {
        "劝返日期": "date"
    }
