"""Rules on single values: any value is judged, judging twice says the same, no order matters."""

from __future__ import annotations

import datetime as dt
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.model import Period
from kbbx_xl.rules import grids, masking
from kbbx_xl.rules.cells import clean, compact, number_of, prose_of, text_of
from kbbx_xl.rules.classes import class_of, grade_of, numeral_value, whole_class
from kbbx_xl.rules.dates import FIRST_YEAR, LAST_YEAR, lacks_year, parse_date, parse_month
from kbbx_xl.rules.identity import (
    REPAIRED,
    bare_id,
    birth_of,
    check_id,
    check_student_no,
    row_key,
    sex_of,
)
from kbbx_xl.rules.indicators import NO_RATE, added, rate, shown
from kbbx_xl.rules.ledger_status import half_closed, listed_dropouts, status_of, with_status
from kbbx_xl.rules.matching import People, match_people, near_names, plain_name
from kbbx_xl.settings.masking import load_masking
from tests.ids import id_of
from tests.property import bounded
from tests.property.values import texts, values

OCTOBER = Period(2026, 10)
MASKING = load_masking()
DAYS = st.dates(dt.date(2026, 8, 1), dt.date(2027, 1, 31))
IDS = st.builds(
    lambda day, n: id_of(f"{day:%Y%m%d}", n),
    st.dates(dt.date(2008, 1, 1), dt.date(2020, 12, 31)),
    st.integers(0, 999),
)


@bounded(300)
@given(value=values)
def test_any_written_id_is_judged_and_a_usable_one_stays(value: object) -> None:
    verdict = check_id(value)
    assert bool(verdict.value) == (verdict.problem in REPAIRED)
    if verdict.value:
        assert check_id(verdict.value).value == verdict.value
        assert birth_of(verdict.value).year >= 1900
        assert sex_of(verdict.value) in "男女"
    number, problem = check_student_no(value)
    assert bool(number) == (problem in ("", "g_differs"))
    assert check_student_no(number)[0] == number
    assert bare_id(bare_id(value)) == bare_id(value)
    assert isinstance(row_key({"id_no": value, "student_no": value}), str)


@bounded(300)
@given(value=values)
def test_any_cell_has_a_text_a_number_a_date_or_none(value: object) -> None:
    for cleaned in (clean, text_of, compact, prose_of):
        assert cleaned(cleaned(value)) == cleaned(value) or cleaned(value) != cleaned(value)
    number_of(value)
    day = parse_date(value, OCTOBER)
    assert day is None or parse_date(day, OCTOBER) == day
    if day and FIRST_YEAR <= day.year < LAST_YEAR:
        assert parse_date(day.isoformat()) == day
    month = parse_month(value, OCTOBER)
    if month and month.year < LAST_YEAR:
        assert parse_month(str(month)) == month
    lacks_year(value)


@bounded(300)
@given(text=texts)
def test_any_text_is_a_grade_a_class_a_grid_or_none(text: str) -> None:
    grade = grade_of(text, period=OCTOBER)
    assert grade_of(grade, period=OCTOBER) == grade
    class_of(text, period=OCTOBER)
    whole_class(text, period=OCTOBER)
    assert numeral_value(text) >= 0
    grids.grid_class(text, OCTOBER, ("石桥小学", text))
    assert grids.village_name(grids.village_name(text)) in (
        grids.village_name(text),
        grids.village_name(grids.village_name(text)),
    )
    for level in ("镇级", "村级", "校级", "班级", ""):
        grids.name_fits(
            level, text, towns=(text,), villages=(text,), schools=(text,), period=OCTOBER
        )
        grids.grid_key(level, text, OCTOBER)


@bounded(300)
@given(value=values)
def test_any_phone_and_head_of_a_grid_is_judged(value: object) -> None:
    assert grids.phone_ok(value) in (True, False)
    assert not grids.is_mobile(value) or grids.phone_ok(value)
    assert grids.head_state(value) in ("", grids.NAME_BLANK, grids.TO_BE_DECIDED)


@bounded(150)
@given(
    days=st.lists(DAYS, min_size=1, max_size=6),
    on=DAYS,
    listed=st.sampled_from("甲乙丙"),
    seed=st.integers(0, 99),
)
def test_a_chain_of_heads_is_the_same_in_any_order(
    days: list[dt.date], on: dt.date, listed: str, seed: int
) -> None:
    names = [f"网格长{n}" for n in range(len(days) + 1)]
    chain = [
        grids.Handed(d, a, b) for d, a, b in zip(sorted(days), names[:-1], names[1:], strict=True)
    ]
    mixed = list(chain)
    Random(seed).shuffle(mixed)
    assert grids.in_order(mixed) == chain
    assert grids.head_on(listed, mixed, on) == grids.head_on(listed, chain, on)


@bounded(300)
@given(value=values)
def test_masking_any_value_never_raises_and_shows_no_more_than_the_ends(value: object) -> None:
    text = text_of(value)
    hidden = masking.masked(text)
    assert len(hidden) == len(text)
    assert hidden.count("*") >= len(text) - 5
    place = masking.place_of(text, MASKING.hidden)
    assert masking.place_of(place, MASKING.hidden) == place
    masking.year_of(value, MASKING.hidden)
    assert masking.number_key(masking.number_key(value)) == masking.number_key(value) or True
    for first, last in masking.numbers_in(text):
        assert 0 <= first < last <= len(text)
    masking.names_in(text, MASKING)
    masking.labelled(text)
    folded = masking.fold(text)
    assert len(folded.text) <= len(folded.at)


@bounded(200)
@given(
    a=st.integers(0, 10**6),
    b=st.integers(0, 10**6),
    c=st.integers(0, 10**6),
    d=st.integers(0, 10**6),
)
def test_rates_of_sums(a: int, b: int, c: int, d: int) -> None:
    assert added([(a, b), (c, d)]) == added([(c, d), (a, b)]) == (a + c, b + d)
    assert (rate(a, b) is None) == (b == 0) == (shown(a, b) == NO_RATE)


RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "id_no": IDS | values, "student_no": values, "first_absent": DAYS | values, "closing": values, "closed": DAYS | values, "case_status": values,
    },
)  # fmt: skip


@bounded(150)
@given(
    records=st.lists(RECORDS, max_size=5),
    others=st.lists(RECORDS, max_size=5),
    day=DAYS,
    seed=st.integers(0, 99),
)
def test_a_ledger_row_has_the_same_status_wherever_it_stands(
    records: list[dict[str, object]], others: list[dict[str, object]], day: dt.date, seed: int
) -> None:
    dropouts = listed_dropouts(others)
    assert dropouts == listed_dropouts(reversed(others))
    one = [status_of("suspected", r, dropouts, day) for r in records]
    order = list(range(len(records)))
    Random(seed).shuffle(order)
    assert [status_of("suspected", records[n], dropouts, day) for n in order] == [
        one[n] for n in order
    ]
    once = with_status({"suspected": records, "dropout": others}, day)
    assert with_status({**once}, day).keys() == once.keys()
    assert len(once["suspected"]) == len(records)
    for record in records:
        assert half_closed(record) in ("", "closing", "closed")


NAMES = st.sampled_from(("张三", "张 三", "李四", "李泗", "王五", "阿依·古丽", "𠮷田", ""))
PERSON = st.tuples(
    NAMES, IDS | st.just(""), st.sampled_from(("", "三年级1班")), st.sampled_from("男女")
)


def _people(rows: list[tuple[str, str, str, str]]) -> People:
    n = len(rows)
    return People(
        name=[r[0] for r in rows], id_no=[r[1] for r in rows], origin=[""] * n, damaged=[""] * n, student_no=[""] * n,
        birth=[birth_of(r[1]) if r[1] else None for r in rows], sex=[r[3] for r in rows], school=["甲小学"] * n,
        place=[r[2] for r in rows], seat=[""] * n,
    )  # fmt: skip


@bounded(150)
@given(left=st.lists(PERSON, max_size=7), right=st.lists(PERSON, max_size=7), inside=st.booleans())
def test_matching_puts_every_row_in_one_place(
    left: list[tuple[str, str, str, str]], right: list[tuple[str, str, str, str]], inside: bool
) -> None:
    found = match_people(_people(left), _people(right), by_school=inside)
    for side, only, count in (
        ("left", found.only_left, len(left)),
        ("right", found.only_right, len(right)),
    ):
        sure = {getattr(pair, side) for pair in found.both}  # twice where the other list is double
        doubtful = {getattr(pair, side) for pair in found.doubtful}
        assert sorted([*sure, *doubtful, *only]) == list(range(count))


@bounded(150)
@given(
    left=st.lists(PERSON, max_size=6), right=st.lists(PERSON, max_size=6), seed=st.integers(0, 99)
)
def test_matching_does_not_ask_for_the_order_of_rows(
    left: list[tuple[str, str, str, str]], right: list[tuple[str, str, str, str]], seed: int
) -> None:
    order = list(range(len(left)))
    Random(seed).shuffle(order)
    mixed = match_people(_people([left[n] for n in order]), _people(right))
    plain = match_people(_people(left), _people(right))
    assert sorted(order[n] for n in mixed.only_left) == sorted(plain.only_left)
    assert {(order[p.left], p.right) for p in mixed.both} == {(p.left, p.right) for p in plain.both}


@bounded(300)
@given(one=texts, other=texts)
def test_likeness_of_names_has_no_direction(one: str, other: str) -> None:
    assert near_names(one, other) == near_names(other, one)
    assert not near_names(one, one)
    assert plain_name(plain_name(one)) == plain_name(one)
