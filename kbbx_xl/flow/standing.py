"""How the parts of a county stand this month (报送排队): a line a central school, or a line a school."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from kbbx_xl.flow.result import County, UnitProgress

DIRECT = "县直单位"  # units that belong to no central school


@dataclass(frozen=True, slots=True)
class Standing:
    """Sums of some units: how many should report, sent everything, lack a paper or sent another month; pupils
    enrolled, absences (旷课记录), findings of severity 错误 and 警告."""

    name: str
    expected: int
    sent: int
    lacking: int
    other_month: int
    enrolled: int
    runs: int
    errors: int
    warnings: int

    @property
    def state(self) -> str:
        """In a word, the worst first: 未报齐, 要改, 齐全."""
        if self.sent < self.expected or self.lacking or self.other_month:
            return "未报齐"
        return "要改" if self.errors else "齐全"


def by_center(county: County) -> list[Standing]:
    """A line a central school with its schools, worst first."""
    return _standings(county, lambda line: _center_of(county, line))


def by_school(county: County) -> list[Standing]:
    """A line a unit, worst first."""
    return _standings(county, lambda line: line.unit)


def _center_of(county: County, line: UnitProgress) -> str:
    for word in (line.unit, line.parent):
        unit = county.directory.named(word)
        if unit is not None and unit.is_center:
            return unit.name
    return DIRECT


def _standings(county: County, group: Callable[[UnitProgress], str]) -> list[Standing]:
    enrolled = Counter({total.unit: total.enrolled for total in county.totals})
    runs = Counter(run.unit for run in county.runs)
    groups: dict[str, list[UnitProgress]] = {}
    for line in county.progress:
        groups.setdefault(group(line), []).append(line)
    made = [
        Standing(
            name,
            len(lines),
            sum(line.status == "已报" for line in lines),
            sum(line.status == "缺项" for line in lines),
            sum(line.status == "错月" for line in lines),
            sum(enrolled[line.unit] for line in lines),
            sum(runs[line.unit] for line in lines),
            sum(line.errors for line in lines),
            sum(line.warnings for line in lines),
        )
        for name, lines in groups.items()
    ]
    states = ("未报齐", "要改", "齐全")
    return sorted(
        made,
        key=lambda one: (states.index(one.state), one.sent / one.expected, -one.errors, -one.warnings, one.name),
    )  # fmt: skip
