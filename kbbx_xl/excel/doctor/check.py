"""One line of the self-check (一项自检)."""

from __future__ import annotations

from dataclasses import dataclass

GOOD, BAD, NOT_HERE = "✓", "✗", "—"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it stands, what was found, and what to do when it is wrong."""

    name: str
    state: str
    text: str
    remedy: str = ""
