"""The step ``functions``: worksheet functions over arrays, by the measurements of ``benchmarks.functions``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from benchmarks.contestant import Contestant

TITLES = ("KBBX_ID_CHECK", "KBBX_AGE", "KBBX_STEP")


def contestants(_step: str) -> Mapping[str, Contestant]:
    """One a function; it sees the seconds of one call and of as many calls as there are cells."""
    return {title: Contestant(title, partial(_case, title), _measured) for title in TITLES}


def _case(title: str, argument: str, _number: int) -> Any:
    from benchmarks import functions

    count = int(argument or functions.CELLS)
    return next(case for case in functions.cases(count) if case.title == title)


def _measured(case: Any) -> dict[str, float]:
    from benchmarks import functions

    cost = functions.measure(case, sample=min(functions.SAMPLE, len(case.column)))
    return {"cells": len(case.column), "one call": cost.together, "single calls": cost.single}
