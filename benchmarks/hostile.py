"""`make hostile`: every hostile kind through three readers, each file in a process of its own.

Time, memory and outcome of pandas + openpyxl, pandas + calamine and kbbx_xl (which reads and
checks); exits 1 when kbbx_xl crashes, hangs, takes more than 1 GB or accepts what it must not.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.hostile import limits
from tests.hostile.judge import BAD, Outcome, allowed, outcome
from tests.hostile.kinds import Hostile, all_kinds
from tests.hostile.readers import READERS, warm

OURS = "kbbx_xl"
SECONDS, MEMORY, MOST = 20, 2 * limits.GIB, limits.GIB
GROUPS = {
    "zips": "压缩包 (package)",
    "package_parts": "部件 (parts of the package)",
    "xml": "XML",
    "structure": "工作表结构 (structure of the sheet)",
    "cells": "单元格 (cells)",
    "extent": "区域、数字、日期 (extent, numbers, days)",
    "documents": "工作簿附带的东西 (what a workbook carries)",
    "formats": "其他格式 (other formats)",
    "renamed": "改名和不完整的文件 (renamed and partial files)",
    "texts": "CSV 和 HTML",
    "names": "文件名 (file names)",
    "places": "不是文件的东西 (things that are no file)",
}


@dataclass(frozen=True)
class Line:
    """One kind of file through one reader."""

    outcome: Outcome
    seconds: float
    memory: int
    allowed: bool
    said: str

    @property
    def bad(self) -> bool:
        return self.outcome in BAD

    def cell(self) -> str:
        text = f"**{self.outcome}**" if self.bad else str(self.outcome)
        return f"{text} · {self.seconds:.1f} s · {self.memory / 2**20:.0f} MiB"


def main() -> None:
    options = _options()
    kinds = {s: k for s, k in all_kinds().items() if not options.only or s in options.only}
    warm(options.readers)
    lines: dict[str, dict[str, Line]] = {}
    for number, (slug, kind) in enumerate(kinds.items(), 1):
        lines[slug] = {name: _line(kind, name) for name in options.readers}
        print(
            f"{number}/{len(kinds)} {slug}: " + " | ".join(x.cell() for x in lines[slug].values())
        )
    page = _page(kinds, lines, options.readers)
    if options.output:
        options.output.write_text(page, encoding="utf-8")
    else:
        print(page)
    print("\n".join(_totals(lines, options.readers)))
    wrong = _wrong(lines) if OURS in options.readers else []
    print("\n".join(wrong) or f"{OURS}: nothing wrong")
    sys.exit(1 if wrong else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, help="page to write, such as docs/hostile.md")
    parser.add_argument("--only", nargs="*", default=[], help="slugs of kinds")
    parser.add_argument("--readers", nargs="*", default=list(READERS), choices=list(READERS))
    return parser.parse_args()


def _line(kind: Hostile, name: str) -> Line:
    with tempfile.TemporaryDirectory() as folder:
        path = kind.place(Path(folder))
        ran = limits.run(lambda: READERS[name](path), seconds=SECONDS, memory=MEMORY)
    result = outcome(kind, ran, findings=name == OURS)
    said = ran.said or " ".join(getattr(ran.value, "said", ()))
    return Line(result, ran.seconds, ran.memory, allowed(kind, result), said)


def _wrong(lines: dict[str, dict[str, Line]]) -> list[str]:
    """What must not be of kbbx_xl, one line a kind."""
    found = []
    for slug, by_reader in lines.items():
        line = by_reader[OURS]
        if line.bad or not line.allowed or line.memory > MOST:
            found.append(f"{OURS} {slug}: {line.cell()} {line.said[:100].strip()}")
    return found


def _totals(lines: dict[str, dict[str, Line]], readers: Sequence[str]) -> list[str]:
    head = ["| | " + " | ".join(readers) + " |", "|---|" + "---|" * len(readers)]
    counts = {n: Counter(row[n].outcome for row in lines.values()) for n in readers}
    body = [f"| {o} | " + " | ".join(str(counts[n][o]) for n in readers) + " |" for o in Outcome]
    over = {n: sum(row[n].memory > MOST for row in lines.values()) for n in readers}
    slow = {n: max(row[n].seconds for row in lines.values()) for n in readers}
    outside = {n: sum(not row[n].allowed for row in lines.values()) for n in readers}
    body.append("| more than 1 GB | " + " | ".join(str(over[n]) for n in readers) + " |")
    body.append("| slowest, s | " + " | ".join(f"{slow[n]:.1f}" for n in readers) + " |")
    body.append("| not among the allowed | " + " | ".join(str(outside[n]) for n in readers) + " |")
    return head + body


def _page(
    kinds: dict[str, Hostile], lines: dict[str, dict[str, Line]], readers: Sequence[str]
) -> str:
    versions = ", ".join(
        f"{n} {importlib.metadata.version(n)}" for n in ("pandas", "openpyxl", "python-calamine")
    )
    text = [
        "# Hostile files: what three readers do with them",
        "",
        f"{len(kinds)} kinds, made by `tests/hostile` from one real roster of 8 pupils; Python "
        f"{platform.python_version()}, {versions}. Each file in a process of its own, {SECONDS} s, "
        f"{MEMORY // limits.GIB} GiB. kbbx_xl reads and checks. `make hostile` repeats it.",
        "",
        *_totals(lines, readers),
        "",
        f"kbbx_xl: {len(_wrong(lines)) if OURS in readers else 0} outcomes that must not be.",
    ]
    for group, title in GROUPS.items():
        members = [k for k in kinds.values() if k.group == group]
        if members:
            text += ["", f"## {title}", "", "| kind | danger | " + " | ".join(readers) + " |"]
            text.append("|---|---|" + "---|" * len(readers))
            text += [_row(kind, lines[kind.slug], readers) for kind in members]
    return "\n".join([*text, ""])


def _row(kind: Hostile, row: dict[str, Line], readers: Sequence[str]) -> str:
    danger = kind.danger.replace("|", "\\|").replace("<", "&lt;")
    cells = " | ".join(row[name].cell() for name in readers)
    return f"| {kind.title.replace('|', chr(92) + '|')} `{kind.slug}` | {danger} | {cells} |"


if __name__ == "__main__":
    main()
