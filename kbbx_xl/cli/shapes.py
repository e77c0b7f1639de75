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


class Printed(TypedDict):
    """print: children with a page each, null for a whole workbook"""

    file: str
    children: int | None
    pdf: str | None


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


class PolicyLine(TypedDict):
    """One policy that comes with the program."""

    profile: str
    title: str
    document: str


class Policies(TypedDict):
    """policy show without a name"""

    policies: list[PolicyLine]


class PolicyStep(TypedDict):
    """One step of a policy's ladder."""

    title: str
    reached: str
    actor: str
    source: str


class PolicyChange(TypedDict):
    """What a county's own policy changes."""

    sheet: str
    row: str
    was: str
    now: str
    source: str


class PolicyShown(TypedDict):
    """policy show"""

    profile: str
    title: str
    document: str
    base: str
    checksum: str
    steps: list[PolicyStep]
    own: list[PolicyChange]
