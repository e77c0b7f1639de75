"""What a contestant is; a module that loads nothing, since every measured process loads it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


def _same(answer: Any) -> Any:
    return answer


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way of doing a step.

    ``load`` prepares what is not timed, from the argument of the step and the number of the data;
    ``work`` is timed; ``see`` makes of its answer what must be the same for all contestants of the
    step.  ``needs``: modules to import.
    """

    name: str
    load: Callable[[str, int], Any]
    work: Callable[[Any], Any]
    needs: tuple[str, ...] = ()
    see: Callable[[Any], Any] = _same

    @property
    def missing(self) -> str:
        """Why it cannot run here, or ""."""
        lacking = [name for name in self.needs if importlib.util.find_spec(name) is None]
        return f"{', '.join(lacking)} not installed" if lacking else ""
