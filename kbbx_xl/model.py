"""The frozen values that every room of the house passes to the next.

Nothing here knows a file, a workbook or a rule.  Rows and columns are counted from 1 as Excel
shows them; days are school days unless a name says otherwise."""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from kbbx_xl.crossing import Crossing

EMPTY: Mapping[str, object] = MappingProxyType({})


class Severity(StrEnum):
    """How bad a finding is (严重程度)."""

    ERROR = "错误"
    WARNING = "警告"
    NOTE = "提示"


class Kind(StrEnum):
    """What a submitted sheet is (材料种类), in the words of design.md section 7."""

    ROSTER = "学籍导出"
    ROLL_CALL = "考勤表"
    ABSENCE = "缺勤登记"
    CASES = "辍学学生台账"
    VISITS = "劝返记录"
    GRID = "网格名单"
    REPORT = "月报"
    CENTER = "汇总月报"
    DIRECTORY = "单位目录"
    VILLAGES = "村校分包"
    CALENDAR = "校历"
    HOME_TEACHING = "送教上门"
    CHANGES = "学籍异动"
    COVER = "填报信息"
    SCHOOL_AGE = "适龄儿童台账"
    CASE_STEPS = "办理记录"
    EVIDENCE = "佐证登记"
    HOME_PLAN = "送教计划"
    GRID_CHANGES = "网格变动"
    SIGNED = "责任书签订"
    WORK_LOG = "工作记录"
    SIX_CHECKS = "六项核对"
    ZERO_REPORT = "零报告声明"
    REPORT_CASES = "月报名单"  # lists inside our 月报表; stand in for a ledger that was not sent
    REPORT_CHANGES = "变动名单"
    PEOPLE = "人员名单"  # anybody's list to compare with (人籍比对), never a submission
    PRINT = "登记表打印"
    NOTES = "填表说明"


class Layout(StrEnum):
    """How the data of a sheet lie on the paper (版式)."""

    TABLE = "table"  # header row(s), one record a row; several tables may stand under one another
    MONTH_GRID = "month_grid"  # one pupil a row, one day a column
    PERSON_FORM = "person_form"  # labels and values in cells, visit rows below
    COVER = "cover"  # label left, value right
    CALC = "calc"  # filled by formulas only, never read back as data
    PRINT = "print"  # a form for paper, filled by formulas
    NOTES = "notes"  # text for the reader


class Mark(StrEnum):
    """What a roll-call cell says of one pupil on one day (考勤标记)."""

    PRESENT = "出勤"
    ABSENT = "旷课"
    HALF = "旷课半天"
    SICK = "病假"
    PERSONAL = "事假"
    LATE = "迟到"
    HOME = "送教上门"
    REST = "休息"
    BLANK = ""
    UNKNOWN = "?"


class LeaveKind(StrEnum):
    """Why a pupil is away (缺勤类别); unexcused, sick and personal leave are three kinds."""

    UNEXCUSED = "旷课"
    SICK = "病假"
    PERSONAL = "事假"


SUMMARY_FORM = "summary"  # stamp of the summaries that the program writes
MASKED_FORM = "masked"  # stamp of masked copies, which are nobody's submission
PACKAGE_FORM = "package"  # of a package (报送包) that was opened in memory
CENTER_SHEET = "汇总月报"  # the one sheet of a centre's summary that goes up as its report

GRADES: tuple[str, ...] = tuple(f"{n}年级" for n in "一二三四五六七八九")
PRIMARY, JUNIOR = "小学", "初中"


def stage_of(grade: str) -> str:
    """学段 of a canonical grade: 一..六年级 -> 小学, 七..九年级 -> 初中; "" for anything else."""
    if grade not in GRADES:
        return ""
    return PRIMARY if GRADES.index(grade) < 6 else JUNIOR


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One reporting month (报告月份)."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read 2026-10, 2026年10月, 2026.10 or 202610; ValueError for anything else."""
        found = re.fullmatch(r"\s*(\d{4})\s*[-./年]?\s*(\d{1,2})\s*月?\s*", text)
        if not found or not 1 <= int(found[2]) <= 12:
            raise ValueError(f"月份应写成 2026-10 的样子：{text!r}")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.month, 1)

    @property
    def last(self) -> dt.date:
        return dt.date(self.year, self.month, _calendar.monthrange(self.year, self.month)[1])

    @property
    def before(self) -> Period:
        return Period(self.year - 1, 12) if self.month == 1 else Period(self.year, self.month - 1)

    @property
    def after(self) -> Period:
        return Period(self.year + 1, 1) if self.month == 12 else Period(self.year, self.month + 1)

    @property
    def label(self) -> str:
        return f"{self.year}年{self.month}月"

    @property
    def school_year(self) -> int:
        """Calendar year in which the school year of this month began (学年, 9/1–8/31)."""
        return self.year if self.month >= 9 else self.year - 1

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the unit directory (单位目录)."""

    code: str
    name: str
    parent: str = ""
    level: str = ""  # 县 | 中心校 | 县直学校 | 学校
    stage: str = ""  # 小学 | 初中 | 九年一贯制 | 小学（教学点） | ""
    reporter: str = ""
    phone: str = ""

    @property
    def is_school(self) -> bool:
        return self.level in ("学校", "县直学校")

    @property
    def is_center(self) -> bool:
        return self.level == "中心校"


@dataclass(frozen=True, slots=True)
class Village:
    """A village and the school that serves it (村校分包)."""

    town: str
    name: str
    school: str


@dataclass(frozen=True)
class Directory:
    """Who is expected to report: units in the order of the directory, and villages."""

    units: tuple[Unit, ...]
    villages: tuple[Village, ...] = ()

    @property
    def county(self) -> Unit | None:
        return next((u for u in self.units if u.level == "县"), None)

    @property
    def schools(self) -> tuple[Unit, ...]:
        return tuple(u for u in self.units if u.is_school)

    @property
    def centers(self) -> tuple[Unit, ...]:
        return tuple(u for u in self.units if u.is_center)

    def children(self, parent: str) -> tuple[Unit, ...]:
        return self._children.get(parent, ())

    @functools.cached_property
    def _children(self) -> Mapping[str, tuple[Unit, ...]]:
        found: dict[str, list[Unit]] = {}
        for unit in self.units:
            found.setdefault(unit.parent, []).append(unit)
        return {parent: tuple(units) for parent, units in found.items()}

    def below(self, unit: Unit) -> tuple[Unit, ...]:
        """The units whose line in the directory names this one, by name or code."""
        above = (unit.name, unit.code)
        return tuple(u for u in self.units if u.parent and u.parent in above)

    def named(self, name_or_code: str) -> Unit | None:
        return self._named.get(name_or_code)

    @functools.cached_property
    def _named(self) -> Mapping[str, Unit]:
        return {word: u for u in reversed(self.units) for word in (u.name, u.code)}


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One row of the calendar sheet (校历): a day that differs from the national calendar."""

    date: dt.date
    teaching: bool  # 上课 or 休息
    school: str = ""  # "" = every school of the county
    note: str = ""


@dataclass(frozen=True, slots=True)
class CalendarSheet:
    """What a county's calendar sheet says; national holidays are not listed in it.

    ``earlier``: first and last day of the term before (上学期), whose school days count for an
    absence that began in it.
    """

    term_start: dt.date | None = None
    term_end: dt.date | None = None
    days: tuple[CalendarDay, ...] = ()
    earlier: tuple[dt.date, dt.date] | None = None


@functools.lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """Excel's letters of a column counted from 1: 1 -> A, 28 -> AB."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def a1(row: int, column: int) -> str:
    """Excel address of a cell, both counted from 1: (7, 3) -> C7."""
    return f"{column_letters(column)}{row}"


def _cell_order(cell: str) -> tuple[int, int, str]:
    """Sort key of an address, by row and then column: B5, J5, AA5, B10."""
    found = re.match(r"\$?([A-Z]*)\$?(\d+)", cell)
    if not found:
        return 0, 0, cell
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return int(found[2]), column, cell


@dataclass(frozen=True, slots=True)
class Finding(Crossing):
    """A problem in the data (问题): code and place, never a person.

    ``params`` holds only what the message of ``code`` names; no names of people, ids or phones.
    """

    code: str
    file: str = ""
    sheet: str = ""
    cell: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    unit: str = ""

    @property
    def sort_key(self) -> tuple[str, str, str, tuple[int, int, str], str]:
        return (
            self.unit,
            self.file,
            self.sheet,
            _cell_order(self.cell),
            self.code + repr(sorted(self.params.items())),
        )


@dataclass(slots=True)
class Table:
    """Records of one kind read from one sheet, column by column, every cell with its address.

    ``columns[field][i]`` is the value of a field in record ``i``, which stands in row ``rows[i]``
    of the sheet, column ``where[field]``.  Values of type id, student number and phone are as
    written (the checks need to see how); all others have passed ``clean``.  A column that the
    sheet lacks is absent from ``columns``.
    """

    kind: Kind
    layout: Layout
    table: str  # id of the declared sheet, e.g. "roster"
    file: str
    sheet: str
    columns: dict[str, list[object]]
    rows: list[int]
    where: dict[str, int]
    meta: dict[str, str] = field(default_factory=dict)  # 单位, 月份, 班级, 级别, 填报日期, 标题
    header_row: int = 0
    totals: Table | None = None  # 小计/合计 rows, same fields
    days: list[int] = field(default_factory=list)  # month grid: day of month of each mark column
    day_columns: list[int] = field(default_factory=list)  # its column on the sheet
    marks: list[Sequence[object]] = field(default_factory=list)  # one row of marks a record
    legend: dict[str, str] = field(default_factory=dict)  # symbol -> word, from under the table
    once: dict[str, int] = field(default_factory=dict)  # row of fields standing once on the sheet
    zero_report: str = ""  # address of 无 / 零报告 when the sheet says there is nothing to report

    def __len__(self) -> int:
        return len(self.rows)

    def get(self, name: str) -> list[object]:
        """Values of a field, or one None a record when the sheet has no such column."""
        return self.columns.get(name) or [None] * len(self.rows)

    def cell(self, name: str, index: int) -> str:
        """Address of a record's field; of the row's first column when the field is absent."""
        return a1(self.once.get(name, self.rows[index]), self.where.get(name, 1))

    def finding(self, code: str, name: str, index: int, /, **params: object) -> Finding:
        return Finding(code, self.file, self.sheet, self.cell(name, index), params)

    def records(self) -> Iterator[tuple[int, dict[str, object]]]:
        names = list(self.columns)
        for index, values in enumerate(zip(*self.columns.values(), strict=True)):
            yield index, dict(zip(names, values, strict=True))


@dataclass(slots=True)
class FileRead:
    """What one submitted file holds, before anyone judges it.

    ``status``: read | ignored (lock file, picture, letter...) | unreadable | package.
    ``own``: the hidden ``_kbbx`` stamp of our own workbooks: form, version, unit, period, policy.
    ``typed``: what people type on the calculated sheets of our own workbooks; never counted.
    ``school_days``: 上课日 that the formulas of our own workbooks count by; () without any.
    """

    path: str  # relative to the county folder, with /
    sha256: str = ""
    size: int = 0
    status: str = "read"
    tables: list[Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    home: str = ""  # name of the folder that ``path`` is relative to, where it may be a unit's
    typed: list[Table] = field(default_factory=list)
    school_days: tuple[dt.date, ...] = ()

    @property
    def kinds(self) -> str:
        """The kinds of its tables in words, each once: 学籍导出、月报."""
        return "、".join(dict.fromkeys(str(t.kind) for t in self.tables))

    @property
    def written_unit(self) -> str:
        """The unit that the first table to name one names; "" when none does."""
        return next((t.meta["单位"] for t in self.tables if t.meta.get("单位")), "")


@dataclass(frozen=True, slots=True)
class Run(Crossing):
    """Consecutive absence without leave of one pupil (连续旷课).

    ``school_days`` counts school days, halves as 0.5; ``calendar_days`` counts from the first to
    the last absent day, both included, or to ``as_of`` while the run is open.
    """

    start: dt.date
    last_absent: dt.date
    open: bool
    school_days: float
    calendar_days: int
    back: dt.date | None = None
    index: int = -1  # record of the table the run was read from
    excused: tuple[dt.date, ...] = ()  # leave inside the run, where policy lets leave not break it
