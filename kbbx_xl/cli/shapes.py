"""What ``--json`` holds (JSON 的形状): one shape a command, from which docs/commands.schema.json is made.

``county`` and ``merge`` write what docs/county.schema.json says.  Paths are as they were typed or made;
days are 2026-10-20, months 2026-10, null where there is none.  No child is named: who is meant is a
unit, a class, a source row, a label or a five-digit mark of the case.
"""

from __future__ import annotations

from typing import TypedDict


class Found(TypedDict):
    """One finding (问题)."""

    code: str
    severity: str
    unit: str
    file: str
    sheet: str
    cell: str
    message: str
    remedy: str


class Findings(TypedDict):
    """check"""

    findings: list[Found]


class DueStep(TypedDict):
    """One step of the ladder that a child has reached; ``key`` is a label, with --with-names an id."""

    key: str
    unit: str
    step: str
    action: str
    actor: str
    reached: str | None
    due: str | None
    overdue: bool
    source: str


class Flagged(TypedDict):
    """flag"""

    as_of: str
    due: list[DueStep]


class Rows(TypedDict):
    """Rows of a sheet of a file, such as "5-34,36"."""

    file: str
    sheet: str
    rows: str


class Explained(TypedDict):
    """explain: a number, how it is made, the rows it counts, the numbers it adds."""

    sheet: str
    cell: str
    measure: str
    value: float | str
    how: str
    formula: str
    rows: list[Rows]
    parts: list[Explained]


class CountyLine(TypedDict):
    """One county of a province; ``cause`` says why it has no sums."""

    folder: str
    unit: str
    policy: str
    cause: str
    sums: dict[str, int]


class Province(TypedDict):
    """province"""

    month: str
    as_of: str
    counties: list[CountyLine]
    sums: dict[str, int]


class NumberSource(TypedDict):
    """Which rows [sheet, row] one number of the monthly report counts."""

    grade: str
    column: str
    rows: list[list[str | int]]


class SchoolMonth(TypedDict):
    """report, zero, carry"""

    unit: str
    month: str
    file: str
    numbers: dict[str, dict[str, float | None]]
    sources: list[NumberSource]
    notes: list[str]
    findings: list[Found]


class Built(TypedDict):
    """build: files that were, or with --check should be, written; tools that are missing."""

    changed: list[str]
    missing: list[str]


class Handed(TypedDict):
    """templates"""

    files: list[str]
    findings: list[Found]


class Demo(TypedDict):
    """demo"""

    folder: str
    files: int


class IssuedLetter(TypedDict):
    """One letter that was issued."""

    number: str
    kind: str
    unit: str
    mark: str
    day: str
    file: str


class Letters(TypedDict):
    """letters: issued now, refused and why, already there; where they are registered."""

    issued: list[IssuedLetter]
    refused: list[str]
    passed: list[str]
    skipped: int
    register: str | None
    pdf: list[str]
    findings: list[Found]


class Papers(TypedDict):
    """Papers (佐证) of one unit's cases."""

    unit: str
    cases: int
    complete: int
    required: int
    have: int


class Evidence(TypedDict):
    """evidence"""

    as_of: str
    units: list[Papers]
    unverified: int
    file: str | None


class Cases(TypedDict):
    """case"""

    as_of: str
    cases: int
    open: int
    file: str | None
    findings: list[Found]


class TaskLine(TypedDict):
    """One line of 待办."""

    unit: str
    kind: str
    title: str
    actor: str
    state: str
    due: str | None
    rule: str
    about: str
    mark: str
    note: str


class Tasks(TypedDict):
    """todo"""

    month: str
    as_of: str
    tasks: list[TaskLine]
    file: str
    ics: str | None


class Assigned(TypedDict):
    """assign"""

    month: str
    as_of: str
    open: int
    file: str | None


class Matched(TypedDict):
    """match: how many rows each list had, and how many stand where."""

    left: str
    right: str
    left_rows: int
    right_rows: int
    both: int
    only_left: int
    only_right: int
    doubts: int
    notes: list[str]
    file: str
    findings: list[Found]


class Moved(TypedDict):
    """movement; ``handed_over``: [registered in a junior school, left primary school]."""

    month: str
    transfers: int
    to_verify: int
    outside: int
    nonlocal_dropouts: int
    handed_over: list[int] | None
    earlier: str | None
    file: str
    findings: list[Found]


class Masked(TypedDict):
    """mask: cells looked at, cells masked by rule, hidden sheets that were left out."""

    checked: int
    masked: dict[str, int]
    left_out: int
    file: str


class LeftOut(TypedDict):
    """A file that did not go into a package."""

    path: str
    why: str


class Packed(TypedDict):
    """pack, and seal of a folder"""

    unit: str
    month: str
    files: int
    code: str
    left_out: list[LeftOut]
    file: str


class Sealed(TypedDict):
    """seal and open of a workbook"""

    file: str


class PackedFile(TypedDict):
    """One file of a package: what became of it since it was sealed, where it was put."""

    name: str
    state: str
    path: str | None


class Opened(TypedDict):
    """open of a package"""

    state: str
    unit: str
    month: str
    code: str
    files: list[PackedFile]
    folder: str


class Package(TypedDict):
    """One package that came in."""

    name: str
    state: str
    unit: str
    month: str
    reason: str
    remedy: str


class Received(TypedDict):
    """receive"""

    packages: list[Package]
    others: list[str]
    folder: str | None
    register: str | None


class SentBack(TypedDict):
    """The papers of one unit that go back."""

    unit: str
    reasons: list[str]
    errors: int
    doubts: int
    file: str


class Returned(TypedDict):
    """return"""

    month: str
    as_of: str
    returns: list[SentBack]


class Retained(TypedDict):
    """retain; ``destroyed`` is null when nothing was to be destroyed."""

    total: int
    past: int
    kept: dict[str, int]
    destroyed: int | None
    failed: int
    certificate: str | None


class Cached(TypedDict):
    """cache; null where it is turned off"""

    folder: str | None
    bytes: int
    cleared: bool


class Checked(TypedDict):
    """One check of this computer: good, wrong or does not apply."""

    name: str
    state: str
    text: str
    remedy: str


class Doctor(TypedDict):
    """doctor"""

    checks: list[Checked]


class LogLine(TypedDict):
    """One action; files are known by marks, never by name."""

    n: int
    at: str
    who: str
    action: str
    outcome: str
    files: str


class LogBreak(TypedDict):
    """Where the chain does not hold."""

    line: int
    what: str


class Logged(TypedDict):
    """log"""

    entries: list[LogLine]
    breaks: list[LogBreak]
    torn: list[int]
