"""The countable things behind the indicators (指标): per school, and added up for centre and county.

A measure that this month's papers cannot tell is left out, and with it every indicator that needs
it: nothing is guessed (rules.md section 5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product

from kbbx_xl.flow.casework.counts import WRITTEN_OFF, case_counts
from kbbx_xl.flow.result import County, IndicatorValue, ReportRow
from kbbx_xl.model import JUNIOR, PRIMARY, Unit, stage_of
from kbbx_xl.rules.cases import BACK, DROPOUT, SUSPECTED
from kbbx_xl.rules.indicators import added
from kbbx_xl.rules.ledger_status import MOVED
from kbbx_xl.settings.indicators import Indicator, Measure, load_indicators

STAGES = (PRIMARY, JUNIOR, "")
SCHOOL_YEAR_START = 9  # September opens the school year (学年, domain.md section 4)
FROM_FILES = (
    Measure.LISTED_CASES,
    Measure.VISITED_CASES,
    Measure.RETURNED_CASES,
    Measure.DROPOUT_CASES,
    Measure.RETURNED_ENROLLED,
)
Figures = dict[tuple[str, str], dict[Measure, float]]  # (unit, stage) -> measure -> count


def indicators(county: County) -> list[IndicatorValue]:
    """Every computable indicator of the county, its central schools and schools, from sums.

    A school's rate without a denominator says nothing and is left out; above schools it shows —.
    """
    figures = _figures(county)
    counted = [one for one in load_indicators().values() if not one.manual]
    values: list[IndicatorValue] = []
    for unit in county.directory.units:
        members = _members(unit, county)
        every = [mine for key in product(members, STAGES) if (mine := figures.get(key))]
        by_stage = {
            stage: [mine for name in members if (mine := figures.get((name, stage)))]
            for stage in STAGES
        }
        for indicator in counted:
            pair = _pair(indicator, by_stage[indicator.stage] if indicator.stage else every)
            if pair is not None and (pair[1] or not unit.is_school):
                values.append(_value(indicator, unit, pair, county))
    return values


def _members(unit: Unit, county: County) -> list[str]:
    """The units whose figures make up this one's."""
    if unit.level == "县":
        return [u.name for u in county.directory.units]
    return [unit.name, *(u.name for u in county.directory.children(unit.name))]


def _pair(
    indicator: Indicator, figures: Iterable[Mapping[Measure, float]]
) -> tuple[float, float] | None:
    part, whole = indicator.numerator, indicator.denominator
    if part is None or whole is None:
        return None
    pairs = [(mine[part], mine[whole]) for mine in figures if part in mine and whole in mine]
    return added(pairs) if pairs else None


def _value(
    indicator: Indicator, unit: Unit, pair: tuple[float, float], county: County
) -> IndicatorValue:
    target = county.policy.targets.get(indicator.name)
    return IndicatorValue(
        unit.name,
        indicator.title,
        *pair,
        target=target.value if target else "",
        source="、".join(target.source if target else indicator.source),
        formula=indicator.formula or "",
    )


def _figures(county: County) -> Figures:
    figures: Figures = defaultdict(dict)
    _from_rosters(county, figures)
    _from_reports(county, figures)
    _from_cases(county, figures)
    _from_case_files(county, figures)
    for taught in county.teaching:
        if taught.month == county.month and taught.required:
            mine = figures[taught.unit, ""]
            _add(mine, Measure.HOME_LESSONS_REQUIRED, taught.required)
            _add(mine, Measure.HOME_LESSONS_MADE, taught.required - taught.lacking)
    for item in county.coverage:
        mine = figures[item.unit, ""]
        mine[Measure.GRID_CLASSES] = item.classes
        mine[Measure.GRID_CLASSES_WITH_HEAD] = item.classes - len(item.classes_without)
        mine[Measure.GRID_VILLAGES] = item.villages
        mine[Measure.GRID_VILLAGES_WITH_HEAD] = item.villages - len(item.villages_without)
    for line in county.progress:
        mine = figures[line.unit, ""]
        mine[Measure.UNITS_DUE] = 1
        mine[Measure.UNITS_RECEIVED] = float(line.status == "已报")
        if county.policy.monthly.due_day is not None:
            mine[Measure.UNITS_ON_TIME] = float(line.status == "已报" and not line.late)
    return figures


def _from_rosters(county: County, figures: Figures) -> None:
    for total in county.totals:
        for stage, count in total.by_stage.items():
            figures[total.unit, stage][Measure.ENROLLED] = count


def _from_reports(county: County, figures: Figures) -> None:
    for row in county.reports:
        mine = figures[row.unit, stage_of(row.grade)]
        _add(mine, Measure.ENROLLED_LAST_MONTH, row.figures.get("opening"))
        _add(mine, Measure.DROPOUTS_THIS_MONTH, row.figures.get("dropout") or 0)
    for row in _september(county):
        mine = figures[row.unit, stage_of(row.grade)]
        _add(mine, Measure.ENROLLED_AT_YEAR_START, row.figures.get("opening"))


def _september(county: County) -> Iterable[ReportRow]:
    """Rows of the September report: this month's in September, last month's in October."""
    months = {SCHOOL_YEAR_START: county.reports, SCHOOL_YEAR_START + 1: county.last_reports}
    return months.get(county.month.month, ())


def _from_cases(county: County, figures: Figures) -> None:
    first = f"{county.month.school_year}-{SCHOOL_YEAR_START:02d}-01"
    visited = {p.key for p in county.persuasion if p.visits}
    for unit in {row.unit for row in county.reports} | {row.unit for row in county.cases}:
        for stage in (PRIMARY, JUNIOR):
            _zero_cases(figures[unit, stage])
    for row in county.cases:
        if row.status in (WRITTEN_OFF, MOVED):
            continue
        mine = figures[row.unit, row.stage]
        _zero_cases(mine)
        mine[Measure.LISTED_CASES] += 1
        mine[Measure.VISITED_CASES] += row.key in visited
        mine[Measure.RETURNED_CASES] += row.status == BACK
        this_year = row.first_absent is not None and str(row.first_absent) >= first
        mine[Measure.DROPOUTS_THIS_YEAR] += row.status == DROPOUT and this_year
    for counted in county.case_counts:
        if counted.status == SUSPECTED:
            figures[counted.unit, counted.stage][Measure.SUSPECTED_NOW] = counted.count


def _from_case_files(county: County, figures: Figures) -> None:
    """Rates of the cases of this school year, for every unit whose ledgers made case files."""
    made = {c.unit for c in county.case_files if c.listed and c.opened <= county.as_of}
    for unit in made:
        for stage in (PRIMARY, JUNIOR):
            figures[unit, stage].update(dict.fromkeys(FROM_FILES, 0.0))
    for counts in case_counts(county.case_files, county.month, on=county.as_of, by_stage=True):
        listed, dropouts = counts.returned.whole, counts.reattending.whole
        if counts.unit not in made:
            continue
        mine = figures[counts.unit, counts.stage]
        mine[Measure.LISTED_CASES] = len(listed)
        mine[Measure.VISITED_CASES] = len(counts.visited.part)
        mine[Measure.RETURNED_CASES] = len(counts.returned.part)
        mine[Measure.DROPOUT_CASES] = len(dropouts)
        mine[Measure.RETURNED_ENROLLED] = len(counts.reattending.part)


def _zero_cases(mine: dict[Measure, float]) -> None:
    for measure in (
        Measure.LISTED_CASES,
        Measure.VISITED_CASES,
        Measure.RETURNED_CASES,
        Measure.DROPOUTS_THIS_YEAR,
    ):
        mine.setdefault(measure, 0.0)


def _add(mine: dict[Measure, float], measure: Measure, value: int | None) -> None:
    if value is not None:
        mine[measure] = mine.get(measure, 0.0) + value
