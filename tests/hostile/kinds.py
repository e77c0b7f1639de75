"""What a hostile file is, and the list of all kinds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.package import Record, pupils

REFUSED, FINDING, UNCHANGED = "refused", "finding", "unchanged"
ANY = (REFUSED, FINDING, UNCHANGED)
Make = Callable[[], bytes]
Place = Callable[[Path], Path]


@dataclass(frozen=True)
class Hostile:
    """One kind of hostile file.

    ``allowed``: refused (nothing of it is used, a finding names the cause), finding (what differs
    from the truth is covered by a finding), unchanged (the truth comes out, nothing to say).
    ``truth``: the pupils that come out when it is accepted; None when no reading is right.
    ``cause``: a pattern that a message naming the cause matches, Chinese or English.
    ``heavy``: takes seconds to make or to read; only the long run has it.
    """

    slug: str
    title: str
    danger: str
    allowed: Sequence[str]
    cause: str
    place: Place
    truth: Callable[[], list[Record]] | None = pupils
    group: str = ""
    heavy: bool = False


ALL: dict[str, Hostile] = {}


def hostile(
    slug: str,
    title: str,
    danger: str,
    allowed: Sequence[str] = ANY,
    *,
    cause: str = "",
    name: str = "学籍.xlsx",
    truth: Callable[[], list[Record]] | None = pupils,
    heavy: bool = False,
) -> Callable[[Make], Make]:
    """Register a maker of bytes under ``slug``; the file is called ``name``."""

    def register(make: Make) -> Make:
        def place(folder: Path) -> Path:
            path = folder / name
            path.write_bytes(make())
            return path

        group = make.__module__.rpartition(".")[2]
        _add(Hostile(slug, title, danger, allowed, cause, place, truth, group, heavy))
        return make

    return register


def placed(
    slug: str,
    title: str,
    danger: str,
    allowed: Sequence[str] = ANY,
    *,
    cause: str = "",
    truth: Callable[[], list[Record]] | None = pupils,
) -> Callable[[Place], Place]:
    """Register a maker that puts something into a folder: a link, a pipe, a folder called .xlsx."""

    def register(place: Place) -> Place:
        group = place.__module__.rpartition(".")[2]
        _add(Hostile(slug, title, danger, allowed, cause, place, truth, group))
        return place

    return register


def _add(kind: Hostile) -> None:
    if kind.slug in ALL:
        raise ValueError(f"two hostile kinds are called {kind.slug}")
    ALL[kind.slug] = kind


def all_kinds() -> dict[str, Hostile]:
    """Every kind, by slug."""
    from tests.hostile import (  # noqa: F401
        cells,
        documents,
        extent,
        formats,
        names,
        package_parts,
        places,
        renamed,
        structure,
        texts,
        xml,
        zips,
    )

    return ALL
