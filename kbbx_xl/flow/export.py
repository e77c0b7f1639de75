"""County -> one JSON object (design.md section 7; docs/county.schema.json says its shape).

The object holds keys of children (身份证件号 or 学籍号) because matching needs them; with
``with_keys=False`` every key becomes a running label that joins the sections but names nobody,
and sheets and files called after a child are called otherwise.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from operator import ge, gt

from kbbx_xl.flow.privacy import without_names
from kbbx_xl.flow.result import CaseRow, County, StudentRun
from kbbx_xl.flow.source import Source
from kbbx_xl.messages import message, remedy, severity
from kbbx_xl.model import JUNIOR, PRIMARY, Finding

Json = dict[str, object]
CASE_STATUSES = ("疑似辍学", "辍学", "已返校")
MARKS: tuple[tuple[str, Callable[[float, float], bool], float], ...] = (
    ("ge0.5", ge, 0.5),
    ("gt2", gt, 2),
    ("ge3", ge, 3),
    ("gt3", gt, 3),
    ("ge5", ge, 5),
    ("gt5", gt, 5),
    ("gt7", gt, 7),
)


def export(county: County, *, with_keys: bool = True) -> Json:
    """Everything one consolidation says, as plain lists, dicts, numbers and strings, sorted."""
    key = str if with_keys else _labels(county).__getitem__
    county = county if with_keys else without_names(county)
    return {
        "month": str(county.month),
        "as_of": county.as_of.isoformat(),
        "policy": county.policy.profile,
        "submissions": _submissions(county),
        "units": _units(county),
        "totals": _totals(county),
        "runs": _runs(county, key),
        "sets": _sets(county, key),
        "id_problems": _id_problems(county, key),
        "duplicates": _duplicates(county, key),
        "transfers": _transfers(county, key),
        **_errors(county, key),
        "cases": _cases(county),
        "persuasion": _persuasion(county, key),
        "coverage": _coverage(county),
        "due": _due(county, key),
        "indicators": _indicators(county),
        "findings": finding_rows(county.findings),
        "files": _files(county),
    }


def _labels(county: County) -> dict[str, str]:
    """A label for every key, in an order that says nothing of the key itself."""
    listed = {
        *(r.key for r in county.runs),
        *(p.key for p in county.id_problems),
        *(d.key for d in county.duplicates),
        *(t.key for t in county.transfers),
        *(e.key for e in county.ledger_errors),
        *(e.key for e in county.summary_errors),
        *(p.key for p in county.persuasion),
        *(d.key for d in county.due),
    }
    shuffled = sorted(listed, key=lambda k: hashlib.sha256(k.encode()).digest())
    return {key: f"学生{number:05d}" for number, key in enumerate(shuffled, 1)}


def _submissions(county: County) -> Json:
    by_status: dict[str, list[str]] = defaultdict(list)
    for unit in county.progress:
        by_status[unit.status].append(unit.unit)
    return {
        "complete": sorted(by_status["已报"]),
        "partial": _sorted(
            {"unit": u.unit, "missing": sorted(u.missing)}
            for u in county.progress
            if u.status == "缺项"
        ),
        "missing": sorted(by_status["未报"]),
        "wrong_month": _sorted(
            {"unit": u.unit, "month": u.wrong_month} for u in county.progress if u.wrong_month
        ),
        "corrected": _sorted(
            {"unit": unit, "kind": kind, "old": old, "new": new}
            for unit, kind, old, new in county.superseded
        ),
        "identical_copies": sorted(path for path, _ in county.copies),
        "ignored": sorted(path for path, _ in county.ignored),
        "changed_after_acceptance": _sorted(
            {
                "unit": u.unit,
                "path": c.path,
                "kind": c.kind,
                "what": str(c.what),
                "day": _iso(c.day),
                "before": c.before,
                "after": c.after,
            }
            for u in county.progress
            for c in u.altered
        ),
    }


def _units(county: County) -> list[Json]:
    return _sorted(
        {
            "name": t.unit,
            "enrolled": t.enrolled,
            "rows": t.rows,
            "by_grade": _counts([t.by_grade]),
            "by_stage": _counts([t.by_stage]),
            "by_status": _counts([t.by_status]),
            "by_sex": _counts([t.by_sex]),
        }
        for t in county.totals
    )


def _totals(county: County) -> Json:
    return {
        "rosters_received": {
            "enrolled": sum(t.enrolled for t in county.totals),
            "rows": sum(t.rows for t in county.totals),
            "by_grade": _counts(t.by_grade for t in county.totals),
            "by_stage": _counts(t.by_stage for t in county.totals),
            "by_status": _counts(t.by_status for t in county.totals),
            "by_sex": _counts(t.by_sex for t in county.totals),
        }
    }


def _runs(county: County, key: Callable[[str], str]) -> list[Json]:
    return _sorted(
        {
            "key": key(r.key),
            "unit": r.unit,
            "start": _iso(r.run.start),
            "last_absent": _iso(r.run.last_absent),
            "open": r.run.open,
            "school_days": r.run.school_days,
            "calendar_days": r.run.calendar_days,
            **_where(r.source),
        }
        for r in county.runs
    )


def _sets(county: County, key: Callable[[str], str]) -> Json:
    """Pupils whose longest run passes each mark; "open" looks at runs not ended at as_of."""
    chosen = {"any": county.runs, "open": [r for r in county.runs if r.run.open]}
    return {
        name: {
            "school_days": _passing(runs, lambda r: r.run.school_days, key),
            "calendar_days": _passing(runs, lambda r: float(r.run.calendar_days), key),
        }
        for name, runs in chosen.items()
    }


def _passing(
    runs: list[StudentRun], length: Callable[[StudentRun], float], key: Callable[[str], str]
) -> dict[str, list[str]]:
    longest: dict[str, float] = {}
    for run in (run for run in runs if run.key):  # pupils nobody could identify are findings
        longest[run.key] = max(longest.get(run.key, 0), length(run))
    return {
        name: sorted(key(k) for k, days in longest.items() if passes(days, mark))
        for name, passes, mark in MARKS
    }


def _id_problems(county: County, key: Callable[[str], str]) -> list[Json]:
    return _sorted(
        {"key": key(p.key), "unit": p.unit, "kind": p.kind, **_where(p.source)}
        for p in county.id_problems
    )


def _duplicates(county: County, key: Callable[[str], str]) -> list[Json]:
    return _sorted({"key": key(d.key), "units": sorted(d.units)} for d in county.duplicates)


def _transfers(county: County, key: Callable[[str], str]) -> Json:
    return {
        "pairs": _sorted(
            {"key": key(t.key), "out": t.out, "into": t.into} for t in county.transfers if t.into
        ),
        "orphans": _sorted(
            {"key": key(t.key), "unit": t.out} for t in county.transfers if not t.into
        ),
    }


def _errors(county: County, key: Callable[[str], str]) -> dict[str, list[Json]]:
    return {
        "ledger_errors": _sorted(
            {"key": key(e.key), "start": _iso(e.start), "kind": e.kind, **_where(e.source)}
            for e in county.ledger_errors
        ),
        "attendance_summary_errors": _sorted(
            {
                "key": key(e.key),
                "column": e.column,
                "written": e.written,
                "expected": e.expected,
                **_where(e.source),
            }
            for e in county.summary_errors
        ),
        "report_errors": _sorted(
            {"unit": e.unit, "kind": e.kind, "grade": e.grade, **_where(e.source)}
            for e in county.report_errors
        ),
        "center_errors": _sorted(
            {"unit": e.unit, "kind": e.kind, "school": e.school, **_where(e.source)}
            for e in county.center_errors
        ),
    }


def _cases(county: County) -> Json:
    """Counts stage x status: of the rows of the ledgers, and of each unit's known cases."""
    by_unit: dict[str, dict[str, dict[str, int]]] = {}
    for item in county.case_counts:
        by_unit.setdefault(item.unit, _stages(()))[item.stage][item.status] = item.count
    return {
        "listed_in_ledgers": _stages(c for c in county.cases if c.listed),
        "by_unit": [{"unit": unit, "counts": by_unit[unit]} for unit in sorted(by_unit)],
    }


def _stages(cases: Iterable[CaseRow]) -> dict[str, dict[str, int]]:
    counted = Counter((case.stage, case.status) for case in cases)
    return {
        stage: {status: counted[stage, status] for status in CASE_STATUSES}
        for stage in (PRIMARY, JUNIOR)
    }


def _persuasion(county: County, key: Callable[[str], str]) -> list[Json]:
    return _sorted(
        {
            "key": key(p.key),
            "unit": p.unit,
            "visits": p.visits,
            "first": _iso(p.first),
            "last": _iso(p.last),
            **_where(p.source),
        }
        for p in county.persuasion
    )


def _coverage(county: County) -> list[Json]:
    return _sorted(
        {
            "unit": c.unit,
            "classes": c.classes,
            "villages": c.villages,
            "classes_without": sorted(c.classes_without),
            "villages_without": sorted(c.villages_without),
        }
        for c in county.coverage
    )


def _due(county: County, key: Callable[[str], str]) -> list[Json]:
    return _sorted(
        {
            "key": key(d.key),
            "unit": d.unit,
            "step": d.step,
            "action": d.action,
            "actor": d.actor,
            "reached": _iso(d.reached),
            "due": _iso(d.due),
            "overdue": d.overdue,
            "source": d.source,
        }
        for d in county.due
    )


def _indicators(county: County) -> list[Json]:
    return _sorted(
        {
            "unit": i.unit,
            "name": i.name,
            "numerator": i.numerator,
            "denominator": i.denominator,
        }
        for i in county.indicators
    )


def finding_rows(findings: Iterable[Finding]) -> list[Json]:
    """Findings as JSON rows, sorted by unit, file, sheet and cell."""
    return [
        {
            "code": f.code,
            "severity": str(severity(f)),
            "unit": f.unit,
            "file": f.file,
            "sheet": f.sheet,
            "cell": f.cell,
            "message": message(f),
            "remedy": remedy(f),
        }
        for f in sorted(findings, key=lambda f: f.sort_key)
    ]


def _files(county: County) -> list[Json]:
    return _sorted(
        {
            "path": f.path,
            "sha256": f.sha256,
            "kind": f.kind,
            "unit": f.unit,
            "month": f.month,
            "status": f.status,
        }
        for f in county.files
    )


def _counts(many: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Sum of counts; what nobody has is left out."""
    total: Counter[str] = Counter()
    for counts in many:
        total.update(counts)
    return {name: number for name, number in sorted(total.items()) if number}


def _where(source: Source) -> Json:
    return {"file": source.file, "sheet": source.sheet, "row": source.row}


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _sorted(rows: Iterable[Json]) -> list[Json]:
    return sorted(rows, key=lambda row: [str(value) for value in row.values()])
