"""采用登记_<month>.json in the result folder: which files were counted, so that later changes show.

No name and no number of a child stands in it: unit, kind, path, sha256 and day.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

from kbbx_xl.books.read.sheets import read_bytes
from kbbx_xl.books.writing.results import Result
from kbbx_xl.flow.acceptance import Acceptances, Accepted, UnitAcceptance, accept, mark
from kbbx_xl.flow.result import Alteration, Altered, County
from kbbx_xl.model import Finding, Period

FORMAT, VERSION = "kbbx-accepted", 1


def register_path(out: Path, month: Period) -> Path:
    """Where the register of a month lies."""
    return out / f"采用登记_{month}.json"


def mark_changes(county: County, out: Path) -> None:
    """Say on the board and as findings what has changed since ``out`` was written first (S01, S02)."""
    path = register_path(out, county.month)
    before = _read(path, county.month)
    if before is None:
        county.findings.append(Finding("S02", params={"register": path.name}))
    mark(county, accept(before or {}, county), path.name)


def register_content(county: County, out: Path) -> bytes:
    """The register after this consolidation; the same bytes when no file has changed."""
    units = accept(_read(register_path(out, county.month), county.month) or {}, county)
    value = {
        "format": FORMAT,
        "version": VERSION,
        "month": str(county.month),
        "units": [dataclasses.asdict(units[name]) for name in sorted(units)],
    }
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def register_result(county: County, out: Path) -> Result:
    """The register as a file to be; a broken one is kept under a dated name."""
    path = register_path(out, county.month)
    content = register_content(county, out)
    sound = _read(path, county.month) is not None
    return Result(
        path,
        lambda new: _write(new, content),
        lambda new: json.loads(new.read_bytes()),
        keep_old=not sound,
    )


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _read(path: Path, month: Period) -> Acceptances | None:
    """The acceptances so far, {} when there is no register; None for one that is not as we write it."""
    if not path.exists():
        return {}
    try:
        value = json.loads(read_bytes(path) or b"")
        if (value["format"], value["version"], value["month"]) != (FORMAT, VERSION, str(month)):
            return None
        return {unit["unit"]: _unit(unit) for unit in value["units"]}
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _unit(value: Mapping[str, list[Mapping[str, str]]]) -> UnitAcceptance:
    files = (Accepted(**_texts(one)) for one in value["files"])
    return UnitAcceptance(
        str(value["unit"]),
        dt.date.fromisoformat(str(value["since"])),
        tuple(files),
        tuple(_change(one) for one in value["changes"]),
    )


def _change(value: Mapping[str, str]) -> Alteration:
    texts = _texts(value)
    day, what = dt.date.fromisoformat(texts.pop("day")), Altered(texts.pop("what"))
    return Alteration(day, what, **texts)


def _texts(value: Mapping[str, str]) -> dict[str, str]:
    """The words of a line; TypeError for anything that is no word."""
    if not all(isinstance(word, str) for word in value.values()):
        raise TypeError("word")
    return dict(value)
