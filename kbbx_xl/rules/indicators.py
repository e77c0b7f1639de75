"""Indicators (指标) as pairs of numbers: a rate keeps its numerator and denominator.

Rates are recomputed from sums, never averaged; a denominator of 0 gives no rate; a rate over 100 % is
kept and explained, not cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

NO_RATE = "—"


def rate(numerator: float, denominator: float) -> float | None:
    """numerator / denominator as a fraction (0.98, not 98); None when the denominator is 0."""
    return numerator / denominator if denominator else None


def shown(numerator: float, denominator: float, *, digits: int = 2) -> str:
    """The rate as people read it: 98.00%, halves rounded up as Excel does; — without a rate."""
    if not denominator:
        return NO_RATE
    percent = Decimal(str(numerator)) * 100 / Decimal(str(denominator))
    return f"{percent.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)}%"


def added(pairs: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """The pair of several units together: numerators and denominators are added, each by itself."""
    known = list(pairs)
    return sum(pair[0] for pair in known), sum(pair[1] for pair in known)
