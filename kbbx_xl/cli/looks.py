"""How text lies on the terminal: colours, Chinese lines broken where they may be, labels and tables.

Colours are the terminal's own, so that they can be read on its background, and never say anything that
a word beside them does not say.  Red and green are never told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len
from rich.text import Text

from kbbx_xl.model import Severity

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
BAD, DOUBT, GOOD, HEAD, LABEL, FAINT = "bold red", "yellow", "cyan", "bold", "cyan", "dim"
LABEL_WIDTH = 22  # cells; a longer label stands on a line of its own
WIDE = 100  # columns from which a table of long texts can be read

# a word of Latin letters, a space, or one character, with what may not stand at the end or start of a line
_PIECES = re.compile(r"[（【《“‘]*(?:[!-~]+|\s|.)[，。、；：？！）】》”’…]*")


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells; a Chinese one may break between any two characters.

    No line begins with closing punctuation; what is wider than a line by itself is cut.
    """
    lines, now = [], ""
    for piece in _PIECES.findall(text.replace("\n", " ")):
        if now and cell_len(now + piece.rstrip()) > width:
            lines.append(now.rstrip())
            now = piece.lstrip()
        else:
            now += piece
        while cell_len(now) > max(width, 2):
            cut = _cut(now, max(width, 2))
            lines.append(now[:cut])
            now = now[cut:]
    return [*lines, now.rstrip()] if now.strip() or not lines else lines


def _cut(text: str, width: int) -> int:
    """How many characters of the text fit."""
    used = 0
    for at, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return at
    return len(text)


def labelled(
    rows: Iterable[tuple[str, str]],
    width: int,
    *,
    column: int = 0,
    indent: int = 2,
    style: str = LABEL,
) -> list[Text]:
    """Labels with what they mean beside them, or below where the label is long; as lines.

    ``column`` is how many cells labels take, by default as many as these need.
    """
    rows = list(rows)
    column = column or min(max((cell_len(label) for label, _ in rows), default=0), LABEL_WIDTH)
    at = indent + column + 2
    lines = []
    for label, told in rows:
        texts = wrap(told, max(width - at, 12)) if told else []
        head = Text(" " * indent).append(label, style)
        if texts and cell_len(label) <= column:
            head.append(" " * (at - indent - cell_len(label)) + texts.pop(0))
        lines.append(head)
        lines += [Text(" " * at + text) for text in texts]
    return lines


def paragraph(text: str, width: int, *, indent: int = 0, style: str = "") -> list[Text]:
    """A text as lines."""
    return [Text(" " * indent + line, style) for line in wrap(text, width - indent)]
