"""Text that others typed, fit for what we write (文字照写): the one home of it for every writer.

A text stays a text: no writer of ours lets it become a formula, a link, a number or an error.  What
a file cannot hold at all is replaced in sight, what is too long is cut in sight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# what XML forbids, and halves of characters, which come from file names that are no UTF-8
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACED = "\ufffd"
TEXT_LIMIT = 32_000  # Excel holds 32,767 units of UTF-16 a cell; the rest is for the mark
CUT = "……（过长，未全部列出）"
CUT_NOTE = f"有单元格的文字超过 Excel 的限度，已截短，末尾写有“{CUT}”"
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_cuts: ContextVar[list[str] | None] = ContextVar("_cuts", default=None)


def plain(text: str) -> str:
    """Text that any document of ours can hold: what XML forbids shows as U+FFFD."""
    if text.isprintable():  # the usual case, sooner known
        return text
    return NOT_XML.sub(REPLACED, text) if NOT_XML.search(text) else text


def clean(text: str) -> str:
    """``plain`` and no longer than a cell, which then says so; see ``cuts_noted``."""
    shown = plain(text)
    most = TEXT_LIMIT + len(CUT) if shown.endswith(CUT) else TEXT_LIMIT  # cut once is enough
    if 2 * len(shown) <= TEXT_LIMIT or units(shown) <= most:
        return shown
    if (noted := _cuts.get()) is not None:
        noted.append(CUT_NOTE)
    return shortened(shown, TEXT_LIMIT) + CUT


def units(text: str) -> int:
    """Length as Excel counts it: a character beyond the first 65,536 (𠮷) counts twice."""
    return len(text) + sum(1 for c in text if c > "\uffff")


def shortened(text: str, limit: int) -> str:
    """The longest beginning that Excel counts as at most ``limit``."""
    if units(text) <= limit:
        return text
    kept = text[:limit]
    while (over := units(kept) - limit) > 0:
        kept = kept[: -max(over // 2, 1)]
    return kept


def escaped(text: str) -> str:
    """``clean`` for openpyxl, which writes ``_x0041_`` as it is, though readers take it for an A."""
    return _ESCAPED.sub("_x005F_", clean(text))


def unescaped(text: str) -> str:
    """What ``escaped`` was given, from a cell as openpyxl reads it."""
    return text.replace("_x005F_", "_")


@contextmanager
def cuts_noted() -> Iterator[list[str]]:
    """A list that is not empty after the block when some text of it was cut."""
    noted: list[str] = []
    token = _cuts.set(noted)
    try:
        yield noted
    finally:
        _cuts.reset(token)
