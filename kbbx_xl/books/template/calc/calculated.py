"""The calculated columns: which formula stands in which column of which table.

A column of config/forms/registration.yaml names its formula; the formula reads other columns of the
same row, other tables by name, and the names of ``names``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kbbx_xl.books.template.calc import formulas as f
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED

Regions = Mapping[str, Region]


@dataclass(frozen=True, slots=True)
class At:
    """One row of a table, asked for its cells."""

    region: Region
    row: int
    regions: Regions

    def __getattr__(self, name: str) -> str:
        return self.region.cell(name, self.row)

    @property
    def marks(self) -> str:
        return self.region.days(self.row)


@dataclass(frozen=True, slots=True)
class Calculated:
    """How a column is calculated.

    ``formula`` gives the text without =; ``key`` is the column that shows the row is in use;
    ``array``: entered with Ctrl+Shift+Enter; ``open``: a default that the user may type over.
    """

    formula: Callable[[At], str]
    key: str = "name"
    array: bool = False
    open: bool = False

    def text(self, region: Region, row: int, regions: Regions) -> str:
        """The formula of one row, "" while the row is not in use."""
        at = At(region, row, regions)
        return f.when_used(region.cell(self.key, row), self.formula(at))


def _run(at: At) -> str:
    return f.flag(run=at.run, calendar_days=f.calendar_days(run=at.run, start=at.run_from))


def _status(at: At) -> str:
    if at.region is at.regions["dropout"]:
        return f.case_status(closing=at.closing, closed=at.closed, still=DROPOUT)
    listed = f.listed(at.regions["dropout"], key=at.pupil, first=at.first_absent)
    return f.case_status(closing=at.closing, closed=at.closed, still=SUSPECTED, moved=listed)


CALCULATED: Mapping[str, Calculated] = MappingProxyType(
    {
        # 学生名册
        "id_clean": Calculated(lambda r: f.clean_id(f"T({r.id_no})")),
        "id_check": Calculated(
            lambda r: f.id_verdict(id_no=r.id_no, clean=r.id_clean, birth=r.birth, sex=r.sex)
        ),
        "age": Calculated(lambda r: f.age(birth=r.birth, clean=r.id_clean, verdict=r.id_check)),
        # 点名表
        "present": Calculated(lambda r: f.mark_days(r.marks, "标记_出勤", halves=True)),
        "absent": Calculated(lambda r: f.mark_days(r.marks, "标记_旷课", halves=True)),
        "sick": Calculated(lambda r: f.mark_days(r.marks, "标记_病假")),
        "personal": Calculated(lambda r: f.mark_days(r.marks, "标记_事假")),
        "late": Calculated(lambda r: f.mark_days(r.marks, "标记_迟到")),
        "run": Calculated(lambda r: f.current_run(r.marks)),
        "run_from": Calculated(lambda r: f.run_start(run=r.run)),
        "flag": Calculated(_run),
        "longest": Calculated(lambda r: f.longest_run(r.marks), array=True),
        "cumulative": Calculated(
            lambda r: f.cumulative(
                absent=r.absent,
                spells=r.regions["absence"],
                name=r.name,
                grade=r.grade,
                class_name=r.class_name,
            )
        ),
        # 缺勤登记
        "days_due": Calculated(lambda r: f.spell_days(start=r.start, back=r.back)),
        "days_before": Calculated(lambda r: f.spell_days_before(start=r.start, back=r.back)),
        "spell_flag": Calculated(
            lambda r: f.spell_flag(start=r.start, back=r.back, days=r.days_due, kind=r.leave_kind)
        ),
        # 台账
        "pupil": Calculated(lambda r: f.pupil(id_no=r.id_no, student_no=r.student_no)),
        "visit_count": Calculated(
            lambda r: f.case_visits(
                keys=r.regions["visits"].column("pupil"),
                dates=r.regions["visits"].column("visit_date"),
                pupil=r.pupil,
                first=r.first_absent,
                closed=r.closed,
            )
        ),
        "case_status": Calculated(_status),
        "run_days": Calculated(
            lambda r: f.case_days(first=r.first_absent, closed=r.closed), open=True
        ),
        # 劝返记录
        "visit_key": Calculated(lambda r: f.visit_key(r.region, r.row)),
    }
)
