"""The files of a folder with their school years; what is no result or submission is left alone.

The year comes from the stamp or the month written in a file, else from its name.  Whatever else in
the file speaks of a later day moves it on, never back: a file is rather kept too long.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from kbbx_xl.books.files import is_open
from kbbx_xl.books.read import read_grids
from kbbx_xl.books.read.sheets import open_book
from kbbx_xl.messages import InputError
from kbbx_xl.model import MASKED_FORM, SUMMARY_FORM, FileRead, Kind, Period
from kbbx_xl.rules.retention import SchoolYear, days_in, is_past, latest, school_year, year_in
from kbbx_xl.settings.retention import Retention

WORKBOOKS = frozenset((".xlsx", ".xlsm", ".xls", ".ods", ".csv"))
NO_YEAR = Period(1999, 1)  # what a date without a year would be of; such a date is no proof
DIRECTORY_FORM = "directory"
KEPT_KINDS = frozenset((Kind.DIRECTORY, Kind.CALENDAR, Kind.VILLAGES))
PAPER = "paper"  # key in the stamp of certificates and logs, which are kept
LETTER = re.compile(r"_(20\d\d)-\d{3}_[0-9a-f]{5}(?:_新\d+|_备份[\d-]+)?$")
OUR_JSON = (("findings",), ("due", "as_of"), ("runs", "month"), ("numbers", "month"))
OUR_CALENDAR = b"PRODID:-//kbbx-xl"
AUTHOR = b"<dc:creator>kbbx-xl</dc:creator>"
PASSWORD = "F02"  # finding of a workbook that cannot be looked into  # noqa: S105
IN_PACKAGES = WORKBOOKS | {".docx", ".pdf", ".json", ".ics", ".txt"}
LONGEST_CELL = 200  # characters; more is prose, which speaks of other years
LARGEST_TEXT = 64 * 1024 * 1024


class Kept(StrEnum):
    """Why a file is not past its time, or not touched whatever its year is."""

    CURRENT = "未到期"
    UNKNOWN = "学年不明"
    FOREVER = "永久保管"
    STAYS = "不在清理范围"
    FOREIGN = "认不出"
    LINK = "链接"
    SHARED = "另有硬链接"
    OPEN = "正在被打开"


@dataclass(frozen=True, slots=True)
class Found:
    """One file below the folder: what it is, its school year, and by what the year is known."""

    path: Path
    rel: str
    size: int
    sha256: str
    identity: tuple[int, int]  # device and number of the file, to know it again
    year: SchoolYear | None = None
    known_by: str = ""


@dataclass(slots=True)
class Listing:
    """Files whose time is over, and all others by the reason why they stay."""

    past: list[Found] = field(default_factory=list)
    kept: dict[Kept, list[Found]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return len(self.past) + sum(map(len, self.kept.values()))


def find_files(folder: Path, rules: Retention, *, years: int, as_of: dt.date) -> Listing:
    """Every regular file below ``folder``, links not followed; InputError for no folder or a link."""
    if folder.is_symlink() or not folder.is_dir():
        raise InputError(f"不是文件夹，或是一个链接：{folder}")
    listing = Listing()
    for path, rel, status in _walk(folder):
        found, why = _look(path, rel, status, rules, as_of)
        if why is None and found.year is None:
            why = Kept.UNKNOWN
        elif why is None and found.year and not is_past(found.year, years, as_of):
            why = Kept.CURRENT
        if why is None:
            listing.past.append(found)
        else:
            listing.kept.setdefault(why, []).append(found)
    return listing


def _walk(folder: Path) -> Iterator[tuple[Path, str, os.stat_result]]:
    """Files and links below a folder, sorted; links and junctions are given, not entered."""
    with os.scandir(folder) as entries:
        here = sorted(entries, key=lambda entry: entry.name)
    for entry in here:
        status = entry.stat(follow_symlinks=False)
        path = Path(entry.path)
        if stat.S_ISDIR(status.st_mode) and not _leads_away(status):
            for below, rel, known in _walk(path):
                yield below, f"{entry.name}/{rel}", known
        else:
            yield path, entry.name, status


def _leads_away(status: os.stat_result) -> bool:
    """Whether it is a junction or a placeholder of a cloud drive, which only Windows has."""
    return getattr(status, "st_reparse_tag", None) not in (None, 0)


def _look(
    path: Path, rel: str, status: os.stat_result, rules: Retention, as_of: dt.date
) -> tuple[Found, Kept | None]:
    """The file, and why it stays whatever its year; None when its year decides."""
    found = Found(path, rel, status.st_size, "", (status.st_dev, status.st_ino))
    if not stat.S_ISREG(status.st_mode) or _leads_away(status):
        return found, Kept.LINK
    if status.st_nlink > 1:
        return found, Kept.SHARED
    if rules.forever(path.name):
        return found, Kept.FOREVER
    if rules.stays(path.name):
        return found, Kept.STAYS
    if path.name.startswith((".", "~$")):
        return found, Kept.FOREIGN
    if is_open(path):
        return found, Kept.OPEN
    return _read(found, as_of)


def _read(found: Found, as_of: dt.date) -> tuple[Found, Kept | None]:
    """The year of a file, by its kind; FOREIGN when it is none of ours and no submission."""
    suffix = found.path.suffix.lower()
    try:
        data = found.path.read_bytes()
    except OSError:
        return found, Kept.FOREIGN
    look = {".docx": _letter, ".pdf": _letter, ".json": _json, ".ics": _calendar, ".zip": _package}
    if suffix in WORKBOOKS:
        said = _workbook(found, as_of)
    elif suffix in look and len(data) <= LARGEST_TEXT:
        said = look[suffix](found, data, as_of)
    else:
        said = None
    if said is None:
        return found, Kept.FOREIGN
    if isinstance(said, Kept):
        return found, said
    days, stated = said
    named = year_in(found.path.stem)
    years = [*([stated] if stated else []), *([named] if named else [])]
    by = "文件内容" if stated else "文件名"
    year = max(years, default=None)
    last = latest(days, until=as_of)
    if year and last and school_year(last) > year:
        year, by = school_year(last), "文件里最晚的日期"
    sha256 = hashlib.sha256(data).hexdigest()
    return (
        Found(
            found.path,
            found.rel,
            len(data),
            sha256,
            found.identity,
            year,
            by if year else "",
        ),
        None,
    )


Said = tuple[list[dt.date], SchoolYear | None] | Kept | None


def _workbook(found: Found, as_of: dt.date) -> Said:
    book = open_book(found.path, found.path.name)
    if not book.readable:
        locked = any(finding.code == PASSWORD for finding in book.findings)
        return ([], None) if locked else None
    if PAPER in book.own or book.own.get("form") == DIRECTORY_FORM:
        return Kept.STAYS
    stamped = _month(book.own.get("period", ""))
    if book.own.get("form") in (SUMMARY_FORM, MASKED_FORM):
        days = list(_dates(row for grid in book.grids for row in grid.rows))
        last = latest(days, until=as_of)
        return days, stamped or (school_year(last) if last else None)
    read = read_grids(book, found.path.name, period=NO_YEAR)
    if any(table.kind in KEPT_KINDS for table in read.tables):
        return Kept.STAYS
    if not read.tables and not book.own:
        return None
    stated = [year for text in _stated(read) if (year := _month(text))]
    grids = (row for grid in book.grids for row in grid.rows)
    columns = (column for table in read.tables for column in table.columns.values())
    days = list(_dates(columns if book.own else grids))  # examples in our notes are no data
    return days, max([*stated, *([stamped] if stamped else [])], default=None)


def _stated(read: FileRead) -> Iterator[str]:
    """The months and days of filling in that are written above tables, with their year."""
    for table in read.tables:
        yield table.meta.get("月份", "")[:7]
        yield table.meta.get("填报日期", "")[:7]


def _month(text: str) -> SchoolYear | None:
    try:
        period = Period.parse(text)
    except ValueError:
        return None
    return school_year(period.first) if period.year > NO_YEAR.year + 1 else None


def _dates(rows: Iterable[Sequence[object]]) -> Iterator[dt.date]:
    """Dates in cells, as dates or as text."""
    for row in rows:
        for cell in row:
            if isinstance(cell, dt.datetime):
                yield cell.date()
            elif isinstance(cell, dt.date):
                yield cell
            elif isinstance(cell, str) and "20" in cell and len(cell) < LONGEST_CELL:
                yield from days_in(cell)


def _letter(found: Found, data: bytes, as_of: dt.date) -> Said:
    """A letter of ours by the form of its name, or a report of ours by its author."""
    named = LETTER.search(found.path.stem)
    text = b""
    ours = named is not None
    if found.path.suffix.lower() == ".docx":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                text = parts.read("word/document.xml")[:LARGEST_TEXT]
                ours = ours or AUTHOR in parts.read("docProps/core.xml")
        except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError):
            return None
    if not ours:
        return None
    plain = re.sub(r"<[^>]+>", "", text.decode("utf-8", "replace"))
    days = days_in(plain)
    if last := latest(days, until=as_of):
        return days, school_year(last)
    return days, SchoolYear(int(named[1])) if named else None


def _json(_: Found, data: bytes, as_of: dt.date) -> Said:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not any(all(k in value for k in ks) for ks in OUR_JSON):
        return None
    days = days_in(str(value.get("as_of", "")))
    last = latest(days, until=as_of)
    return days, _month(str(value.get("month", ""))) or (school_year(last) if last else None)


def _calendar(_: Found, data: bytes, as_of: dt.date) -> Said:
    if OUR_CALENDAR not in data[:2000]:
        return None
    days = days_in(data.decode("utf-8", "replace"))
    last = latest(days, until=as_of)
    return days, school_year(last) if last else None


def _package(_: Found, data: bytes, __: dt.date) -> Said:
    """A package of submissions: nothing in it but files that could be submitted."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = [name for name in parts.namelist() if not name.endswith("/")]
    except (zipfile.BadZipFile, OSError):
        return None
    if not names or any(Path(name).suffix.lower() not in IN_PACKAGES for name in names):
        return None
    years = [year for name in names if (year := year_in(name))]
    return [], max(years, default=None)
