"""A letter and the case it is about carry one mark, so that the paper finds its case again."""

from __future__ import annotations

from kbbx_xl.flow.casework.files import CasePapers, read_case_files
from kbbx_xl.flow.casework.marks import MARK_LENGTH, mark_of
from kbbx_xl.flow.letters import Ask, subjects_of
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.roster import read_pupils
from kbbx_xl.model import FileRead
from kbbx_xl.settings.letters import letter_form
from tests.flow.tables import AS_OF, SCHOOL, context, table
from tests.flow.test_letters import LEDGER, ROSTER


def test_a_letter_bears_the_mark_of_its_case() -> None:
    roster, ledger = table("roster", ROSTER), table("suspected", LEDGER)
    read = FileRead("a.xlsx", tables=[roster, ledger], own={"unit_name": SCHOOL.name})
    letters, _ = subjects_of([read], Ask(letter_form("persuade"), AS_OF))
    pupils, _ = read_pupils(roster, SCHOOL.name, context())
    register = Register((pupils,))
    cases, _ = read_case_files(SCHOOL, CasePapers([ledger]), register, context())
    marks = {case.name: case.mark for case in cases}
    assert len(letters) == 2
    for letter in letters:
        assert letter.mark == marks[letter.facts["学生姓名"]]


def test_a_mark_is_short_and_says_nothing() -> None:
    mark = mark_of((SCHOOL.name, "520000201903133190", AS_OF))
    assert len(mark) == MARK_LENGTH
    assert int(mark, 16) >= 0
    assert mark != mark_of((SCHOOL.name, "520000201903133190", None))
