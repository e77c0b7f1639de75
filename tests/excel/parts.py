"""Small objects of Excel that pyOpenVBA's model lacks: the file dialog and the page setup."""

# ruff: noqa: N802, N803  (members and arguments are named as Excel names them)

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyopenvba.interpreter._objects import MemberSpec, VBACollection, VBAObject, member, method
from pyopenvba.interpreter._values import EMPTY, MISSING, VBAInt, to_text

from tests.excel.winstub import Desk


class SelectedItems(VBACollection):
    """FileDialog.SelectedItems."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = list(paths)

    def vba_items(self) -> list[object]:
        return list(self.paths)


class Loose(VBAObject):
    """An object whose properties are kept as they are set and read as Empty before."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}

    def vba_member(self, name: str) -> MemberSpec:
        return super().vba_member(name) or MemberSpec(name=name, kind="property")

    def vba_get(self, name: str, args: Any = (), named: Any = None) -> object:
        if super().vba_member(name) is not None:
            return super().vba_get(name, args, named)
        return self.kept.get(name.lower(), EMPTY)

    def vba_set(self, name: str, value: object, *args: object, **named: object) -> None:
        self.kept[name.lower()] = value


class Filters(Loose):
    """FileDialog.Filters: taken and forgotten."""

    @method
    def Clear(self) -> object:
        self.kept.clear()
        return EMPTY

    @method
    def Add(self, Description: object, Extensions: object, Position: object = MISSING) -> object:
        self.kept[to_text(Description)] = Extensions
        return EMPTY


class FileDialog(Loose):
    """Application.FileDialog: Show gives -1 when a path is queued, else 0."""

    def __init__(self, desk: Desk, kind: str) -> None:
        super().__init__()
        self.desk, self.dialog_kind = desk, kind
        self.chosen: list[str] = []
        self.filters = Filters()

    @member
    def Filters(self) -> object:
        return self.filters

    @member
    def SelectedItems(self) -> object:
        return SelectedItems(self.chosen)

    @method
    def Show(self) -> object:
        title = self.kept.get("title", "")
        self.desk.starts.append(to_text(self.kept.get("initialfilename", "")))
        self.chosen = paths(self.desk.ask(self.dialog_kind, to_text(title)))
        return VBAInt(-1 if self.chosen else 0, "Long")


def paths(answer: object) -> list[str]:
    """An answer to a file dialog as paths; None is none."""
    if answer is None or answer is False:
        return []
    return [str(one) for one in answer] if isinstance(answer, (list, tuple)) else [str(answer)]


class PageSetup(Loose):
    """Worksheet.PageSetup: what is set is kept, not printed or saved."""
