"""What one consolidation says: the values that the summaries, the JSON and ``explain`` are made of.

Every row that stands for something written in a file carries where: file, sheet, row (from 1).
Paths are relative to the consolidated folder, with ``/``.  Names and ids of children stand only
in rows marked personal (RosterRow, StudentRun, CaseRow, Persuasion, IdProblem...); writers of
summaries leave them out by default (design.md section 7).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kbbx_xl.crossing import Crossing
from kbbx_xl.flow.casework.values import CaseFile, Checklist, Task, TaskState, TeachingMonth
from kbbx_xl.flow.hiding import Names
from kbbx_xl.flow.source import Source, Span
from kbbx_xl.model import Directory, Finding, Period, Run
from kbbx_xl.settings.policies import Policy


@dataclass(frozen=True, slots=True)
class FileStatus:
    """One file of the folder. status: effective | superseded | identical_copy | wrong_month |
    unreadable | ignored | unknown_unit | center | package."""

    path: str
    sha256: str
    kind: str
    unit: str
    month: str
    status: str


class Altered(StrEnum):
    """What happened to a file after it was counted (采用后改动)."""

    CHANGED = "改动"
    ADDED = "补来"
    GONE = "撤走"


@dataclass(frozen=True, slots=True)
class Alteration:
    """One change after acceptance; ``path`` names no child.  ``before``, ``after``: sha256 or ""."""

    day: dt.date
    what: Altered
    kind: str
    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """One line of the progress board (报送进度).

    status: 已报 | 缺项 | 未报 | 错月.  ``corrected`` counts superseded files, ``copies`` identical ones;
    ``altered``: what changed after the unit's papers had been counted once.
    """

    unit: str
    code: str
    parent: str
    level: str
    status: str
    expected: tuple[str, ...]
    received: tuple[str, ...]
    missing: tuple[str, ...]
    wrong_month: str = ""
    late: tuple[str, ...] = ()
    corrected: int = 0
    copies: int = 0
    errors: int = 0
    warnings: int = 0
    altered: tuple[Alteration, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One pupil of the merged roster (学生名册)."""

    key: str
    name: str
    sex: str
    birth: dt.date | None
    id_no: str
    student_no: str
    unit: str
    grade: str
    class_name: str
    status: str
    enrolled: bool
    source: Source


@dataclass(frozen=True, slots=True)
class Total:
    """Counts of one unit's roster, recomputed from rows (人数汇总)."""

    unit: str
    enrolled: int
    rows: int
    by_grade: Mapping[str, int]
    by_stage: Mapping[str, int]
    by_status: Mapping[str, int]
    by_sex: Mapping[str, int]  # enrolled pupils
    by_grade_sex: Mapping[tuple[str, str], int]
    source: Source
    # grade or sex -> enrolled rows; status -> rows of pupils not on roll
    rows_of: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StudentRun(Crossing):
    """One run of absence without leave of one pupil."""

    key: str
    name: str
    unit: str
    grade: str
    class_name: str
    run: Run
    source: Source


@dataclass(frozen=True, slots=True)
class IdProblem:
    key: str
    unit: str
    kind: str  # as in compare.py: checksum, missing, excel_precision, shared...
    source: Source


@dataclass(frozen=True, slots=True)
class Duplicate:
    key: str
    units: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Transfer:
    """A pupil who left ``out``; ``into`` is "" when no unit of the county has taken them in.

    ``outside``: the school of another county that 学籍异动 names.
    """

    key: str
    out: str
    into: str
    sources: tuple[Source, ...]
    outside: str = ""


@dataclass(frozen=True, slots=True)
class LedgerError:
    """days_wrong, days_blank, id_blank, spell_split, spell_twice, spell_overlap."""

    key: str
    start: dt.date
    kind: str
    source: Source


@dataclass(frozen=True, slots=True)
class SummaryError:
    """A summary column of a roll-call sheet that differs from its marks."""

    key: str
    column: str
    written: float
    expected: float
    source: Source


@dataclass(frozen=True, slots=True)
class ReportError:
    """row_identity, total_wrong, roster_mismatch, suspected_mismatch; grade "" for the whole table."""

    unit: str
    kind: str
    grade: str
    source: Source


@dataclass(frozen=True, slots=True)
class CenterError:
    """school_omitted, school_without_figures, total_wrong, figure_differs."""

    unit: str
    kind: str
    school: str
    source: Source


@dataclass(frozen=True, slots=True)
class CaseRow(Crossing):
    """One child of the ledgers (疑似辍学/辍学台账) or known only from persuasion records.

    ``listed`` is False when no ledger names the child.
    """

    key: str
    name: str
    unit: str
    stage: str
    grade: str
    class_name: str
    status: str  # 疑似辍学 | 辍学 | 已返校
    listed: bool
    first_absent: dt.date | None
    closed: dt.date | None
    reason: str
    source: Source


@dataclass(frozen=True, slots=True)
class CaseCount(Crossing):
    """How many cases of a state a unit has.

    From its ledger; where the ledger is the village form, which names dropouts only, 疑似辍学 is what
    the monthly report states, or the persuasion records when these name more.
    """

    unit: str
    stage: str
    status: str  # 疑似辍学 | 辍学 | 已返校
    count: int
    source: Source


@dataclass(frozen=True, slots=True)
class Persuasion:
    """One pupil's persuasion record (劝返记录)."""

    key: str
    unit: str
    visits: int
    first: dt.date | None
    last: dt.date | None
    source: Source
    days: tuple[dt.date, ...] = ()  # of the dated visits, oldest first

    @property
    def undated(self) -> int:
        """Visits without a day; whose case they belong to, nobody can tell."""
        return self.visits - len(self.days)

    def within(self, first: dt.date | None, closed: dt.date | None) -> int:
        """Visits of one case: from its first absent day to 销号, both included."""
        return sum((not first or first <= d) and (not closed or d <= closed) for d in self.days)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Classes and villages of a unit without a grid head, by its own list or its central school's."""

    unit: str
    classes: int
    villages: int
    classes_without: tuple[str, ...]
    villages_without: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class ReportRow(Crossing):
    """One grade of a unit's monthly report as written; None where the cell is not a number."""

    unit: str
    grade: str
    figures: Mapping[str, int | None]  # field name of forms/monthly.yaml -> number
    source: Source


@dataclass(frozen=True, slots=True)
class Due(Crossing):
    """Something the policy asks for one pupil: who must do what by when."""

    key: str
    name: str
    unit: str
    grade: str
    class_name: str
    step: str
    action: str
    actor: str
    reached: dt.date | None
    due: dt.date | None
    overdue: bool
    source: str  # rule id
    where: Source


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """A rate kept as its two numbers; never averaged."""

    unit: str
    name: str
    numerator: float
    denominator: float
    target: str = ""
    source: str = ""
    formula: str = ""  # in words, as printed under the rate


@dataclass(frozen=True, slots=True)
class PastMonth(Crossing):
    """What an earlier summary says of its month: numbers by key of ``flow.history.MEASURES``.

    ``units``: mark of the units that were to report, "" when it is not known; ``parts``: figures of
    each central school; ``sheet``, ``row``: where the figures stand in ``file``, which lies in the
    consolidated folder or, ``beside``, in the folder of the results.
    """

    month: Period
    as_of: dt.date | None
    code: str
    unit_name: str
    policy: str
    units: str
    figures: Mapping[str, float]
    file: str
    sheet: str = ""
    row: int = 0
    parts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    beside: bool = False


@dataclass(slots=True, weakref_slot=True)
class County:
    """One consolidated folder."""

    month: Period
    as_of: dt.date
    policy: Policy
    directory: Directory
    files: list[FileStatus] = field(default_factory=list)
    progress: list[UnitProgress] = field(default_factory=list)
    superseded: list[tuple[str, str, str, str]] = field(
        default_factory=list
    )  # unit, kind, old, new
    copies: list[tuple[str, str]] = field(default_factory=list)  # path, path of the one that counts
    ignored: list[tuple[str, str]] = field(default_factory=list)  # path, reason
    totals: list[Total] = field(default_factory=list)
    roster: list[RosterRow] = field(default_factory=list)  # only when asked for
    runs: list[StudentRun] = field(default_factory=list)
    id_problems: list[IdProblem] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    ledger_errors: list[LedgerError] = field(default_factory=list)
    summary_errors: list[SummaryError] = field(default_factory=list)
    report_errors: list[ReportError] = field(default_factory=list)
    center_errors: list[CenterError] = field(default_factory=list)
    reports: list[ReportRow] = field(default_factory=list)
    last_reports: list[ReportRow] = field(default_factory=list)  # last month's, where found
    cases: list[CaseRow] = field(default_factory=list)
    case_counts: list[CaseCount] = field(default_factory=list)
    persuasion: list[Persuasion] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    case_files: list[CaseFile] = field(default_factory=list)
    checklists: list[Checklist] = field(default_factory=list)
    teaching: list[TeachingMonth] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    indicators: list[IndicatorValue] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    children: dict[str, Names] = field(default_factory=dict)  # unit -> names to be hidden
    history: tuple[PastMonth, ...] = ()  # earlier months, the oldest first
    nameless: bool = False  # it has left flow.privacy, and names nobody

    @property
    def overdue(self) -> list[Task]:
        """Lines of 待办 that are overdue: the one meaning of 逾期 in every result."""
        return [task for task in self.tasks if task.state is TaskState.OVERDUE]
