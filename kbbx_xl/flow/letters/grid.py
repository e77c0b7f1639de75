"""Responsibility letters (目标责任书): one for each row of the four grid lists (YL-34, YL-63, LB-12, GH-07)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from kbbx_xl.flow.casework.marks import mark_of
from kbbx_xl.flow.letters.school import cells_of, cover_of, government, town_of
from kbbx_xl.flow.letters.subject import Ask, Subject, by_unit, text_of
from kbbx_xl.flow.source import Source
from kbbx_xl.model import FileRead, Finding, Kind, Table, Unit
from kbbx_xl.rules.grids import find_village, head_state
from kbbx_xl.settings.indicators import load_indicators
from kbbx_xl.settings.letters import About, letter_fields
from kbbx_xl.settings.policies import Policy

TOWN, VILLAGE, SCHOOL = "镇级", "村级", "校级"
NEW_TERM = {2: "第二学期", 8: "第一学期"}  # the month from which letters are signed for a term
NAMED_SCHOOL = re.compile(r".*(?:小学|中学|(?<!中心)学校|教学点)")
LEVEL_UNKNOWN = "L01"


def grid_letters(reads: Sequence[FileRead], ask: Ask) -> tuple[list[Subject], list[Finding]]:
    """Rows of the lists of the form's level, or the chosen rows of them.

    Findings: lists that do not say which level they are of (L01).
    """
    subjects: list[Subject] = []
    findings: list[Finding] = []
    for name, group in by_unit(reads).items():
        unit = ask.directory.named(name) or _named(name)
        tables = [table for read in group for table in read.tables]
        parent = cover_of(unit, tables)["parent"]
        targets = _targets(tables)
        for table in (t for t in tables if t.kind is Kind.GRID):
            level = table.meta.get("级别", "")
            if not level:
                findings.append(Finding(LEVEL_UNKNOWN, table.file, table.sheet, unit=name))
            for i in range(len(table)):
                if level == ask.form.level and ask.chosen(table.sheet, table.rows[i]):
                    one = _grid(table, i, unit, parent, targets, ask)
                    subjects += [one] if ask.marked(one.mark) else []
    return subjects, findings


def _named(name: str) -> Unit:
    """A unit that no directory knows: a school where its name ends as names of schools do."""
    return Unit("", name, level="学校" if NAMED_SCHOOL.fullmatch(name) else "")


def _targets(tables: Sequence[Table]) -> dict[tuple[str, str], str]:
    """目标任务 of 责任书签订 by level and grid: what the letter asks of this one person (YL-63)."""
    return {
        (text_of(level), text_of(name)): text_of(said)
        for table in tables
        if table.kind is Kind.SIGNED
        for level, name, said in zip(
            table.get("level"), table.get("grid_name"), table.get("targets"), strict=True
        )
        if text_of(said)
    }


def _grid(
    table: Table, i: int, unit: Unit, parent: str, targets: Mapping[tuple[str, str], str], ask: Ask
) -> Subject:  # fmt: skip
    level = ask.form.level
    fields = letter_fields().of(About.GRID)
    facts = {f.name: text_of(table.get(f.column)[i]) for f in fields if f.column}
    name = facts["网格名称"]
    facts["网格级别"] = level
    facts["单位"] = unit.name
    facts["上级单位"] = parent
    facts["乡镇政府"] = government(town_of(name if level == TOWN else unit.name) or town_of(parent))
    facts["教体局"] = county.name if (county := ask.directory.county) else ""
    if level == TOWN and unit.is_school:  # a town's letter is between its centre and the bureau
        facts["单位"], facts["上级单位"] = parent, facts["教体局"]
    facts["学校"] = _school(level, name, unit, ask)
    facts["学期"] = term_words(ask.day)
    facts["目标任务"] = targets.get((level, name), "")
    facts["控辍目标"] = target_words(ask.policy)
    unnamed = head_state(facts["网格长"]) != ""
    return Subject(
        source=Source(table.file, table.sheet, table.rows[i]),
        unit=unit.name,
        mark=mark_of((unit.name, level, name, facts["网格长"])),
        facts=facts,
        refusal=f"{table.sheet} 第{table.rows[i]}行：网格长没有填" if unnamed else "",
        cells=cells_of(table, i, About.GRID),
    )


def _school(level: str, grid: str, unit: Unit, ask: Ask) -> str:
    """The school that signs: of a village the one assigned to it, of a class its own; "" if unknown."""
    if level == SCHOOL:
        return grid
    if level == VILLAGE:
        schools = {v.name: v.school for v in ask.directory.villages}
        found = schools.get(find_village(grid, schools), "")
        return found or (unit.name if unit.is_school else "")
    if unit.is_school:
        return unit.name
    inside = [s.name for s in ask.directory.schools if grid.startswith(s.name)]
    return max(inside, key=len, default="")


def term_words(day: dt.date) -> str:
    """The term that letters of ``day`` are signed for: 2026—2027学年第一学期."""
    first = day.year if day.month >= max(NEW_TERM) else day.year - 1
    begun = max((month for month in NEW_TERM if month <= day.month), default=max(NEW_TERM))
    return f"{first}—{first + 1}学年{NEW_TERM[begun]}"


def target_words(policy: Policy) -> str:
    """The policy's targets as its document words them; "" where it states none."""
    titles = load_indicators()
    said = [(titles[name].title, one) for name, one in policy.targets.items() if one]
    return "，".join(f"{title}{one.value}" for title, one in said)
