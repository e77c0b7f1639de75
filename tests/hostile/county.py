"""A county of packages of which some are damaged, encrypted or hostile: the others are consolidated.

``python -m tests.hostile.county [--schools 250 --damaged 40 --encrypted 10 --hostile 5 --seed 1]``
packs every school of a pretend county, spoils some, runs ``county`` on the folder, and holds what
came out against ``county`` on the sound schools alone.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from kbbx_xl.books.package import Member
from kbbx_xl.books.package.manifest import seal_up
from kbbx_xl.books.package.writing import encrypted_package, plain_package
from kbbx_xl.demo import make_county
from kbbx_xl.model import Period

MONTH, AS_OF = Period(2026, 10), "2026-10-20"
SECTIONS = ("units", "totals", "runs", "cases", "coverage", "persuasion", "id_problems")


@dataclass(frozen=True)
class Outcome:
    """What came of the county: packages by fate, what ``county`` listed, and whether numbers agree."""

    sound: int
    spoilt: dict[str, str]  # package -> how it was spoilt
    listed: dict[str, tuple[str, str, str]]  # file -> code, cause, remedy, as 未读文件 says
    agree: bool
    seconds: float
    exit_code: int


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data) - 30)]


def _flip(data: bytes, chance: random.Random) -> bytes:
    """One bit inside the compressed content of the largest file."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        info = max(package.infolist(), key=lambda i: i.compress_size)
    at = info.header_offset + 30 + len(info.filename.encode()) + info.compress_size // 2
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _zeros(data: bytes, chance: random.Random) -> bytes:
    return bytes(len(data))


def _picture(data: bytes, chance: random.Random) -> bytes:
    return b"\xff\xd8\xff\xe0" + data[4:]


def _bomb() -> bytes:
    return _zip({"a.xlsx": bytes(600 << 20)})


def _outside() -> bytes:
    return _zip({"../../登记表.xlsx": b"x"})


def _many() -> bytes:
    return _zip({f"{n}.xlsx": b"" for n in range(100_000)}, zipfile.ZIP_STORED)


def _twice() -> bytes:
    return _zip({"登记表.xlsx": b"x", "登记表.XLSX": b"y"})


def _overlapping() -> bytes:
    """Two entries of the directory that share one content."""
    data = bytearray(_zip({"a.xlsx": bytes(5000), "b.xlsx": bytes(5000)}))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = bytes(4)
    return bytes(data)


def _zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return out.getvalue()


DAMAGE: tuple[Callable[[bytes, random.Random], bytes], ...] = (_cut, _flip, _zeros, _picture)
HOSTILE: tuple[Callable[[], bytes], ...] = (_bomb, _outside, _many, _twice, _overlapping)


def run(
    folder: Path, *, schools: int, damaged: int, encrypted: int, hostile: int, seed: int = 1
) -> Outcome:
    """Make the county below ``folder``, spoil it, and consolidate both."""
    made, sound = folder / "county", folder / "sound"
    make_county(made, schools=schools, students=schools * 20, month=MONTH, seed=seed)
    shutil.copytree(made, sound)
    homes = sorted(
        {
            p.parent
            for p in (made / "报送").rglob("*.xlsx")
            if p.parent.parent.parent == made / "报送"
        }
    )
    chance = random.Random(seed)
    chosen = chance.sample(homes, damaged + encrypted + hostile)
    spoilt: dict[str, str] = {}
    for home in homes:
        data = _package(home)
        number = chosen.index(home) if home in chosen else -1
        if 0 <= number < damaged:
            act = DAMAGE[number % len(DAMAGE)]
            data, how = act(data, chance), f"damaged:{act.__name__}"
        elif 0 <= number < damaged + encrypted:
            data, how = encrypted_package(data, "Tian-di-2026"), "encrypted"
        elif number >= 0:
            act_hostile = HOSTILE[number % len(HOSTILE)]
            data, how = act_hostile(), f"hostile:{act_hostile.__name__}"
        shutil.rmtree(home)
        target = home.with_suffix(".zip")
        target.write_bytes(data)
        if number >= 0:
            spoilt[target.relative_to(made).as_posix()] = how
            shutil.rmtree(sound / home.relative_to(made))
    start = time.perf_counter()
    code = _county(made, folder / "out", folder / "made.json")
    seconds = time.perf_counter() - start
    _county(sound, folder / "out_sound", folder / "sound.json")
    listed = _listed(folder / "out" / f"全县汇总_{MONTH}.xlsx")
    agree = _numbers(folder / "made.json") == _numbers(folder / "sound.json")
    return Outcome(len(homes) - len(spoilt), spoilt, listed, agree, seconds, code)


def _package(home: Path) -> bytes:
    files = [
        Member(path.relative_to(home).as_posix(), path.read_bytes())
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.startswith("~$")
    ]
    now = dt.datetime(2026, 10, 21, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    return plain_package(files, seal_up(files, unit=home.name, month=MONTH, now=now))


def _county(folder: Path, out: Path, target: Path) -> int:
    command = [sys.executable, "-m", "kbbx_xl", "county", str(folder), "--month", str(MONTH)]
    command += ["--as-of", AS_OF, "-o", str(out), "--json", str(target)]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode


def _listed(summary: Path) -> dict[str, tuple[str, str, str]]:
    """未读文件 of the summary: file -> code, cause, remedy."""
    sheet = openpyxl.load_workbook(summary, read_only=True, data_only=True)["未读文件"]
    rows = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    return {str(row[2]): (str(row[3]), str(row[4]), str(row[5])) for row in rows}


def _numbers(path: Path) -> str:
    """What is counted; where it was read (a package or a folder) left out."""
    told = json.loads(path.read_text(encoding="utf-8"))
    text = json.dumps({name: told[name] for name in SECTIONS}, ensure_ascii=False, sort_keys=True)
    return text.replace(".zip/", "/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("schools", 250), ("damaged", 40), ("encrypted", 10), ("hostile", 5), ("seed", 1)):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=default)
    options = vars(parser.parse_args())
    with tempfile.TemporaryDirectory() as folder:
        told = run(Path(folder), **options)
    print(
        f"{told.sound} sound packages, {len(told.spoilt)} spoilt; county: exit {told.exit_code}, {told.seconds:.1f} s"
    )
    print(f"numbers of the sound schools: {'the same' if told.agree else 'DIFFERENT'}")
    missing = sorted(set(told.spoilt) - set(told.listed))
    print(f"listed in 未读文件: {len(told.listed)}; spoilt and not listed: {missing or 'none'}")
    for how in sorted(set(told.spoilt.values())):
        files = [name for name, spoil in told.spoilt.items() if spoil == how]
        code, cause, remedy = told.listed.get(files[0], ("", "NOT LISTED", ""))
        print(f"| {how} | {len(files)} | {code} | {cause} | {remedy} |")
    wrong = missing or not told.agree or told.exit_code or set(told.listed) - set(told.spoilt)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
