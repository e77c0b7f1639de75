"""What an outcome is worth: refused, read right, reported, or wrong in silence."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum

from tests.hostile.kinds import FINDING, REFUSED, UNCHANGED, Hostile
from tests.hostile.limits import Ran
from tests.hostile.package import Record
from tests.hostile.readers import Seen


class Outcome(StrEnum):
    NAMED = "refused, cause named"
    REFUSED = "refused"
    RIGHT = "read right"
    WARNED = "read right, warning"
    REPORTED = "differs, and says so"
    WRONG = "WRONG IN SILENCE"
    CRASH = "CRASH"
    HANG = "HANG"
    MEMORY = "OUT OF MEMORY"


BAD = (Outcome.WRONG, Outcome.CRASH, Outcome.HANG, Outcome.MEMORY)
AS_ALLOWED = {
    Outcome.NAMED: (REFUSED,),
    Outcome.REFUSED: (REFUSED,),
    Outcome.RIGHT: (UNCHANGED,),
    Outcome.WARNED: (FINDING, UNCHANGED),
    Outcome.REPORTED: (FINDING,),
}


def outcome(kind: Hostile, ran: Ran, *, findings: bool) -> Outcome:
    """``findings``: the reader reports by findings, so that an exception of it is a crash."""
    if ran.how in ("hang", "memory", "killed"):
        return {"hang": Outcome.HANG, "memory": Outcome.MEMORY, "killed": Outcome.CRASH}[ran.how]
    if ran.how == "error":
        return Outcome.CRASH if findings else _refusal(kind, ran.said)
    seen: Seen = ran.value
    if seen.refused:
        return _refusal(kind, " ".join(seen.said))
    if kind.truth is not None and same(kind.truth(), seen.pupils):
        return Outcome.WARNED if seen.warned else Outcome.RIGHT
    if seen.warned:
        return Outcome.REPORTED
    unharmed = kind.truth is None and UNCHANGED in kind.allowed
    return Outcome.RIGHT if unharmed else Outcome.WRONG


def _refusal(kind: Hostile, said: str) -> Outcome:
    named = kind.cause and re.search(kind.cause, said)
    return Outcome.NAMED if named else Outcome.REFUSED


def same(truth: list[Record], found: list[Record]) -> bool:
    """Whether exactly these pupils came out; invisible characters and padding may differ."""
    names = sorted(truth[0]) if truth else []

    def key(record: Record) -> tuple[str, ...]:
        return tuple(re.sub(r"[\s\u200b\u202e\u0085]", "", record.get(n, "")) for n in names)

    return Counter(map(key, truth)) == Counter(map(key, found))


def allowed(kind: Hostile, result: Outcome) -> bool:
    """Whether the outcome is one that the kind allows."""
    return any(way in kind.allowed for way in AS_ALLOWED.get(result, ()))
