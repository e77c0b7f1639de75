"""What real Excel refuses and pyOpenVBA's model lets through, added to the model's own classes.

Hidden sheets are neither moved, copied nor shown; a deleted sheet answers nothing; a cell with a
threaded comment, or inside a merged block, takes no note; two open workbooks never share a name.
And what Excel does of itself: formulas follow a sheet that is renamed, and lose one that is deleted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyopenvba.apps.excel._model import Range, Workbook, Workbooks, Worksheet
from pyopenvba.interpreter._objects import MemberSpec
from pyopenvba.interpreter._values import NOTHING, error, to_text

HIDDEN_REFUSES = ("Activate", "Select", "Move", "Copy")


def add_refusals() -> None:
    """Make the model as strict as Excel; called once by ``host``."""
    for name in HIDDEN_REFUSES:
        _guard(Worksheet, name, _seen)
    for name, spec in list(Worksheet._vba_members.items()):
        if spec.getter is not None:
            _guard(Worksheet, name, _alive)
    _guard(Worksheet, "Delete", _lost)
    rename = Worksheet._vba_members["name"]
    Worksheet._vba_members["name"] = replace(rename, setter=_followed(rename.setter))
    _guard(Range, "AddComment", _takes_note)
    _guard(Workbooks, "Open", _no_namesake)
    Range.vba_add_member(_property("CommentThreaded", _threaded))
    Workbook.vba_add_member(_property("MultiUserEditing", shared))


def _property(name: str, getter: Any) -> MemberSpec:
    return MemberSpec(name=name, kind="property", getter=getter)


def _guard(cls: Any, name: str, check: Callable[..., None]) -> None:
    """Let ``check`` speak first whenever the member is read or called."""
    spec = cls._vba_members[name.lower()]
    inner = spec.getter

    def guarded(owner: Any, *args: object) -> object:
        check(owner, *args)
        return inner(owner, *args)

    cls._vba_members[name.lower()] = replace(spec, getter=guarded)


def _seen(sheet: Worksheet, *_: object) -> None:
    if sheet.visible != -1:
        raise error(1004, f"a hidden sheet: {sheet.name}")


def _alive(sheet: Worksheet, *_: object) -> None:
    if sheet not in sheet.book.sheets_:
        raise error(424, "the sheet was deleted")


def _followed(rename: Any) -> Callable[..., None]:
    def renamed(sheet: Worksheet, value: object) -> None:
        old = sheet.name
        rename(sheet, value)
        new = sheet.name.replace("'", "''")
        _rewrite(sheet, re.compile(_quoted(old)), f"'{new}'!")

    return renamed


def _lost(sheet: Worksheet, *_: object) -> None:
    _rewrite(sheet, re.compile(_quoted(sheet.name) + r"[$A-Z0-9:]+"), "#REF!")


def _quoted(name: str) -> str:
    doubled = name.replace("'", "''")
    return re.escape(f"'{doubled}'!")


def _rewrite(sheet: Worksheet, old: re.Pattern[str], new: str) -> None:
    for one in sheet.book.sheets_:
        for cell in one.cells_.values():
            if cell.formula and one is not sheet:
                cell.formula = old.sub(lambda _: new, cell.formula)


def _takes_note(target: Range, *_: object) -> None:
    if not target.single:
        return
    area = target.vba_get("MergeArea")
    first = (area.first.top, area.first.left)  # type: ignore[attr-defined]
    if first != (target.first.top, target.first.left) or _threaded(target) is not NOTHING:
        raise error(1004, "Application-defined or object-defined error")


def discuss(target: Range, text: str) -> None:
    """Put a threaded comment, of which the model knows nothing, on a cell."""
    talks: dict[tuple[int, int], str] = vars(target.sheet).setdefault("talks_", {})
    talks[target.first.top, target.first.left] = text


def _threaded(target: Range) -> object:
    talks = vars(target.sheet).get("talks_", {})
    return talks.get((target.first.top, target.first.left), NOTHING)


def share(book: Workbook) -> None:
    """Make it a shared workbook of the old kind."""
    vars(book)["shared_"] = True


def shared(book: Workbook) -> bool:
    return bool(vars(book).get("shared_", False))


def _no_namesake(books: Workbooks, filename: object, *_: object) -> None:
    path = Path(to_text(filename))
    for book in books.books:
        if book.name.lower() == path.name.lower() and Path(book.path) != path.parent:
            raise error(1004, f"a workbook of that name is open: {book.name}")
