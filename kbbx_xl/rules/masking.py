"""Numbers of a person, hidden so far that nobody can be found by them (脱敏)."""

from __future__ import annotations


def masked(key: str) -> str:
    """First 3 and last 2 characters of an id; nothing between them can be read."""
    return key[:3] + "*" * (len(key) - 5) + key[-2:] if len(key) > 5 else "*" * len(key)
