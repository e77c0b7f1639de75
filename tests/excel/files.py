"""Loading and saving, with what pyOpenVBA's model leaves out: whether sheets are hidden.

The model neither reads nor writes a sheet's state, so every sheet of a loaded file counts as visible
there; here the state comes from the file and goes back into it.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import unescape

from pyopenvba.apps.excel._io import save_workbook
from pyopenvba.apps.excel._model import Workbook

PART = "xl/workbook.xml"
SHEET = re.compile(r"<sheet\b[^>]*>")
STATE = re.compile(r'\s+state="(\w+)"')
NAME = re.compile(r'\bname="([^"]*)"')
STATES = {"visible": -1, "hidden": 0, "veryHidden": 2}  # as in the file -> XlSheetVisibility
WORDS = {number: word for word, number in STATES.items()}


def read_states(book: Workbook) -> None:
    """Give the sheets of a loaded workbook the visibility its file says."""
    tags = SHEET.findall(book.package.read(PART).decode("utf-8"))
    for sheet, tag in zip(book.sheets_, tags, strict=True):
        state = STATE.search(tag)
        sheet.visible = STATES[state[1]] if state else STATES["visible"]


def save(book: Workbook, path: Path) -> None:
    """Write the workbook to ``path``, hidden sheets hidden."""
    save_workbook(book, path)
    old = book.package.read(PART).decode("utf-8")
    states = {sheet.name: sheet.visible for sheet in book.sheets_}
    new = SHEET.sub(lambda tag: _with_state(tag[0], states), old)
    if new == old:
        return
    book.package.write(PART, new.encode("utf-8"))
    with zipfile.ZipFile(path) as packed:
        parts = {item: packed.read(item) for item in packed.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for item, content in parts.items():
            packed.writestr(item, new.encode("utf-8") if item.filename == PART else content)


def _with_state(tag: str, states: dict[str, int]) -> str:
    name = NAME.search(tag)
    assert name is not None
    word = WORDS[states[unescape(name[1], {"&quot;": '"', "&apos;": "'"})]]
    bare = STATE.sub("", tag)
    return bare if word == "visible" else bare.replace("<sheet", f'<sheet state="{word}"', 1)
