"""A whole column of 身份证号 at once: what ``identity.check_id`` says of each, in a few passes of numpy.

A right number is a row of 18 characters in one matrix.  Whatever is not sure to be right is judged
cell by cell as ever, so the verdicts are those of ``check_id``, faults and repairs included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kbbx_xl.rules.identity import (
    CHECK_CHARACTERS,
    EARLIEST_YEAR,
    FOREIGNER,
    PROVINCES,
    WEIGHTS,
    birth_of,
    check_id,
    day_number,
    sex_of,
)

LENGTH = 18
_OTHER = " " * LENGTH  # stands for every cell that is no 18 characters
_WEIGHTS = np.array(WEIGHTS, np.int32)
_CHECK = np.frombuffer(CHECK_CHARACTERS.encode(), np.uint8)
_POWERS = 10 ** np.arange(7, -1, -1, dtype=np.int32)  # digits of a date -> 20150407
_PROVINCE = np.array([f"{code:02d}" in PROVINCES for code in range(100)])
_MONTHS = np.array((0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, *[0] * 87), np.int32)


@dataclass(frozen=True, slots=True)
class IdColumn:
    """A judged column; index i is one cell.

    ``values``: 18 characters, or "" when the number cannot be used.  ``problems``: index ->
    ``IdVerdict.problem`` of the cells that have one.  ``births``: day of birth by the number as
    20150407, 0 without a value.  ``male``: by its 17th digit, False without a value.
    """

    values: list[str]
    problems: Mapping[int, str]
    births: NDArray[np.int32]
    male: NDArray[np.bool_]


def check_ids(written: Sequence[object]) -> IdColumn:
    """``check_id`` of a column, and what the numbers say of birth and sex."""
    cells = [v if type(v) is str and len(v) == LENGTH else _OTHER for v in written]
    joined = "".join(cells)
    if not joined.isascii():
        joined = "".join(cell if cell.isascii() else _OTHER for cell in cells)
    matrix = np.frombuffer(joined.encode(), np.uint8).reshape(-1, LENGTH)
    digits = matrix[:, :17] - np.uint8(ord("0"))  # below "0" it wraps to far above 9
    if (wrong := digits > 9).any():  # a row of zeros is no day, and fits the tables
        digits[wrong.any(axis=1)] = 0
    births = digits[:, 6:14] @ _POWERS
    right = _CHECK[(digits @ _WEIGHTS) % 11] == matrix[:, 17]
    right &= _is_day(births)
    first = 10 * digits[:, 0] + digits[:, 1]
    abroad = digits[:, 0] == int(FOREIGNER)
    right &= _PROVINCE[np.where(abroad, 10 * digits[:, 1] + digits[:, 2], first)]
    return _with_others(written, right, births, digits[:, 16] % 2 == 1)


def _is_day(days: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether numbers such as 20150407 are days, none before ``EARLIEST_YEAR``."""
    years, rest = np.divmod(days, 10000)
    months, day = np.divmod(rest, 100)
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    last = _MONTHS[months] + (leap & (months == 2))
    right: NDArray[np.bool_] = (day >= 1) & (day <= last) & (years >= EARLIEST_YEAR)
    return right


def _with_others(
    written: Sequence[object],
    right: NDArray[np.bool_],
    births: NDArray[np.int32],
    male: NDArray[np.bool_],
) -> IdColumn:
    """The column with the verdicts of ``check_id`` on the cells that are not surely right."""
    values: list[str] = list(written)  # type: ignore[arg-type]
    problems: dict[int, str] = {}
    for i in np.flatnonzero(~right).tolist():
        verdict = check_id(written[i])
        values[i] = verdict.value
        problems[i] = verdict.problem
        births[i], male[i] = 0, False
        if verdict.value:
            births[i] = day_number(birth_of(verdict.value))
            male[i] = sex_of(verdict.value) == "男"
    return IdColumn(values, {i: said for i, said in problems.items() if said}, births, male)
