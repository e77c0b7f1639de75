"""Which of a unit's files count (报送认定): copies, corrected files, months, what is missing.

Nothing here depends on the order of files or on their time stamps: a file is replaced by a
corrected one because its name says 修改版, because it states a later 填报日期, or because its name
carries a later date or a higher number; the replaced file is listed, never dropped in silence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kbbx_xl.flow.result import FileStatus
from kbbx_xl.model import FileRead, Finding, Kind, Period, Table, Unit

CORRECTED = re.compile(
    r"[(（]?(修改|更正|修正|修订|订正|改正|重报|更新|最新|最终|补充修改)(版|稿|后)?[)）]?"
)
COPY = re.compile(r"([(（]\d+[)）]|[-_ ]*副本|[-_ ]*copy)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")

MONTHLY = (Kind.ROLL_CALL, Kind.ABSENCE, Kind.CASES, Kind.REPORT, Kind.CENTER)
SCHOOL_KINDS = (Kind.ROSTER, Kind.ROLL_CALL, Kind.CASES, Kind.GRID, Kind.REPORT)
CENTER_KINDS = (Kind.GRID, Kind.CENTER)
# lists that stand until newer ones come
STANDING = (Kind.ROSTER, Kind.GRID, Kind.SIGNED, Kind.GRID_CHANGES)
VIEWED = (Kind.ROSTER, Kind.ABSENCE)  # lists that may stand in a workbook twice, whole and in parts
IDENTIFYING = ("name", "id_no", "student_no", "start", "back")
SAME_SCOPE = 0.5  # share of common records above which two files of one kind replace each other


@dataclass(slots=True)
class Submission:
    """One unit's files sorted out: the tables that count and the fate of every file."""

    unit: Unit
    tables: dict[Kind, list[Table]] = field(default_factory=dict)  # right month only
    history: dict[Kind, list[Table]] = field(default_factory=dict)  # other months
    statuses: list[FileStatus] = field(default_factory=list)
    superseded: list[tuple[str, str, str, str]] = field(default_factory=list)
    copies: list[tuple[str, str]] = field(default_factory=list)
    wrong_month: str = ""
    findings: list[Finding] = field(default_factory=list)
    own: frozenset[str] = frozenset()  # files that are workbooks of ours

    def of(self, *kinds: Kind) -> list[Table]:
        return [t for kind in kinds for t in self.tables.get(kind, [])]

    @property
    def ledgers(self) -> list[Table]:
        """The ledgers of cases; where none was sent, the lists inside our 月报表 stand in."""
        return self.of(Kind.CASES) or self.of(Kind.REPORT_CASES)

    @property
    def received(self) -> tuple[str, ...]:
        return tuple(sorted({str(k) for k in (*self.tables, *self.history) if k in _COUNTED}))


_COUNTED = frozenset({*SCHOOL_KINDS, Kind.ABSENCE, Kind.VISITS, Kind.CENTER})
_BESIDE = frozenset(
    {Kind.COVER, Kind.ZERO_REPORT, Kind.SIX_CHECKS}
)  # stand beside the data they go with


def sort_out(unit: Unit, reads: Sequence[FileRead], month: Period) -> Submission:
    """Decide which files of one unit count for ``month``; ``reads`` in any order."""
    result = Submission(unit, own=frozenset(r.path for r in reads if r.own))
    rest = _drop_copies(result, sorted(reads, key=lambda r: _rank(r, ""), reverse=True))
    by_kind: dict[Kind, list[FileRead]] = defaultdict(list)
    for read in rest:
        for kind in dict.fromkeys(t.kind for t in read.tables):
            by_kind[kind].append(read)
    replaced: dict[tuple[str, Kind], str] = {}
    _place(result, Kind.REPORT, by_kind.pop(Kind.REPORT, []), month, replaced)
    gone = _whole_reports(result, rest, replaced)
    for kind, files in by_kind.items():
        _place(result, kind, [read for read in files if read.path not in gone], month, replaced)
    for read in rest:
        result.statuses.append(_status(result, read, replaced))
    _say_month(result, month)
    return result


def _whole_reports(
    result: Submission, reads: Iterable[FileRead], replaced: dict[tuple[str, Kind], str]
) -> set[str]:
    """A 月报表 of ours that a later one replaced is replaced whole: its lists and 六项核对 as well."""
    gone: set[str] = set()
    for read in reads:
        newer = replaced.get((read.path, Kind.REPORT))
        if newer and read.path in result.own:
            gone.add(read.path)
            replaced.update({(read.path, table.kind): newer for table in read.tables})
    return gone


def _drop_copies(result: Submission, reads: Iterable[FileRead]) -> list[FileRead]:
    groups: dict[str, list[FileRead]] = defaultdict(list)
    for read in reads:
        groups[read.sha256].append(read)
    rest: list[FileRead] = []
    for files in groups.values():
        files.sort(key=lambda r: (bool(COPY.search(_stem(r.path))), len(r.path), r.path))
        rest.append(files[0])
        for copy in files[1:]:
            result.copies.append((copy.path, files[0].path))
            params = {"other": files[0].path.rsplit("/", 1)[-1]}
            result.findings.append(Finding("F07", copy.path, params=params, unit=result.unit.name))
            result.statuses.append(
                FileStatus(
                    copy.path, copy.sha256, copy.kinds, result.unit.name, "", "identical_copy"
                )
            )
    return sorted(rest, key=lambda r: r.path)


def table_month(table: Table, read_month: str) -> str:
    """The month a table is for: written in it, else stamped in the workbook, else unknown ("")."""
    return table.meta.get("月份", "") or read_month


def _tables(read: FileRead, kind: Kind) -> list[Table]:
    return [t for t in read.tables if t.kind == kind]


def _month(read: FileRead, kind: Kind) -> str:
    months = {m for t in _tables(read, kind) if (m := table_month(t, read.own.get("period", "")))}
    return max(months) if months else ""


def file_month(read: FileRead) -> str:
    """The month written in a file, else stamped in it; "" where neither is."""
    written = (month for t in read.tables if (month := t.meta.get("月份")))
    return next(written, read.own.get("period", ""))


def _filled_before(read: FileRead, kind: Kind, month: Period) -> str:
    """The month of a table that names none but was filled in before ``month`` began (填报日期)."""
    days = [day for t in _tables(read, kind) if (day := t.meta.get("填报日期", ""))]
    last = max(days, default="")
    return last[:7] if last and last < str(month.first) else ""


def _place(
    result: Submission,
    kind: Kind,
    files: list[FileRead],
    month: Period,
    replaced: dict[tuple[str, Kind], str],
) -> None:
    by_month: dict[str, list[FileRead]] = defaultdict(list)
    for read in files:
        written = file_month(read) if read.own else ""  # all sheets of ours are for one month
        if kind in MONTHLY:
            written = _month(read, kind) or _filled_before(read, kind, month)
        by_month[written or str(month)].append(read)
    earlier = [written for written in by_month if written < str(month)]
    if kind in STANDING and earlier and str(month) not in by_month:
        by_month[str(month)] = by_month.pop(max(earlier))
    for written, group in sorted(by_month.items()):
        kept = _latest(result, kind, group, replaced)
        place = result.tables if written == str(month) else result.history
        for read in kept:
            tables = _without_views(result, _tables(read, kind))
            place.setdefault(kind, []).extend(tables)
            for table in tables if place is result.history else ():
                table.meta["月份"] = table.meta.get("月份") or written  # as F09 and 上月 need it


def _without_views(result: Submission, tables: list[Table]) -> list[Table]:
    """Tables of one file without those whose every row another one holds, as sheets of single
    classes beside a sheet of the whole school (总表)."""
    if len(tables) < 2 or tables[0].kind not in VIEWED:
        return tables
    rows = [_identities(table) for table in tables]
    kept: list[Table] = []
    for i, table in enumerate(tables):
        whole = next((j for j in range(len(tables)) if j != i and _holds(rows, j, i)), None)
        if whole is None:
            kept.append(table)
            continue
        params = {"name": table.sheet, "other": tables[whole].sheet}
        found = Finding("F24", table.file, table.sheet, params=params, unit=result.unit.name)
        result.findings.append(found)
    return kept


def _holds(rows: Sequence[set[tuple[object, ...]]], whole: int, part: int) -> bool:
    """Whether one table holds all rows of another; of two alike the first stands."""
    if rows[whole] == rows[part]:
        return whole < part and bool(rows[part])
    return bool(rows[part]) and rows[whole] > rows[part]


def _identities(table: Table) -> set[tuple[object, ...]]:
    return set(zip(*(table.get(name) for name in IDENTIFYING), strict=True))


def _latest(
    result: Submission, kind: Kind, group: list[FileRead], replaced: dict[tuple[str, Kind], str]
) -> list[FileRead]:
    """Files of one kind and month that stand: a later file replaces those with the same content."""
    if kind in _BESIDE:
        return group
    ranked = sorted(group, key=lambda r: _rank(r, kind), reverse=True)
    kept: list[FileRead] = []
    for read in ranked:
        newer = next((k for k in kept if _replaces(k, read, kind)), None)
        if newer is None:
            kept.append(read)
            continue
        replaced[read.path, kind] = newer.path
        result.superseded.append((result.unit.name, str(kind), read.path, newer.path))
        params = {"other": newer.path.rsplit("/", 1)[-1]}
        result.findings.append(Finding("F08", read.path, params=params, unit=result.unit.name))
    return sorted(kept, key=lambda r: r.path)


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _rank(read: FileRead, kind: Kind | str) -> tuple[bool, str, tuple[int, ...], int, str]:
    """Later files rank higher: 修改版, then 填报日期, then numbers in the name, then the name."""
    filled = max((t.meta.get("填报日期", "") for t in read.tables if t.kind == kind), default="")
    stem = _stem(read.path)
    numbers = tuple(int(n) for n in _DIGITS.findall(stem))
    return bool(CORRECTED.search(stem)), filled, numbers, len(stem), read.path


def _replaces(newer: FileRead, older: FileRead, kind: Kind) -> bool:
    """Whether two files of one kind cover the same ground, so that only one may count."""
    if CORRECTED.sub("", _stem(newer.path)).strip() == _stem(older.path).strip():
        return True
    one, other = _scope(newer, kind), _scope(older, kind)
    if not one or not other:
        return not one and not other
    return len(one & other) >= SAME_SCOPE * min(len(one), len(other))


def _scope(read: FileRead, kind: Kind) -> set[str]:
    """What a file is about: classes of roll calls, pupils, grid names, grades."""
    scope: set[str] = set()
    for table in _tables(read, kind):
        if kind == Kind.ROLL_CALL and table.meta.get("班级"):
            scope.add(table.meta["班级"])
            continue
        name = {Kind.GRID: "grid_name", Kind.REPORT: "grade", Kind.CENTER: "school"}.get(
            kind, "name"
        )
        scope.update(str(value) for value in table.get(name) if value)
    return scope


def _status(
    result: Submission, read: FileRead, replaced: dict[tuple[str, Kind], str]
) -> FileStatus:
    kinds = list(dict.fromkeys(t.kind for t in read.tables))
    live = [k for k in kinds if (read.path, k) not in replaced]
    right = {t.file for tables in result.tables.values() for t in tables}
    wrong = {t.file for tables in result.history.values() for t in tables}
    status = (
        "effective" if read.path in right else "wrong_month" if read.path in wrong else "unreadable"
    )
    if kinds and not live:
        status = "superseded"
    if read.status == "unreadable" or not kinds:
        status = "unreadable"
    month = next((m for k in kinds if (m := _month(read, k))), "")
    name = "、".join(str(k) for k in kinds)
    return FileStatus(read.path, read.sha256, name, result.unit.name, month, status)


def _say_month(result: Submission, month: Period) -> None:
    """A monthly kind that came only for another month is reported once a file (F09)."""
    told: set[tuple[str, str]] = set()
    for kind, tables in sorted(result.history.items()):
        if kind not in MONTHLY:
            continue
        covered = (
            {Kind.ROLL_CALL, Kind.ABSENCE} if kind in (Kind.ROLL_CALL, Kind.ABSENCE) else {kind}
        )
        if covered & result.tables.keys():
            continue
        for path, found in sorted({(t.file, table_month(t, "")) for t in tables}):
            result.wrong_month = max(result.wrong_month, found)
            if (path, found) in told:
                continue
            told.add((path, found))
            params = {"found": Period.parse(found).label, "expected": month.label}
            result.findings.append(Finding("F09", path, params=params, unit=result.unit.name))
