"""One entry of the catalogue of findings."""

from __future__ import annotations

from dataclasses import dataclass

from kbbx_xl.model import Severity

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue: how bad, what is wrong, what to do."""

    severity: Severity
    text: str
    remedy: str
