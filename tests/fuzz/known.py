"""What today's reader is known to do wrong, by signature; each is taken out when it is put right.

The short run of the suite passes over these and over nothing else; the long run counts them all.
"""

from __future__ import annotations

import re

KNOWN: tuple[re.Pattern[str], ...] = ()


def is_known(signature: str) -> bool:
    return any(pattern.fullmatch(signature) for pattern in KNOWN)
