"""A school's workbook carries the county's own policy: it is known where the county's file is not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kbbx_xl.books.carry import carry_over
from kbbx_xl.books.setup.own_copy import own_copy
from kbbx_xl.books.template import Context, build_workbook
from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import CARRIED, all_policies, load_policy, stamped_policy
from kbbx_xl.settings.policy_text import policy_yaml
from tests.books.setup.small_county import county
from tests.books.small_school import COVER, OCTOBER, UNIT, pupil, read

OWN = county().policy
MOST = 32_767  # characters a cell of Excel holds


def _book(path: Path, policy: object) -> Path:
    context = Context(
        unit=UNIT, parent=UNIT.parent, period=OCTOBER, as_of=OCTOBER.last, policy=policy,  # type: ignore[arg-type]
    )  # fmt: skip
    data = {"cover": [COVER], "roster": [pupil(1)]}
    build_workbook(load_form("registration"), path, context=context, data=data)
    return path


def test_the_own_policy_is_in_the_workbook_and_goes_on_next_month(tmp_path: Path) -> None:
    book = read(_book(tmp_path / "登记表.xlsx", OWN))
    assert stamped_policy(book.own) == OWN
    carry_over(book, tmp_path / "十一月.xlsx", today=dt.date(2026, 11, 2))
    assert stamped_policy(read(tmp_path / "十一月.xlsx").own) == OWN


def test_a_copy_without_changes_is_the_shipped_policy_and_changes_no_workbook(
    tmp_path: Path,
) -> None:
    shipped = _book(tmp_path / "一.xlsx", load_policy("tanghe"))
    copied = _book(tmp_path / "二.xlsx", own_copy(load_policy("tanghe")))
    assert shipped.read_bytes() == copied.read_bytes()
    assert stamped_policy(read(copied).own) == load_policy("tanghe")


def test_what_is_not_known_is_none() -> None:
    assert stamped_policy({}) is None
    assert stamped_policy({"policy": "qinghe-own"}) is None


def test_every_policy_fits_into_a_cell() -> None:
    assert all(len(policy_yaml(policy)) < MOST - 4000 for policy in all_policies())


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "profile: " + "[" * 15_000,
        "- " * 15_000,
        "profile: [",
        policy_yaml(OWN).replace("unit: school_day", "unit: dya"),
        policy_yaml(OWN).replace("青教体〔2026〕3号第二条", "''"),
    ],
)
def test_a_carried_policy_that_was_tampered_with_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        stamped_policy({"policy": "tanghe-520000", CARRIED: text})
