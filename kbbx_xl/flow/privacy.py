"""A County that no longer names children, in what it says and in where it points (脱敏).

Schools name sheets, and at times files, after the child a record is about; such names must not
reach a summary that promises none.  Keys stay: writers use them to count and join, and leave
them out or replace them.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
import weakref
from collections import Counter
from collections.abc import Iterable
from typing import Any

from kbbx_xl.flow.casework.values import (
    CaseFile,
    Checklist,
    EvidenceItem,
    Recorded,
    Task,
    TeachingMonth,
)
from kbbx_xl.flow.hiding import Hider, by_unit
from kbbx_xl.flow.result import (
    CaseRow,
    County,
    Due,
    Duplicate,
    FileStatus,
    RosterRow,
    StudentRun,
    Total,
    Transfer,
)
from kbbx_xl.flow.source import Source, Span
from kbbx_xl.model import Finding, Kind
from kbbx_xl.settings.forms import all_forms

PERSON_SHEET = "（一人一表）"
HIDDEN = "＊＊"
NAMED = (RosterRow, StudentRun, CaseRow, Due, CaseFile, TeachingMonth, Task)
NUMBER = re.compile(r"\d(?:[ -]?\d){10,}[Xx]?|\d{7,}")  # ids and telephones; no single date


def without_names(county: County) -> County:
    """The same numbers, names blank, sheets and files called after a child called otherwise.

    The roster, which is nothing but names, is left out.
    """
    hider = _hider_of(county)
    told = dataclasses.replace(county, roster=[])
    for field in dataclasses.fields(told):
        if isinstance(rows := getattr(told, field.name), list):
            setattr(told, field.name, [hider.row(row) for row in rows])
    return told


def paths_without_names(county: County) -> dict[str, str]:
    """Path of every file -> the path as it may be told."""
    hider = _hider_of(county)
    return {file.path: hider.row(file).path for file in county.files}


def said_without_names(county: County, text: str, unit: str) -> str:
    """What somebody typed, without the names of the unit's cases and without numbers of people."""
    return _hider_of(county).said(text, unit)


_known: list[tuple[weakref.ref[County], _Hider]] = []  # the last one


def _hider_of(county: County) -> _Hider:
    """What hides this county's children; made once, for it looks at every name of the rosters."""
    if not _known or _known[0][0]() is not county:
        _known[:] = [(weakref.ref(county), _Hider(county))]
    return _known[0][1]


class _Hider:
    """Knows which sheets are one child's, and the names that may stand in a file name."""

    def __init__(self, county: County) -> None:
        self._declared = {sheet.sheet for form in all_forms() for sheet in form.sheets}
        records = Counter((p.source.file, p.source.sheet) for p in county.persuasion)
        self._personal = {file for (file, sheet), n in records.items() if self._alone(sheet, n)}
        self._personal |= {f.path for f in county.files if f.kind == Kind.VISITS}
        self._unit = {f.path: f.unit for f in county.files}
        self._hiders = by_unit(_children(county), (u.name for u in county.directory.units))

    def _alone(self, sheet: str, records: int) -> bool:
        return records == 1 and sheet not in self._declared

    def row(self, row: Any) -> Any:
        """One row of a County without names."""
        return self._of(row).row(self._row(row))

    def _of(self, row: Any) -> Hider:
        """Who knows the children of the unit that a row is about; of no known unit, of all."""
        place = getattr(row, "source", None) or getattr(row, "where", None)
        file = getattr(row, "file", "") or getattr(row, "path", "") or getattr(place, "file", "")
        unit = getattr(row, "unit", "") or self._unit.get(str(file), "")
        return self._hiders.get(unit) or self._hiders[""]

    def _row(self, row: Any) -> Any:
        if isinstance(row, tuple):  # paths among other words
            return tuple(self._path(part) for part in row)
        if isinstance(row, Checklist):
            return dataclasses.replace(row, case=self.row(row.case))
        if isinstance(row, FileStatus):
            return dataclasses.replace(row, path=self._path(row.path))
        if isinstance(row, Finding):
            place = self._source(Source(row.file, row.sheet))
            return dataclasses.replace(row, file=place.file, sheet=place.sheet)
        changed = self._person(row)
        if isinstance(row, Total):
            spans = row.rows_of.items()
            changed["rows_of"] = {grade: tuple(map(self._span, s)) for grade, s in spans}
        for name in ("source", "where"):
            if hasattr(row, name) and isinstance(old := getattr(row, name), Source):
                changed[name] = self._source(old)
        if isinstance(row, Duplicate | Transfer):
            changed["sources"] = tuple(map(self._source, row.sources))
        return dataclasses.replace(row, **changed) if changed else row

    def _person(self, row: Any) -> dict[str, object]:
        """What a row says of a person, as it may be said: the name is blank."""
        changed: dict[str, object] = {"name": ""} if isinstance(row, NAMED) else {}
        if isinstance(row, CaseRow):
            changed["reason"] = self.said(row.reason, row.unit)
        if isinstance(row, CaseFile):
            changed |= self._case(row)
        return changed

    def _case(self, case: CaseFile) -> dict[str, object]:
        """The free words of a case, in which people may be named, left out; its dates stay."""
        return {
            "persuader": "",
            "reason": self.said(case.reason, case.unit),
            "events": tuple(self._event(e, case.unit) for e in case.events),
            "evidence": tuple(self._evidence(e) for e in case.evidence),
        }

    def _event(self, recorded: Recorded, unit: str) -> Recorded:
        result = self.said(recorded.event.result, unit)
        event = dataclasses.replace(recorded.event, by="", document="", number="", result=result)
        return Recorded(event, self._source(recorded.source), recorded.cell)

    def _evidence(self, item: EvidenceItem) -> EvidenceItem:
        return dataclasses.replace(item, number="", note="", source=self._source(item.source))

    def _source(self, source: Source) -> Source:
        sheet = self._known(source.file).title(source.sheet)
        if source.file in self._personal and source.sheet and source.sheet not in self._declared:
            sheet = PERSON_SHEET
        return Source(self._path(source.file), sheet, source.row)

    def _span(self, span: Span) -> Span:
        place = self._source(Source(span.file, span.sheet))
        return Span(place.file, place.sheet, span.rows)

    def _path(self, path: str) -> str:
        return self._known(path).path(path)

    def _known(self, path: str) -> Hider:
        return self._hiders.get(self._unit.get(path, "")) or self._hiders[""]

    def said(self, text: str, unit: str) -> str:
        """What somebody wrote, without names and without numbers of people and telephones."""
        return NUMBER.sub(HIDDEN, (self._hiders.get(unit) or self._hiders[""]).text(text))


def _children(county: County) -> dict[str, frozenset[str]]:
    """Unit -> names: those of its files, and those that its rows carry."""
    names: dict[str, set[str]] = {unit: set(own) for unit, own in county.children.items()}
    rows = (county.cases, county.runs, county.due, county.case_files, county.roster, county.tasks)
    named: Iterable[Any] = itertools.chain(*rows)
    for row in named:
        names.setdefault(row.unit, set()).add(row.name)
    return {unit: frozenset(own) for unit, own in names.items()}
