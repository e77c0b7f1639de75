"""``--json``: what a command found, for programs; its shapes are declared in ``shapes``, and which is whose in ``declared``."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kbbx_xl.books.files import Written, json_result, json_text
from kbbx_xl.books.writing.results import write_set
from kbbx_xl.cli import screen
from kbbx_xl.flow.export import finding_rows
from kbbx_xl.messages import InputError
from kbbx_xl.model import Finding, Period

if TYPE_CHECKING:
    from kbbx_xl.books.explain import Explanation
    from kbbx_xl.cli import shapes

STDOUT, ANSWER = Path("-"), "answer.json"


def json_target(path: Path | None) -> Path | None:
    """--json as it was given; with - all that is said goes to standard error.  InputError: a folder."""
    if path == STDOUT:
        screen.console.stderr = True
    elif path is not None and path.is_dir():
        raise InputError(f"“{path}”是文件夹，请写出文件名")
    return path


def write_json(path: Path, value: object) -> None:
    """Write JSON whole or not at all; UTF-8, sorted keys, the same bytes for the same value."""
    if path == STDOUT:
        sys.stdout.write(json_text(value))
    else:
        write_set([json_result(path, value)])


def answer(path: Path | None, value: Mapping[str, Any]) -> None:
    """Write what a command found where ``--json`` says; children named in texts are not repeated."""
    if path is not None:
        write_json(path, _discreet(value))


def _discreet(value: Any) -> Any:
    if isinstance(value, str):
        return screen.discreet(value)
    if isinstance(value, Path | dt.date | Period):
        return screen.discreet(str(value))
    if isinstance(value, Mapping):
        return {str(key): _discreet(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_discreet(one) for one in value]
    return value


@contextmanager
def json_file(path: Path | None) -> Iterator[Path | None]:
    """A file for those who write JSON as one of a set of files; what is meant for - is shown after."""
    if path != STDOUT:
        yield path
        return
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / ANSWER
        yield made
        sys.stdout.write(made.read_text(encoding="utf-8"))


def lasting(written: Iterable[Written], json: Path | None) -> list[Written]:
    """What of the written files stays: not the one that was shown on standard output."""
    return [one for one in written if json != STDOUT or one.path.name != ANSWER]


def explained(one: Explanation) -> shapes.Explained:
    """An explanation with all that it is made of."""
    return {
        "sheet": one.sheet,
        "cell": one.cell,
        "measure": one.measure,
        "value": one.value,
        "how": one.how,
        "formula": one.formula,
        "rows": [{"file": s.file, "sheet": s.sheet, "rows": s.rows} for s in one.spans],
        "parts": [explained(part) for part in one.parts],
    }


def found(findings: Iterable[Finding]) -> list[shapes.Found]:
    """Findings as ``flow.export`` writes them."""
    return cast("list[shapes.Found]", finding_rows(findings))
