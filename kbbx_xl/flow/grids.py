"""网格责任 within a term: who holds each grid today, what changed, who has signed (YL-12, 32, 34, 58..63, 83).

The lists themselves are judged by ``coverage``.  What a policy does not ask for is counted, never found
missing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kbbx_xl.flow.casework.values import Task, TaskState
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.coverage import level_of
from kbbx_xl.flow.source import Source, row_source
from kbbx_xl.model import Directory, Finding, Table, Unit
from kbbx_xl.rules.cells import text_of
from kbbx_xl.rules.grids import (
    LEVELS,
    Handed,
    grid_key,
    head_on,
    head_state,
    in_order,
    village_name,
)
from kbbx_xl.rules.matching import plain_name
from kbbx_xl.settings.policies import ParameterUnit, Policy

VILLAGE = "村级"
IN_TWO_COPIES = ("镇级", VILLAGE, "班级")  # YL-58, YL-62, YL-83
EACH_TERM = "YL-34"  # 各单位每学期要与各级网格负责人签订目标责任书
CONTINUES = "YL-62"  # 此责任书均有延续性: a village's letter outlives its head
QUANTIFIED = "YL-63"  # each teacher's target as numbers
TITLE, ACTOR = "签订{level}网格控辍保学目标责任书", "本单位"
NO_DAY = "文件写每学期签订，没有写哪一天"


@dataclass(frozen=True, slots=True)
class GridHead:
    """One grid and who holds it on the day of the context.  Personal."""

    level: str
    name: str  # as on the list
    key: str
    head: str  # "" nobody named
    phone: str
    supervisor: str  # 网格监督员, optional (YL-04)
    source: Source
    cell: str


@dataclass(frozen=True, slots=True)
class HeadChange:
    """One row of 网格变动 (YL-32).  Personal."""

    level: str
    name: str
    key: str
    old: str
    new: str
    phone: str
    day: dt.date | None
    reported: dt.date | None
    table: Table
    index: int


@dataclass(frozen=True, slots=True)
class Signature:
    """One row of 责任书签订.  Personal."""

    level: str
    name: str
    key: str
    signer: str
    day: dt.date | None
    copies: int | None
    targets: str
    note: str
    table: Table
    index: int


@dataclass(frozen=True, slots=True)
class Signed:
    """Of the heads of one level, how many have signed this term (YL-34)."""

    level: str
    signed: int
    heads: int


@dataclass(frozen=True, slots=True)
class GridWork:
    """One unit's grids in one term."""

    unit: str
    heads: tuple[GridHead, ...] = ()
    signed: tuple[Signed, ...] = ()  # levels that have heads, in order
    unsigned: tuple[GridHead, ...] = ()
    rule: str = ""  # rule that asks each head for a letter each term, or ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Desk:
    unit: Unit
    context: Context

    def key(self, level: str, name: str) -> str:
        own = (self.unit.name,) if self.unit.is_school else ()
        schools = own or tuple(u.name for u in self.context.directory.children(self.unit.name))
        key = grid_key(level, name, self.context.month, schools, stage=self.unit.stage)
        if own or level != "班级":
            return key
        return next((s for s in schools if name.startswith(s)), "") + key  # classes of many schools

    def level(self, written: object) -> str:
        return self.context.lists["grid_level"].canonical(written) or ""

    def in_term(self, day: dt.date) -> bool:
        """Inside the term; any day where the term is not known."""
        sheet = self.context.calendar_sheet
        return (sheet.term_start or day) <= day <= (sheet.term_end or day)


def read_grid_work(
    unit: Unit,
    grids: Sequence[Table],
    changes: Sequence[Table],
    signed: Sequence[Table],
    context: Context,
) -> GridWork:
    """Roster, changes and letters of one unit laid together for the day of ``context``."""
    desk = _Desk(unit, context)
    listed = _heads(grids, desk)
    changed = _changes(changes, desk)
    letters = _signatures(signed, desk)
    heads = [_today(head, changed, context.as_of) for head in listed]
    rule = _asked_by(context.policy)
    named = [h for h in heads if h.head]
    unsigned = [h for h in named if not _has_signed(h, letters, desk)]
    left, every = Counter(h.level for h in unsigned), Counter(h.level for h in named)
    counts = [Signed(level, every[level] - left[level], every[level]) for level in LEVELS if every[level]]  # fmt: skip
    findings = [
        *_change_findings(listed, changed, desk),
        *_letter_findings(heads, changed, letters, desk),
        *(_unsigned_findings(counts, unsigned) if rule else ()),
    ]
    told = tuple(replace(f, unit=unit.name) for f in findings)
    return GridWork(unit.name, tuple(heads), tuple(counts), tuple(unsigned), rule, told)


def unsigned_tasks(work: GridWork) -> list[Task]:
    """A task for every head without a letter of this term, where the policy asks each head each term."""
    if not work.rule:
        return []
    return [
        Task(
            work.unit, TITLE.format(level=head.level), ACTOR, None, TaskState.OPEN, work.rule,
            about=head.name, document="控辍保学目标责任书", note=NO_DAY, source=head.source,
            name=head.head,
        )
        for head in work.unsigned
    ]  # fmt: skip


def _asked_by(policy: Policy) -> str:
    return EACH_TERM if _asks(policy, EACH_TERM) else ""


def _asks(policy: Policy, rule: str) -> bool:
    letters = policy.parameters.get("letters")
    return letters is not None and rule in letters.source


def _heads(tables: Sequence[Table], desk: _Desk) -> list[GridHead]:
    villages = set(desk.context.villages_of(desk.unit.name))
    made = []
    for table in tables:
        said = table.meta.get("级别", "")
        columns = (table.get(name) for name in ("grid_name", "head", "phone", "supervisor"))
        for i, values in enumerate(zip(*columns, strict=True)):
            name, head, phone, supervisor = (text_of(value) for value in values)
            level = said or level_of(name, desk.unit, desk.context, villages)
            if name:
                who = "" if head_state(head) else head
                at = row_source(table, i)
                key = desk.key(level, name)
                cell = table.cell("head", i)
                made.append(GridHead(level, name, key, who, phone, supervisor, at, cell))
    return made


def _changes(tables: Sequence[Table], desk: _Desk) -> list[HeadChange]:
    made = []
    for table in tables:
        for i, written in enumerate(table.get("grid_name")):
            name, level = text_of(written), desk.level(table.get("level")[i])
            old, new, phone = (text_of(table.get(n)[i]) for n in ("old_head", "new_head", "phone"))
            days = (table.get(n)[i] for n in ("change_date", "reported_on"))
            day, reported = (d if isinstance(d, dt.date) else None for d in days)
            if name and new:
                key = desk.key(level, name)
                made.append(HeadChange(level, name, key, old, new, phone, day, reported, table, i))
    return made


def _signatures(tables: Sequence[Table], desk: _Desk) -> list[Signature]:
    made = []
    for table in tables:
        for i, written in enumerate(table.get("grid_name")):
            name, level = text_of(written), desk.level(table.get("level")[i])
            signer, targets, note = (
                text_of(table.get(n)[i]) for n in ("signer", "targets", "note")
            )
            day, copies = table.get("signed_on")[i], table.get("copies")[i]
            if name and signer:
                made.append(
                    Signature(
                        level, name, desk.key(level, name), signer,
                        day if isinstance(day, dt.date) else None,
                        copies if isinstance(copies, int) else None, targets, note, table, i,
                    )
                )  # fmt: skip
    return made


def _of_grid(changes: Iterable[HeadChange], level: str, key: str) -> list[Handed]:
    return [
        Handed(c.day, c.old, c.new) for c in changes if c.day and (c.level, c.key) == (level, key)
    ]


def _today(head: GridHead, changes: Sequence[HeadChange], day: dt.date) -> GridHead:
    """The grid with its holder on ``day``; the telephone is that of the change which named him."""
    now = head_on(head.head, _of_grid(changes, head.level, head.key), day)
    if now == head.head:
        return head
    phones = [c.phone for c in changes if (c.level, c.key, c.new) == (head.level, head.key, now)]
    return replace(head, head=now, phone=phones[-1] if phones else "")


def _has_signed(head: GridHead, letters: Iterable[Signature], desk: _Desk) -> bool:
    lasting = head.level == VILLAGE and _asks(desk.context.policy, CONTINUES)
    return any(
        (s.level, s.key) == (head.level, head.key)
        and s.day is not None
        and s.day <= desk.context.as_of
        and desk.in_term(s.day)
        and (lasting or plain_name(s.signer) == plain_name(head.head))
        for s in letters
    )


def _change_findings(
    listed: Sequence[GridHead],
    changes: Sequence[HeadChange],
    desk: _Desk,
) -> Iterator[Finding]:
    grids = {(h.level, h.key) for h in listed}
    for change in changes:
        table, i = change.table, change.index
        if change.reported is None:
            yield table.finding("G11", "reported_on", i)
        if change.day and not desk.in_term(change.day):
            yield table.finding("G12", "change_date", i, day=change.day)
        if listed and (change.level, change.key) not in grids:
            yield table.finding("G17", "grid_name", i, name=change.name)
    for head in listed:
        handed = _of_grid(changes, head.level, head.key)
        done = in_order(c for c in handed if c.day <= desk.context.as_of)
        if done and head.head and plain_name(done[-1].new) != plain_name(head.head):
            at, params = head.source, {"day": done[-1].day}
            yield Finding("G10", at.file, at.sheet, head.cell, params)


def _letter_findings(
    heads: Sequence[GridHead],
    changes: Sequence[HeadChange],
    letters: Sequence[Signature],
    desk: _Desk,
) -> Iterator[Finding]:
    asked = desk.context.policy.parameters.get("letters")
    copies = asked.number if asked and asked.unit is ParameterUnit.COPIES else None
    holders = {(h.level, h.key): h.head for h in heads}
    starts = desk.context.calendar_sheet.term_start if _asked_by(desk.context.policy) else None
    for one in letters:
        holder = holders.get((one.level, one.key))
        if starts and one.day and one.day < starts:
            yield one.table.finding("G20", "signed_on", one.index, day=one.day)
        if heads and holder is None:
            yield one.table.finding("G17", "grid_name", one.index, name=one.name)
        if copies and one.level in IN_TWO_COPIES and one.copies not in (None, int(copies)):
            params = {"level": one.level, "copies": int(copies), "written": one.copies}
            yield one.table.finding("G15", "copies", one.index, **params)
        if one.level == "班级" and not one.targets and _asks(desk.context.policy, QUANTIFIED):
            yield one.table.finding("G19", "targets", one.index)
        replaced = holder and plain_name(holder) != plain_name(one.signer)
        later = any(s.key == one.key and s.signer == holder for s in letters)
        handed = one.level == VILLAGE and _of_grid(changes, one.level, one.key)
        if replaced and handed and not later and not one.note and _asks(desk.context.policy, CONTINUES):  # fmt: skip
            yield one.table.finding("G14", "note", one.index)


def _unsigned_findings(counts: Iterable[Signed], unsigned: Sequence[GridHead]) -> Iterator[Finding]:
    """One a level, at its first head who has not signed (YL-34)."""
    for count in counts:
        first = next((h for h in unsigned if h.level == count.level), None)
        if first:
            params = {"level": count.level, "heads": count.heads, "signed": count.signed}
            yield Finding("G13", first.source.file, first.source.sheet, first.cell, params)


def check_villages(directory: Directory) -> list[Finding]:
    """Every village has exactly one school (YL-05)."""
    schools: dict[tuple[str, str], set[str]] = defaultdict(set)
    for village in directory.villages:
        schools[village.town, village_name(village.name)].add(village.school)
    findings = []
    for (_, name), mine in schools.items():
        known = mine - {""}
        if len(known) != 1:
            what = f"分包给了 {len(known)} 所学校" if known else "没有分包学校"
            findings.append(Finding("G16", params={"name": name, "what": what}))
    return findings


def check_grid_units(directory: Directory, policy: Policy) -> list[Finding]:
    """Whether there are as many reporting units as the policy counts (YL-02); silent where it does not."""
    stated = policy.parameters.get("scope.level")
    actual = sum(u.is_center or u.level == "县直学校" for u in directory.units)
    if stated is None or stated.unit is not ParameterUnit.UNITS or actual == stated.number:
        return []
    return [Finding("G18", params={"stated": f"“{stated.value}”", "actual": actual})]
