"""Grid coverage (网格覆盖): every class and every village of a unit has a grid head (YL-01, YL-47..49)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kbbx_xl.flow.context import Context
from kbbx_xl.flow.result import Coverage
from kbbx_xl.flow.roster import Pupils
from kbbx_xl.flow.source import Source
from kbbx_xl.model import GRADES, Directory, Finding, Table, Unit
from kbbx_xl.rules.classes import class_label, class_of
from kbbx_xl.rules.grids import (
    find_village,
    grid_class,
    head_state,
    name_fits,
    phone_ok,
    village_name,
)

LEVELS = ("镇级", "村级", "校级", "班级")


@dataclass(slots=True)
class GridResult:
    coverage: Coverage | None = None
    findings: list[Finding] = field(default_factory=list)


def read_grids(unit: Unit, tables: Sequence[Table], rosters: Sequence[Pupils], context: Context) -> GridResult:  # fmt: skip
    """Who lacks a head in one unit; nothing when the unit sent no list."""
    result = GridResult()
    for table in tables:
        result.findings += _row_findings(table)
        result.findings += _naming(table, unit, context)
    if not tables or not unit.is_school:
        return result
    classes = _classes(rosters)
    villages = context.villages_of(unit.name)
    heads = _heads(result, tables, unit, context, set(classes), set(villages))
    at = Source(tables[0].file, tables[0].sheet)
    no_class = tuple(c for c in classes if not heads.get(("班级", c)))
    no_village = tuple(v for v in villages if not heads.get(("村级", v)))
    result.coverage = Coverage(unit.name, len(classes), len(villages), no_class, no_village, at)
    for code, names, level in (("G01", no_class, "班级"), ("G02", no_village, "村级")):
        for name in names:
            cell = next((t for t in tables if t.meta.get("级别") == level), tables[0])
            result.findings.append(Finding(code, cell.file, cell.sheet, params={"name": name}))
    return result


@dataclass(frozen=True, slots=True)
class CenterVillages:
    """The villages for which the list of a central school names a head, and where the list stands."""

    named: frozenset[str]
    source: Source


def villages_of_center(
    unit: Unit, tables: Sequence[Table], context: Context
) -> CenterVillages | None:
    """What a central school's list says of the villages of its schools (YL-31); None without one."""
    lists = [t for t in tables if t.meta.get("级别") == "村级" and len(t)] if unit.is_center else []
    if not lists:
        return None
    schools = {u.name for u in context.directory.children(unit.name)}
    villages = {v.name for v in context.directory.villages if v.school in schools}
    rows = (r for t in lists for r in zip(t.get("grid_name"), t.get("head"), strict=True))
    named = {find_village(str(name or ""), villages) for name, head in rows if not head_state(head)}
    return CenterVillages(frozenset(named - {""}), Source(lists[0].file, lists[0].sheet))


def with_centers(
    coverage: Iterable[Coverage],
    findings: Iterable[Finding],
    centers: Mapping[str, CenterVillages],
    directory: Directory,
) -> tuple[list[Coverage], list[Finding]]:
    """Coverage and findings of schools without the villages whose head their central school names.

    A school that sent no list is judged by its central school's.  ``centers``: by name.
    """
    parents = {u.name: centers.get(u.parent) for u in directory.schools}

    def named(school: str) -> frozenset[str]:
        center = parents.get(school)
        return center.named if center else frozenset()

    kept = [f for f in findings if f.code != "G02" or f.params.get("name") not in named(f.unit)]
    seen = [
        replace(c, villages_without=tuple(v for v in c.villages_without if v not in named(c.unit)))
        for c in coverage
    ]
    heard = {c.unit for c in seen}
    served: dict[str, list[str]] = defaultdict(list)
    for village in directory.villages:
        served[village.school].append(village.name)
    for school, center in parents.items():
        mine = served.get(school, ())
        if center and mine and school not in heard:
            without = tuple(v for v in mine if v not in center.named)
            seen.append(Coverage(school, 0, len(mine), (), without, center.source))
    return seen, kept


def _classes(rosters: Sequence[Pupils]) -> list[str]:
    """Classes with pupils on roll, in order of grade."""
    found = {
        (g, c)
        for p in rosters
        for g, c, on in zip(p.grade, p.class_name, p.enrolled, strict=True)
        if on and g and c
    }
    order = {g: i for i, g in enumerate(GRADES)}
    return [class_label(g, c) for g, c in sorted(found, key=lambda x: (order.get(x[0], 99), x[1]))]


def _heads(
    result: GridResult, tables: Sequence[Table], unit: Unit, context: Context, classes: set[str], villages: set[str]
) -> dict[tuple[str, str], bool]:  # fmt: skip
    """(level, class or village) -> has a named head."""
    heads: dict[tuple[str, str], bool] = {}
    for table in tables:
        for i, (text, head) in enumerate(
            zip(table.get("grid_name"), table.get("head"), strict=True)
        ):
            level = table.meta.get("级别") or level_of(str(text or ""), unit, context, villages)
            if level == "班级":
                grade, name = grid_class(
                    str(text or ""), context.month, (unit.name,), stage=unit.stage
                )
                label, known = class_label(grade, name), classes
            elif level == "村级":
                plain = village_name(str(text or ""))
                label, known = find_village(str(text or ""), villages) or plain, villages
            else:
                continue
            named = head_state(head) == ""
            heads[level, label] = heads.get((level, label), False) or named
            if known and label not in known:
                what = "班级" if level == "班级" else "包村"
                result.findings.append(table.finding("G08", "grid_name", i, name=label, what=what))
    return heads


def level_of(text: str, unit: Unit, context: Context, villages: set[str]) -> str:
    """The level of a grid on a sheet that does not say it."""
    if village_name(text) in villages:
        return "村级"
    grade, name = class_of(text.replace(unit.name, ""), period=context.month, stage=unit.stage)
    return "班级" if grade and name else "校级"


def _row_findings(table: Table) -> list[Finding]:
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    names, heads = table.get("grid_name"), table.get("head")
    for i, (name, head) in enumerate(zip(names, heads, strict=True)):
        state = head_state(head)
        if state == "name_blank":
            findings.append(table.finding("G03", "head", i))
        elif state == "to_be_decided":
            findings.append(table.finding("G04", "head", i))
        elif not phone_ok(table.get("phone")[i]):
            findings.append(table.finding("G05", "phone", i))
        text = str(name or "")
        if text in seen:
            findings.append(table.finding("G07", "grid_name", i, other=table.rows[seen[text]]))
        seen.setdefault(text, i)
    return findings


RULES = {"镇级": "乡镇名称", "村级": "村庄（社区）名", "校级": "学校名", "班级": "学校名加班级名"}


def _naming(table: Table, unit: Unit, context: Context) -> list[Finding]:
    """The first name of a table that does not follow its level's naming rule (YL-49), once a table."""
    level = table.meta.get("级别", "")
    if level not in RULES:
        return []
    for i, text in enumerate(table.get("grid_name")):
        fits = name_fits(
            level,
            str(text or ""),
            towns=context.towns,
            schools=(unit.name,) if unit.is_school else (),
            period=context.month,
            stage=unit.stage,
        )
        if not fits:
            return [table.finding("G06", "grid_name", i, level=level, rule=RULES[level])]
    return []
