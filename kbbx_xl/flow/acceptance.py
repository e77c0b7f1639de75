"""What a unit changed after its papers had been counted once (采用后改动).

A unit's files are accepted by the first consolidation that uses one of them.  From then on every
file that differs, comes or goes is a change, kept with its day; files are known by content, so
that a copy or a new name is none.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kbbx_xl.flow.privacy import paths_without_names
from kbbx_xl.flow.result import Alteration, Altered, County
from kbbx_xl.messages import severity
from kbbx_xl.model import Finding, Severity

COUNTED = ("effective", "center")


@dataclass(frozen=True, slots=True)
class Accepted:
    """One file as it was counted; its path names no child."""

    kind: str
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class UnitAcceptance:
    """One unit: since when its papers count, what they are now, and every change since."""

    unit: str
    since: dt.date
    files: tuple[Accepted, ...]
    changes: tuple[Alteration, ...] = ()


Acceptances = Mapping[str, UnitAcceptance]


def accept(before: Acceptances, county: County) -> dict[str, UnitAcceptance]:
    """The acceptances after this consolidation; the same value when no file has changed."""
    now = _files(county)
    started = {f.unit for f in county.files if f.unit and f.status in COUNTED}
    found: dict[str, UnitAcceptance] = {}
    for unit in sorted(before.keys() | started):
        files = now.get(unit, ())
        old = before.get(unit)
        if old is None:
            found[unit] = UnitAcceptance(unit, county.as_of, files)
            continue
        changes = _changes(old.files, files, county.as_of)
        found[unit] = (
            dataclasses.replace(old, files=files, changes=(*old.changes, *changes))
            if changes
            else old
        )
    return found


def mark(county: County, accepted: Acceptances, register: str) -> None:
    """Tell the county what was changed: on the progress board, and as a finding a unit (S01)."""
    board = []
    for line in county.progress:
        one = accepted.get(line.unit)
        if one is None or not one.changes:
            board.append(line)
            continue
        counts = Counter(change.what for change in one.changes)
        params = {str(what.name).lower(): counts[what] for what in Altered} | {"register": register}
        finding = Finding("S01", params=params, unit=line.unit)
        county.findings.append(finding)
        more = line.warnings + (severity(finding) is Severity.WARNING)
        board.append(dataclasses.replace(line, altered=one.changes, warnings=more))
    county.progress = board
    county.findings.sort(key=lambda f: f.sort_key)


def _files(county: County) -> dict[str, tuple[Accepted, ...]]:
    """Unit -> its files, each content once, under paths that name nobody."""
    shown = paths_without_names(county)
    units: dict[str, dict[str, Accepted]] = defaultdict(dict)
    for file in sorted(county.files, key=lambda f: (f.status == "identical_copy", f.path)):
        if file.unit and file.sha256:
            one = Accepted(file.kind, shown[file.path], file.sha256)
            units[file.unit].setdefault(file.sha256, one)
    return {u: tuple(sorted(kept.values(), key=_order)) for u, kept in units.items()}


def _changes(
    old: Iterable[Accepted], new: Iterable[Accepted], day: dt.date
) -> tuple[Alteration, ...]:
    """One change a file: a file that went and one that came in its place are one."""
    before, after = ({f.sha256: f for f in files} for files in (old, new))
    gone = [f for sha, f in before.items() if sha not in after]
    come = [f for sha, f in after.items() if sha not in before]
    changes = []
    for alike in ("path", "kind"):
        for file in list(gone):
            mine = getattr(file, alike)
            other = next((f for f in come if getattr(f, alike) == mine), None)
            if other:
                gone.remove(file)
                come.remove(other)
                shas = (file.sha256, other.sha256)
                changes.append(Alteration(day, Altered.CHANGED, other.kind, other.path, *shas))
    changes += [Alteration(day, Altered.GONE, f.kind, f.path, f.sha256, "") for f in gone]
    changes += [Alteration(day, Altered.ADDED, f.kind, f.path, "", f.sha256) for f in come]
    return tuple(sorted(changes, key=lambda c: (c.path, c.what, c.before, c.after)))


def _order(file: Accepted) -> tuple[str, ...]:
    return file.path, file.kind, file.sha256
