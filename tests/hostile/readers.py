"""The readers that are compared, each giving the pupils it found in a file."""

from __future__ import annotations

import datetime as dt
import functools
import tempfile
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kbbx_xl.messages import line, severity
from kbbx_xl.model import FileRead, Finding, Period, Severity
from tests.hostile.package import TITLES, Record, book_parts, pack

OCTOBER = Period(2026, 10)
FIELDS = {**TITLES, "birth": "出生日期"}
OTHER_TITLES = {"学生姓名": "name", "姓名": "name"}


@dataclass(frozen=True)
class Seen:
    """What a reader made of a file; ``said`` are its findings or warnings."""

    refused: bool
    pupils: list[Record] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    warned: bool = False  # it says that something is not as it should be


def read_ours(path: Path) -> FileRead:
    """The one place where the entry of kbbx_xl stands that is put to the test: a watched process."""
    from kbbx_xl.books.reading import Reader, read_files

    (read, *_) = read_files([(path, path.name)], Reader(OCTOBER))
    return read


def read_bare(path: Path) -> FileRead:
    """The reader alone, in this process: what it raises, takes or kills is its own."""
    from kbbx_xl.books.read import read_file

    return read_file(path, path.name, period=OCTOBER)


def kbbx(path: Path) -> Seen:
    """What ``check`` tells a clerk: the reader's findings and those of the rules.

    What the rules say of the sound roster as well (no ledger was sent with it) is no news.
    """
    result = read_ours(path)
    findings = _findings(result) - _of_sound_file()
    bad = any(severity(Finding(code)) is not Severity.NOTE for code, _ in findings)
    pupils = [
        {name: text(table.get(name)[i]) for name in FIELDS}
        for table in result.tables
        for i in range(len(table))
    ]
    refused = result.status != "read" or (not pupils and bad)
    return Seen(refused, pupils, sorted(said for _, said in findings), warned=bad)


def _findings(result: FileRead) -> set[tuple[str, str]]:
    """Code and message of all findings; the file's name is left out."""
    from kbbx_xl.books.checking import check_reads
    from kbbx_xl.settings.policies import load_policy

    _, found = check_reads(
        [result], month=OCTOBER, as_of=dt.date(2026, 10, 20), policy=load_policy("tanghe")
    )
    return {(f.code, line(f).replace(result.path, "")) for f in found}


@functools.cache
def _of_sound_file() -> set[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "学籍.xlsx"
        path.write_bytes(pack(book_parts()))
        return _findings(read_ours(path))


def text(value: object) -> str:
    """A value as it would be typed: whole numbers without a point, days as ISO."""
    if value is None or value != value:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat(" ") if value.time() != dt.time.min else value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _pandas(engine: str) -> Callable[[Path], Seen]:
    def read(path: Path) -> Seen:
        import pandas as pd

        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            if path.suffix.lower() == ".csv":
                frames = {"": _csv(path)}
            else:
                frames = pd.read_excel(path, sheet_name=None, header=None, engine=engine)
        said = [str(w.message) for w in heard if not issubclass(w.category, DeprecationWarning)]
        pupils = [p for frame in frames.values() for p in pupils_of(frame.to_numpy().tolist())]
        return Seen(False, pupils, said, warned=bool(said))

    return read


def _csv(path: Path) -> object:
    import pandas as pd

    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            return pd.read_csv(path, header=None, encoding=encoding, names=range(40), dtype=str)
        except UnicodeError:
            continue
    raise ValueError("no encoding fits")


def pupils_of(rows: Iterable[Sequence[object]]) -> list[Record]:
    """The records below each row of headings, as a careful script would take them."""
    columns: dict[str, int] = {}
    found = []
    for row in rows:
        cells = [text(cell) for cell in row]
        titles = {title: c for c, title in enumerate(cells) if title}
        heads = {name: titles[title] for name, title in FIELDS.items() if title in titles}
        heads |= {name: titles[title] for title, name in OTHER_TITLES.items() if title in titles}
        if "name" in heads and len(titles) > 3:
            columns = heads
        elif columns and any(cells[c] for c in columns.values()):
            found.append({name: cells[c] for name, c in columns.items()})
    return found


READERS: dict[str, Callable[[Path], Seen]] = {
    "pandas+openpyxl": _pandas("openpyxl"),
    "pandas+calamine": _pandas("calamine"),
    "kbbx_xl": kbbx,
}


def warm(names: Iterable[str] = READERS) -> None:
    """Load readers and settings once, so that a forked process measures the file and no import."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "学籍.xlsx"
        path.write_bytes(pack(book_parts()))
        for name in names:
            READERS[name](path)
