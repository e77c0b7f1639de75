"""A County that no longer names children, in what it says and in where it points (脱敏).

Schools name sheets, and at times files, after the child a record is about; such names must not
reach a summary that promises none.  Keys stay: writers use them to count and join, and leave
them out or replace them.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
import weakref
from collections import Counter, defaultdict
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
from kbbx_xl.flow.hiding import Hider, Hiders
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
    if county.nameless:
        return county
    hider = _hider_of(county)
    told = dataclasses.replace(county, roster=[], nameless=True)
    for field in dataclasses.fields(told):
        if isinstance(rows := getattr(told, field.name), list):
            setattr(told, field.name, [hider.row(row) for row in rows])
    hider.forget()
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
        self._place = functools.lru_cache(maxsize=1 << 16)(self._shown)
        self._personal = {file for (file, sheet), n in records.items() if self._alone(sheet, n)}
        self._personal |= {f.path for f in county.files if f.kind == Kind.VISITS}
        self._unit = {f.path: f.unit for f in county.files}
        self._hiders = Hiders(_children(county), (u.name for u in county.directory.units))
        self._cases: dict[int, tuple[CaseFile, CaseFile]] = {}

    def _alone(self, sheet: str, records: int) -> bool:
        return records == 1 and sheet not in self._declared

    def row(self, row: Any) -> Any:
        """One row of a County without names."""
        if isinstance(row, CaseFile):
            return self._told_case(row)
        if isinstance(row, Checklist):
            hider = self._of(row)
            asks, state = hider.row(row.asks), hider.row(row.state)
            return dataclasses.replace(row, case=self._told_case(row.case), asks=asks, state=state)
        return self._of(row).row(self._row(row))

    def _told_case(self, case: CaseFile) -> CaseFile:
        """The same case stands in several lists and is looked through once."""
        known = self._cases.get(id(case))
        if known is None or known[0] is not case:
            known = self._cases[id(case)] = (case, self._of(case).row(self._row(case)))
        return known[1]

    def forget(self) -> None:
        """Let go of the cases."""
        self._cases.clear()

    def _of(self, row: Any) -> Hider:
        """Who knows the children of the unit that a row is about; of no known unit, of all."""
        if unit := getattr(row, "unit", ""):
            return self._hiders[unit]
        place = getattr(row, "source", None) or getattr(row, "where", None)
        file = getattr(row, "file", "") or getattr(row, "path", "") or getattr(place, "file", "")
        return self._hiders[self._unit.get(str(file), "")]

    def _row(self, row: Any) -> Any:
        if isinstance(row, tuple):  # paths among other words
            return tuple(self._path(part) for part in row)
        if isinstance(row, FileStatus):
            path = self._path(row.path)
            return row if path == row.path else dataclasses.replace(row, path=path)
        if isinstance(row, Finding):
            file, sheet = self._place(row.file, row.sheet)
            if (file, sheet) == (row.file, row.sheet):
                return row
            return dataclasses.replace(row, file=file, sheet=sheet)
        changed = self._person(row)
        if isinstance(row, Total):
            spans = row.rows_of.items()
            changed["rows_of"] = {grade: tuple(map(self._span, s)) for grade, s in spans}
        for name in ("source", "where"):
            old = getattr(row, name, None)
            if isinstance(old, Source) and (new := self._source(old)) is not old:
                changed[name] = new
        if isinstance(row, Duplicate | Transfer):
            changed["sources"] = tuple(map(self._source, row.sources))
        return dataclasses.replace(row, **changed) if changed else row

    def _person(self, row: Any) -> dict[str, object]:
        """What a row says of a person, as it may be said: the name is blank."""
        changed: dict[str, object] = {}
        if isinstance(row, NAMED) and row.name:
            changed["name"] = ""
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
        event = recorded.event
        if event.by or event.document or event.number or event.result:
            result = self.said(event.result, unit)
            event = dataclasses.replace(event, by="", document="", number="", result=result)
        return Recorded(event, self._source(recorded.source), recorded.cell)

    def _evidence(self, item: EvidenceItem) -> EvidenceItem:
        return dataclasses.replace(item, number="", note="", source=self._source(item.source))

    def _source(self, source: Source) -> Source:
        file, sheet = self._place(source.file, source.sheet)
        if file == source.file and sheet == source.sheet:
            return source
        return Source(file, sheet, source.row)

    def _span(self, span: Span) -> Span:
        return Span(*self._place(span.file, span.sheet), span.rows)

    def _shown(self, file: str, sheet: str) -> tuple[str, str]:
        """A file and a sheet of it as they may be told."""
        shown = self._known(file).title(sheet)
        if file in self._personal and sheet and sheet not in self._declared:
            shown = PERSON_SHEET
        return self._path(file), shown

    def _path(self, path: str) -> str:
        return self._known(path).path(path)

    def _known(self, path: str) -> Hider:
        return self._hiders[self._unit.get(path, "")]

    def said(self, text: str, unit: str) -> str:
        """What somebody wrote, without names and without numbers of people and telephones."""
        return NUMBER.sub(HIDDEN, self._hiders[unit].text(text)) if text else text


def _children(county: County) -> dict[str, frozenset[str]]:
    """Unit -> names: those of its files, and those that its rows carry."""
    rows = (county.cases, county.runs, county.due, county.case_files, county.roster, county.tasks)
    named: dict[str, set[str]] = defaultdict(set)
    listed: Iterable[Any] = itertools.chain(*rows)
    for row in listed:
        named[row.unit].add(row.name)
    names = dict(county.children)
    for unit, own in named.items():
        known = names.get(unit, frozenset())
        if not own <= known:
            names[unit] = known | own
    return names
