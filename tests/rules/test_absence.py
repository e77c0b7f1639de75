"""Runs of absence from marks and from spells, cumulative days, errors of ledgers."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbbx_xl.model import LeaveKind, Mark, Run
from kbbx_xl.rules.absence import (
    Spell,
    absent_days,
    cumulative_from_marks,
    cumulative_from_spells,
    decode_marks,
    longest,
    runs_from_marks,
    runs_from_spells,
    spell_days,
    spell_errors,
)
from kbbx_xl.settings.lists import load_lists
from tests.rules.calendars import AS_OF, AUTUMN, day

MONTH = [dt.date(2026, 10, n) for n in range(1, 32)]
SCHOOL_DAYS = AUTUMN.between(day("09-01"), AS_OF)
TEACHING = AUTUMN.between(day("10-01"), AS_OF)
AWAY, SICK, PERSONAL = LeaveKind.UNEXCUSED, LeaveKind.SICK, LeaveKind.PERSONAL
WORD = {"x": Mark.ABSENT, "h": Mark.HALF, "s": Mark.SICK, "p": Mark.PERSONAL, "-": Mark.REST, ".": Mark.PRESENT, " ": Mark.BLANK, "?": Mark.UNKNOWN}  # fmt: skip


def marked(pattern: str) -> list[Mark]:
    """Marks of October: one letter a school day from 8 October (8 9 10 12 13 14 15 17 19 20)."""
    by_day = dict(zip(TEACHING, (WORD[c] for c in pattern), strict=True))
    return [by_day.get(d, Mark.REST) for d in MONTH]


def runs_of(pattern: str, **options: bool) -> list[Run]:
    return runs_from_marks(marked(pattern), MONTH, AUTUMN, AS_OF, **options)


def spell(start: str, back: str | None, kind: LeaveKind = AWAY, index: int = -1) -> Spell:
    return Spell(day(start), day(back) if back else None, kind, index)


def test_rest_days_neither_count_nor_break():
    (run,) = runs_of("..xxx.....")
    assert (run.start, run.last_absent, run.school_days) == (day("10-10"), day("10-13"), 3)
    assert (run.open, run.calendar_days, run.back) == (False, 4, day("10-14"))


def test_an_open_run_holds_the_last_school_day():
    (run,) = runs_of("........xx")
    assert (run.open, run.school_days, run.calendar_days, run.back) == (True, 2, 2, None)
    sunday = day("10-18")
    (run,) = runs_from_marks(marked(".......x.."), MONTH, AUTUMN, sunday)
    assert (run.open, run.school_days, run.calendar_days) == (True, 1, 2)


def test_a_half_day_stands_alone():
    assert [(r.school_days, r.calendar_days) for r in runs_of(".xhx......")] == [
        (1, 1),
        (0.5, 1),
        (1, 1),
    ]


@pytest.mark.parametrize("leave", ["s", "p"])
def test_leave_breaks_a_run_unless_the_policy_says_otherwise(leave):
    pattern = f".xx{leave}x....."
    assert [r.school_days for r in runs_of(pattern)] == [2, 1]
    (run,) = runs_of(pattern, leave_breaks=False)
    assert (run.school_days, run.calendar_days, run.excused) == (3, 5, (day("10-12"),))
    assert day("10-12") not in absent_days(run, AUTUMN)


@pytest.mark.parametrize("gap", [" ", "?", "-", "."])
def test_a_school_day_without_a_mark_ends_a_run(gap):
    assert [r.school_days for r in runs_of(f".xx{gap}x.....")] == [2, 1]


def test_marks_on_rest_days_and_after_as_of_say_nothing():
    everywhere = [Mark.ABSENT] * 31
    (run,) = runs_from_marks(everywhere, MONTH, AUTUMN, AS_OF)
    assert (run.start, run.last_absent, run.school_days) == (day("10-08"), AS_OF, 10)


def test_legend_wins_over_the_usual_marks():
    words = load_lists()["mark"]
    rows = [["√", "X", " 旷 ", None, "", "△", "○"], ["✓", "×", "半", "病", "事假", "迟", "休"]]
    first, second = decode_marks(rows, {"△": "病假", "X": "旷课"}, words)
    assert first == ("出勤", "旷课", "旷课", "", "", "病假", "?")
    assert second == ("出勤", "旷课", "旷课半天", "病假", "事假", "迟到", "休息")
    assert decode_marks([["√"]], {"√": "缺勤"}, words) == [(Mark.ABSENT,)]
    assert decode_marks([["ｖ", "#"]], {"V": "病假", "＃": "事假"}, words) == [
        (Mark.SICK, Mark.PERSONAL)
    ]


def test_two_marks_in_a_cell_are_morning_and_afternoon():
    row = ["√√", "√×", "×迟", "××", "病病", "病×", "√病", "事假"]
    expected = ("出勤", "旷课半天", "旷课半天", "旷课", "病假", "?", "?", "事假")
    assert decode_marks([row], {}, load_lists()["mark"]) == [expected]


def test_touching_overlapping_and_doubled_spells_are_one_run():
    for spells in (
        [spell("10-12", "10-15"), spell("10-15", "10-20")],
        [spell("10-12", "10-17"), spell("10-14", "10-20")],
        [spell("10-12", "10-20"), spell("10-12", "10-20")],
        [spell("10-12", "10-16"), spell("10-17", "10-20")],  # 16 October had no school
    ):
        (run,) = runs_from_spells(spells, AUTUMN, AS_OF)
        assert (run.start, run.last_absent, run.school_days) == (day("10-12"), day("10-19"), 6)
        assert (run.back, run.open, run.calendar_days) == (day("10-20"), False, 8)


def test_a_spell_that_begins_on_a_rest_day_counts_from_the_next_school_day():
    (run,) = runs_from_spells([spell("10-11", None, index=3)], AUTUMN, AS_OF)
    assert (run.start, run.school_days, run.open, run.index) == (day("10-12"), 7, True, 3)


def test_a_return_after_as_of_is_not_yet_a_return():
    (run,) = runs_from_spells([spell("10-19", "10-26")], AUTUMN, AS_OF)
    assert (run.open, run.school_days, run.back) == (True, 2, None)


def test_leave_within_absence_breaks_it():
    spells = [spell("10-12", None), spell("10-14", "10-15", SICK)]
    assert [r.school_days for r in runs_from_spells(spells, AUTUMN, AS_OF)] == [2, 4]
    (run,) = runs_from_spells(spells, AUTUMN, AS_OF, leave_breaks=False)
    assert run.school_days == 6


def test_half_day_spells():
    spells = [spell("10-15", "10-15"), spell("10-17", "10-19")]
    assert [r.school_days for r in runs_from_spells(spells, AUTUMN, AS_OF)] == [0.5, 1]
    assert runs_from_spells([spell("10-18", "10-18")], AUTUMN, AS_OF) == []
    (covered,) = runs_from_spells([spell("10-15", "10-15"), spell("10-15", "10-19")], AUTUMN, AS_OF)
    assert covered.school_days == 2


patterns = st.text("xhsp.", min_size=len(TEACHING), max_size=len(TEACHING))


def spells_of(pattern: str) -> list[Spell]:
    """One spell a stretch of equal marks, as a careful clerk would write them."""
    kinds = {"x": AWAY, "h": AWAY, "s": SICK, "p": PERSONAL}
    spells: list[Spell] = []
    for i, letter in enumerate(pattern):
        if letter == ".":
            continue
        back = TEACHING[i] if letter == "h" else TEACHING[i + 1] if i + 1 < len(TEACHING) else None
        spells.append(Spell(TEACHING[i], back, kinds[letter], i))
    return spells


def plain(runs: list[Run]) -> list[tuple[object, ...]]:
    return [(r.start, r.last_absent, r.open, r.school_days, r.calendar_days, r.back) for r in runs]


@given(patterns, st.booleans())
def test_marks_and_the_spells_they_mean_give_the_same_runs(pattern, leave_breaks):
    from_marks = runs_of(pattern, leave_breaks=leave_breaks)
    from_spells = runs_from_spells(spells_of(pattern), AUTUMN, AS_OF, leave_breaks=leave_breaks)
    assert plain(from_marks) == plain(from_spells)


@given(patterns)
def test_runs_and_cumulative_days_add_up(pattern):
    runs = runs_of(pattern)
    missed = pattern.count("x") + pattern.count("h") / 2
    assert sum(r.school_days for r in runs) == missed
    total = cumulative_from_marks(marked(pattern), MONTH, AUTUMN, AS_OF)
    assert total == cumulative_from_spells(spells_of(pattern), AUTUMN, AS_OF)
    assert total.get(AWAY, 0) == missed
    assert total.get(SICK, 0) == pattern.count("s")


starts = st.sampled_from(SCHOOL_DAYS)


@given(starts, starts, starts, st.randoms())
def test_splitting_a_spell_never_changes_the_runs(a, b, c, random):
    first, middle, last = sorted((a, b, c))
    if first == middle or middle == last:
        return
    whole = [Spell(first, last, AWAY)]
    parts = [Spell(first, middle, AWAY), Spell(middle, last, AWAY), *whole * 2]
    random.shuffle(parts)
    assert plain(runs_from_spells(parts, AUTUMN, AS_OF)) == plain(
        runs_from_spells(whole, AUTUMN, AS_OF)
    )


def test_errors_of_a_ledger():
    spells = [
        spell("10-10", "10-14", index=0),
        spell("10-14", "10-17", index=1),
        spell("10-15", None, index=2),
        spell("10-08", "10-10", SICK, 3),
        spell("10-20", "10-20", PERSONAL, 4),
    ]
    found = spell_errors(spells, [3, None, 5, 2, 0.5], AUTUMN, AS_OF)
    assert [(e.kind, e.start, e.index, e.other, e.expected) for e in found] == [
        ("days_blank", day("10-14"), 1, -1, 2),
        ("days_wrong", day("10-15"), 2, -1, 4),
        ("spell_split", day("10-10"), 0, 1, None),
        ("spell_overlap", day("10-14"), 1, 2, None),
    ]


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        (("10-12", "10-16"), "spell_twice"), (("10-14", None), "spell_overlap"), (("10-12", None), "spell_overlap"),
        (("10-16", "10-19"), "spell_split"), (("10-17", "10-19"), "spell_split"), (("10-19", None), ""),
        (("10-17", "10-17"), ""),
    ],
)  # fmt: skip
def test_two_rows_of_one_pupil(second, kind):
    spells = [spell("10-12", "10-16", index=0), spell(*second, index=1)]
    written = [spell_days(one, AUTUMN, AS_OF) for one in spells]
    assert [e.kind for e in spell_errors(spells, written, AUTUMN, AS_OF)] == (
        [kind] if kind else []
    )


def test_a_row_inside_a_longer_one_is_found_past_its_neighbour():
    spells = [
        spell("10-08", None, index=0),
        spell("10-09", "10-10", index=1),
        spell("10-14", "10-15", index=2),
    ]
    written = [spell_days(one, AUTUMN, AS_OF) for one in spells]
    errors = spell_errors(spells, written, AUTUMN, AS_OF)
    assert [(e.kind, e.index, e.other) for e in errors] == [
        ("spell_overlap", 0, 1),
        ("spell_overlap", 0, 2),
    ]


def test_leave_that_touches_absence_is_no_error():
    spells = [
        spell("10-14", "10-17", index=0),
        spell("10-17", "10-20", PERSONAL, 1),
        spell("10-20", None, index=2),
    ]
    assert spell_errors(spells, [2, 2, 1], AUTUMN, AS_OF) == []


def test_longest_by_each_measure():
    runs = runs_of("xxx..h..xx")
    assert longest(runs) == (3, 3)
    assert longest(runs, only_open=True) == (2, 2)
    assert longest([]) == (0, 0)
