"""What a letter (文书) says, by what it is about: a case, a change of school, leave, a grid, a county's month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from kbbx_xl.flow.letters.case import case_letters
from kbbx_xl.flow.letters.change import CHANGE_SHEETS, change_letters
from kbbx_xl.flow.letters.county import county_letter
from kbbx_xl.flow.letters.grid import grid_letters
from kbbx_xl.flow.letters.leave import leave_letters
from kbbx_xl.flow.letters.subject import Ask, Subject, date_words
from kbbx_xl.model import FileRead, Finding, Kind
from kbbx_xl.settings.letters import About

__all__ = ["SHEETS", "Ask", "Subject", "county_letter", "date_words", "subjects_of"]

SHEETS: Mapping[About, tuple[Kind, ...]] = MappingProxyType(  # whose rows letters are made from
    {
        About.CASE: (Kind.CASES,),
        About.CHANGE: CHANGE_SHEETS,
        About.LEAVE: (Kind.ABSENCE,),
        About.GRID: (Kind.GRID,),
    }
)
Made = tuple[list[Subject], list[Finding]]
_BY_ABOUT: Mapping[About, Callable[[Sequence[FileRead], Ask], Made]] = MappingProxyType(
    {
        About.CASE: case_letters,
        About.CHANGE: change_letters,
        About.GRID: grid_letters,
        About.LEAVE: leave_letters,
    }
)


def subjects_of(reads: Sequence[FileRead], ask: Ask) -> Made:
    """Whom letters of ``ask.form`` are about, as ``reads`` say; a county's come from ``county_letter``."""
    return _BY_ABOUT[ask.form.about](reads, ask)
