"""Short marks (案件号) that tell cases apart in papers and lists without saying whose they are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

MARK_LENGTH = 5  # hexadecimal digits: tells cases apart, too few to find a child by


def mark_of(parts: Sequence[object]) -> str:
    """The mark of what ``parts`` name, the same each time.

    Of a case: unit, what joins the rows of the child (key of the roster, else a usable id, a student
    number, a name) and first absent day; of another letter whatever it is about.
    """
    seed = "|".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(seed.encode()).hexdigest()[:MARK_LENGTH]
