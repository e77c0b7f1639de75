"""Functions about a person's numbers and age; what is right or wrong is said by ``rules.identity``."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable

from kbbx_xl.books.template.calc.formulas import CORRECT, EMPTY, VERDICTS
from kbbx_xl.excel.functions.cells import WRONG, Result, date, lift
from kbbx_xl.rules.identity import (
    FOREIGNER,
    age_on,
    birth_of,
    check_id,
    check_student_no,
    sex_of,
)

BAD_FORMAT, DIFFERENT = "格式不对", "与身份证件号不同"
_STUDENT_NO = {"": CORRECT, "missing": EMPTY, "format": BAD_FORMAT, "g_differs": DIFFERENT}


def id_check(numbers: object) -> Result:
    """KBBX_ID_CHECK: 正确, or what is wrong, in the words of the workbook's own 证件核对."""
    return lift(_id_check, numbers, repeats=False)


def id_birth(numbers: object) -> Result:
    """KBBX_ID_BIRTH: date of birth; #VALUE! for a number that cannot be used."""
    return lift(functools.partial(_of_id, birth_of), numbers, repeats=False)


def id_sex(numbers: object) -> Result:
    """KBBX_ID_SEX: 男 or 女; #VALUE! for a number that cannot be used."""
    return lift(functools.partial(_of_id, sex_of), numbers, repeats=False)


def id_region(numbers: object) -> Result:
    """KBBX_ID_REGION: six digits (GB/T 2260); #VALUE! for a number that cannot be used."""
    return lift(functools.partial(_of_id, _region), numbers, repeats=False)


def xjh_check(student_numbers: object, numbers: object = None) -> Result:
    """KBBX_XJH_CHECK: 正确, 格式不对, 与身份证件号不同 or 空."""
    return lift(_xjh_check, student_numbers, numbers, repeats=False)


def age(births: object, on_day: object) -> Result:
    """KBBX_AGE: full years on a day, from a date of birth or from a usable id."""
    return lift(_age, births, on_day, required=2)


def _id_check(cell: object) -> object:
    if isinstance(cell, (bool, dt.date)):
        return WRONG
    verdict = check_id(cell)
    return CORRECT if verdict.value else VERDICTS[verdict.problem]


def _of_id(read: Callable[[str], object], cell: object) -> object:
    number = "" if isinstance(cell, dt.date) else check_id(cell).value
    return read(number) if number else WRONG


def _region(number: str) -> str:
    """Of a foreigner's card only the province is a place; nationality follows it."""
    return f"{number[1:3]}0000" if number[0] == FOREIGNER else number[:6]


def _xjh_check(cell: object, id_cell: object) -> object:
    if isinstance(cell, (bool, dt.date)):
        return WRONG
    return _STUDENT_NO[check_student_no(cell, check_id(id_cell).value)[1]]


def _age(birth_cell: object, day_cell: object) -> object:
    birth, day = date(birth_cell), date(day_cell)
    if birth is None and isinstance(birth_cell, str):
        number = check_id(birth_cell).value
        birth = birth_of(number) if number else None
    if birth is None or day is None or birth > day:
        return WRONG
    return age_on(birth, day)
