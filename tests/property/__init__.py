"""Properties (性质测试): what holds for every cell, row, sheet and file, tried on many; bounded and the same in every run."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

EASY = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large)


def bounded(examples: int) -> settings:
    """So many examples, the same ones in every run, without a clock: a slow machine fails nothing."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=EASY,
    )
