"""Mutant number n of a seed: always the same file, and what is to be thought of it."""

from __future__ import annotations

import functools
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from kbbx_xl.model import FileRead
from tests.fuzz import cells, oracle, packages
from tests.fuzz.corpus import bases, by_cells, sheets
from tests.fuzz.writer import FORMATS, NAMES, write
from tests.hostile.package import pack
from tests.hostile.readers import read_bare

Judge = Callable[[FileRead, Path], str]
ZIPPED = (".xlsx", ".ods")
LEVELS = ("cell",) * 9 + ("xml",) * 6 + ("zip",) * 4 + ("entry",) * 2 + ("bytes",) * 3


@dataclass(frozen=True)
class Made:
    """One mutant: its bytes, what was done to which file, and the judge of what comes of it."""

    level: str
    name: str
    data: bytes
    what: str
    judge: Judge


def make(seed: int, number: int) -> Made:
    rng = Random(f"{seed}:{number}")
    level = rng.choice(LEVELS)
    return {"cell": _cell, "xml": _xml, "zip": _zip, "entry": _entry, "bytes": _bytes}[level](rng)


def _cell(rng: Random) -> Made:
    number = rng.choice(by_cells())
    kind = rng.choice(FORMATS)
    whole = sheets(number)
    used = whole if kind == "xlsx" else whole[:1]
    base = _written_facts(number, kind)
    mutant = cells.start(used if kind == "xlsx" else _renamed(used, base))
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5))):
        cells.mutate(mutant, set(base.rows), rng)
    if kind != "xlsx":
        for page in mutant.pages:
            page.name = page.source
    data = write(kind, mutant.sheets)
    what = f"{kind} {bases()[number].name}: {' '.join(mutant.steps)}"
    return Made("cell", NAMES[kind], data, what, lambda r, _: oracle.judge_cells(base, mutant, r))


def _renamed(used: tuple[cells.Sheet, ...], base: oracle.Facts) -> tuple[cells.Sheet, ...]:
    """A format without names of sheets has one of its own, which the sound file shows."""
    name = next((sheet for sheet, _ in base.rows), used[0].name)
    return (cells.Sheet(name, used[0].rows),)


@functools.cache
def _written_facts(number: int, kind: str) -> oracle.Facts:
    """What comes out of the base when it is written by us and not changed at all."""
    whole = sheets(number)
    mutant = cells.start(whole if kind == "xlsx" else whole[:1])
    return oracle.facts(_read(NAMES[kind], write(kind, mutant.sheets)))


@functools.cache
def _facts(number: int) -> oracle.Facts:
    base = bases()[number]
    return oracle.facts(_read(base.name, base.data))


def _read(name: str, data: bytes) -> FileRead:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return read_bare(path)


def _of(rng: Random, *suffixes: str) -> int:
    """The number of a base of one of these formats; small ones come more often than large ones."""
    numbers = [n for n, base in enumerate(bases()) if base.suffix in suffixes]
    return rng.choices(numbers, [1 / (3000 + len(bases()[n].data)) for n in numbers])[0]


def _xml(rng: Random) -> Made:
    number = _of(rng, *ZIPPED)
    base = bases()[number]
    data, steps = packages.mutate_xml(base.data, rng)
    return Made(
        "xml", base.name, data, f"{base.name}: {' '.join(steps)}", _package(number, raw=False)
    )


def _zip(rng: Random) -> Made:
    number = _of(rng, *ZIPPED)
    base = bases()[number]
    step = rng.choice(packages.RAW)
    return Made(
        "zip",
        base.name,
        step(base.data, rng),
        f"{base.name}: {step.__name__}",
        _package(number, raw=True),
    )


def _entry(rng: Random) -> Made:
    number = _of(rng, *ZIPPED)
    base = bases()[number]
    step = rng.choice(packages.ENTRIES)
    items = step(packages.unpack(base.data), rng)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of the doubles that are wanted here
        data = pack(items)
    return Made(
        "entry", base.name, data, f"{base.name}: {step.__name__}", _package(number, raw=False)
    )


def _package(number: int, *, raw: bool) -> Judge:
    return lambda read, path: oracle.judge_package(_facts(number), read, raw=raw, path=path)


def _bytes(rng: Random) -> Made:
    """Old workbooks and text carry no checksum: another reader, or the other lines, must agree."""
    number = _of(rng, ".xls", ".csv")
    base = bases()[number]
    if base.suffix == ".csv":
        return _csv_line(number, rng)
    step = rng.choice(packages.BYTES)
    what = f"{base.name}: {step.__name__}"
    return Made("bytes", base.name, step(base.data, rng), what, _package(number, raw=False))


def _csv_line(number: int, rng: Random) -> Made:
    """One line of a text changed; the others must come out as they were."""
    base = bases()[number]
    lines = base.data.split(b"\n")
    at = rng.randrange(2, len(lines) - 1)
    line = lines[at]
    place = rng.randrange(len(line) or 1)
    new = rng.choice(
        (b'"', b",", b";", b"\t", b"\0", b"\r", b"'", b'""', b"\xff", b"\x80", rng.randbytes(3))
    )
    lines[at] = line[:place] + new + line[place + rng.choice((0, 0, 1, 3)) :]
    what = f"{base.name}: line {new!r}"
    return Made(
        "bytes",
        base.name,
        b"\n".join(lines),
        what,
        lambda r, _: oracle.conserved(_facts(number), r),
    )
