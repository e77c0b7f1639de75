"""Tables written as they look, for tests of the flow."""

from __future__ import annotations

import datetime as dt

from kbbx_xl.flow.context import Context
from kbbx_xl.flow.unit import sheets
from kbbx_xl.model import CalendarSheet, Directory, Period, Table, Unit, Village
from kbbx_xl.rules.cells import clean_column
from kbbx_xl.settings.policies import Policy

OCTOBER = Period(2026, 10)
AS_OF = dt.date(2026, 10, 20)
COUNTY = Unit("0", "青禾县教育和体育局", "", "县")
CENTER = Unit("1", "柳河镇中心校", COUNTY.name, "中心校")
SCHOOL = Unit("11", "柳河镇中心小学", CENTER.name, "学校", "小学")
OTHER = Unit("12", "柳河镇东风小学", CENTER.name, "学校", "小学")
DIRECTORY = Directory((COUNTY, CENTER, SCHOOL, OTHER), (Village("柳河镇", "河湾村", SCHOOL.name),))
POLICY = Policy("test", "测试方案", "", "县")


def context(policy: Policy = POLICY) -> Context:
    term = CalendarSheet(dt.date(2026, 9, 1), dt.date(2027, 1, 22))
    return Context(OCTOBER, AS_OF, policy, DIRECTORY, term)


def table(name: str, text: str, *, file: str = "a.xlsx", **meta: str) -> Table:
    """A declared sheet with the rows of a Markdown table; row 1 is the header, totals start with 合计."""
    sheet = sheets()[name]
    lines = [line.strip().strip("|").split("|") for line in text.strip().splitlines()]
    titles, rows = [c.strip() for c in lines[0]], [[c.strip() for c in r] for r in lines[1:]]
    by_title = {title: f for f in sheet.columns for title in (f.title, *f.aliases)}
    fields = [by_title[title] for title in titles]
    data = [(i, r) for i, r in enumerate(rows, start=2) if r[0] not in ("合计", "小学小计")]
    sums = [(i, r) for i, r in enumerate(rows, start=2) if r[0] in ("合计", "小学小计")]

    def make(chosen: list[tuple[int, list[str]]]) -> Table:
        columns = {
            f.name: clean_column([r[j] or None for _, r in chosen], f, period=OCTOBER)
            for j, f in enumerate(fields)
        }
        where = {f.name: j for j, f in enumerate(fields, start=1)}
        return Table(sheet.kind, sheet.layout, name, file, sheet.sheet, columns, [i for i, _ in chosen], where, dict(meta), 1)  # fmt: skip

    made = make(data)
    made.totals = make(sums) if sums else None
    return made
