"""What goes back to a unit, and why (退回): its errors, what was typed, what had come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kbbx_xl.flow.privacy import said_without_names, without_names
from kbbx_xl.flow.result import County, FileStatus
from kbbx_xl.flow.unit import UnitResult
from kbbx_xl.messages import severity
from kbbx_xl.model import Directory, Finding, Period, Severity, Unit
from kbbx_xl.settings.policies import Policy

MISSING = "P02"  # a kind that did not come; judged only where a directory says who reports


@dataclass(frozen=True, slots=True)
class Return:
    """One unit's papers that go back.  No child is named in it.

    ``sender``: the office above, "" when no directory tells.  ``errors`` must be put right,
    ``doubts`` (警告) be looked at.  ``files``: what had come, with its sha256.
    """

    unit: str
    sender: str
    month: Period
    day: dt.date
    reasons: tuple[str, ...]
    errors: tuple[Finding, ...]
    doubts: tuple[Finding, ...]
    files: tuple[FileStatus, ...]

    @property
    def due(self) -> bool:
        """Whether there is a reason to send it back."""
        return bool(self.reasons or self.errors)


def returns(
    results: Iterable[UnitResult], *, month: Period, day: dt.date, policy: Policy,
    directory: Directory | None, reasons: Sequence[str] = (),
) -> list[Return]:  # fmt: skip
    """One a unit that sent something; those without ``due`` have nothing to send back for."""
    return [
        _return(result, County(month, day, policy, directory or Directory(())), directory, reasons)
        for result in results
        if result.files
    ]


def _return(
    result: UnitResult, county: County, directory: Directory | None, reasons: Sequence[str]
) -> Return:
    for name in ("files", "runs", "persuasion", "cases", "due", "case_files", "roster"):
        getattr(county, name).extend(getattr(result, name))
    judged = [f for f in result.findings if directory or f.code != MISSING]
    county.findings += sorted(judged, key=lambda f: f.sort_key)
    told = without_names(county)
    said = tuple(said_without_names(county, text.strip(), result.unit.name) for text in reasons)
    return Return(
        result.unit.name,
        _above(result.unit, directory),
        county.month,
        county.as_of,
        tuple(filter(None, said)),
        tuple(f for f in told.findings if severity(f) is Severity.ERROR),
        tuple(f for f in told.findings if severity(f) is Severity.WARNING),
        tuple(sorted(told.files, key=lambda f: f.path)),
    )


def _above(unit: Unit, directory: Directory | None) -> str:
    """Who sends it back: the county, which answers for all; else the unit above."""
    if directory is None:
        return unit.parent
    parent = directory.named(unit.parent) if unit.parent else None
    office = directory.county or parent
    return office.name if office else unit.parent
