"""状态 of a ledger row follows from its dated columns and from 辍学台账."""

from __future__ import annotations

import datetime as dt

import pytest

from kbbx_xl.rules.ledger_status import MOVED, Record, half_closed, ledger_status, with_status
from kbbx_xl.settings.lists import load_lists

DAY = dt.date(2026, 10, 20)
BEFORE, AFTER = dt.date(2026, 10, 19), dt.date(2026, 10, 21)
ONE, TWO = "520000201903133190", "520000201812192283"


@pytest.mark.parametrize(
    ("closing", "closed", "status"),
    [
        ("已返校", BEFORE, "已返校"),
        ("已返校", DAY, "已返校"),
        ("送教上门", DAY, "送教上门"),
        ("已返校", AFTER, ""),  # not yet
        ("已返校", None, ""),  # half a closing is none: nothing is guessed
        ("", BEFORE, ""),
        ("", None, ""),
    ],
)
@pytest.mark.parametrize(("table", "still"), [("suspected", "疑似辍学"), ("dropout", "辍学")])
def test_a_row_is_closed_by_word_and_day(
    table: str, still: str, closing: str, closed: dt.date | None, status: str
) -> None:
    found = ledger_status(
        table, closing=closing, closed=closed, as_of=DAY, listed_as_dropout=table == "dropout"
    )
    assert found == (status or still)


def test_every_word_of_closing_is_a_status_that_is_over() -> None:
    states = load_lists()["case_status"]
    assert [states.word(word).open for word in load_lists()["closing"].values] == [False] * 6
    assert states.word(MOVED).open is False


def test_an_absence_in_both_ledgers_is_one_case() -> None:
    first = dt.date(2026, 9, 14)
    data: dict[str, list[Record]] = {
        "suspected": [
            {"id_no": f" {ONE}", "first_absent": first, "closing": "已返校", "closed": BEFORE},
            {"id_no": ONE, "first_absent": BEFORE},  # 再次辍学: a case of its own
            {"id_no": None, "first_absent": first},
            {"id_no": TWO, "first_absent": None},
        ],
        "dropout": [
            {"id_no": ONE, "first_absent": first, "closing": "复学", "closed": BEFORE},
            {"id_no": None, "first_absent": first},
            {"id_no": TWO, "first_absent": None},
        ],
        "roster": [{"name": "甲"}],
    }
    shown = with_status(data, DAY)
    assert [r["case_status"] for r in shown["suspected"]] == [MOVED, *["疑似辍学"] * 3]
    assert [r["case_status"] for r in shown["dropout"]] == ["已返校", "辍学", "辍学"]
    assert shown["roster"] == data["roster"]
    assert "case_status" not in data["suspected"][0]


def test_half_a_closing_names_what_is_missing() -> None:
    assert half_closed({"closing": "已返校", "closed": None}) == "closed"
    assert half_closed({"closing": None, "closed": DAY}) == "closing"
    assert half_closed({"closing": "转出", "closed": DAY}) == ""
    assert half_closed({}) == ""
