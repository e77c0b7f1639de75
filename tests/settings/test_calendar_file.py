"""What holds where a county's calendar says nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import chinese_calendar
import pytest

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.calendar import OutsideYears, load_calendar, read_calendar
from tests.settings.yaml_text import changed


def test_the_terms_of_a_school_year() -> None:
    assert load_calendar().term_dates(2026) == (
        (dt.date(2026, 9, 1), dt.date(2027, 1, 20)),
        (dt.date(2027, 3, 1), dt.date(2027, 7, 10)),
    )


def test_a_school_year_has_39_weeks() -> None:
    defaults = load_calendar()
    assert [weeks.total for weeks in defaults.weeks] == [39, 39]
    days = sum((end - start).days + 1 for start, end in defaults.term_dates(2026))
    assert abs(days / 7 - 39) < 1


def test_the_known_years_are_those_of_the_holiday_table() -> None:
    known = load_calendar().holidays_known
    assert known.first_year == min(chinese_calendar.constants.holidays).year
    assert chinese_calendar.is_workday(dt.date(known.last_year, 12, 31)) in (True, False)
    assert load_calendar().outside_known_years is OutsideYears.REQUIRE_SHEET


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("end: 01-20", "end: 1月20日", r"calendar\.yaml:\d+: dates must be MM-DD"),
        ("end: 07-10", "end: 02-10", r"calendar\.yaml:\d+: end: the term ends before it starts"),
        ("school_year_starts: 09-01", "school_year_starts: 九月", "dates must be MM-DD"),
        ("[1, 2, 3, 4, 5]", "[1, 2, 8]", r"calendar\.yaml:\d+: weekday 8 is not 1\.\.7"),
        ("require_sheet", "require_shet", "did you mean 'require_sheet'"),
        ("teaching_weekdays", "teaching_weekday", "did you mean 'teaching_weekdays'"),
    ],
)
def test_a_wrong_calendar_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_calendar(changed(tmp_path, "calendar.yaml", old, new))
