"""100,000 × 100,000 rows of 人籍比对: read, match, write, each in a fresh process, and how well it finds.

Run ``python -m benchmarks.matching``.  Both lists are the labelled ones of the tests: a register and
another office's list with typos, swapped characters and digits, 15-digit and disability numbers,
missing and copied ids, namesakes, twins and moved children.  The page goes to docs/bench-match.md when
the lists have their full size.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from benchmarks import measure
from kbbx_xl.books.match import match_reads, read_people, write_match
from kbbx_xl.model import Period
from kbbx_xl.rules.matching import Confidence, Matching, Pair
from tests.rules.matching_lists import IN_LIST, Labelled, Row, labelled, score

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "bench-match.md"
FULL, SEED, MONTH = 100_000, 1, Period(2026, 10)
HEADS = ("姓名", "性别", "出生日期", "身份证件号", "学籍号", "学校", "班级")
FIRST_ROW, FOUND = 2, "found.json"
MOST_SECONDS = 60
MOST_WRONG = 1e-4  # of the rows: another child's id under the same name, birthday and school
TITLES = {
    "": "nothing wrong", "missing_id": "id missing", "typo_name": "a character of the name wrong",
    "typo_name_no_id": "a character of the name wrong, no id", "swapped_name": "characters of the name swapped, no id",
    "swapped_digits": "two digits of the id swapped", "wrong_digit": "a digit of the id wrong",
    "excel_digits": "id ruined by Excel, no birth", "bare_swapped": "digits swapped, no birth or school",
    "no_id_no_school": "no id, no school", "no_id_no_birth": "no id, no birth",
    "copied_id": "another child's id", "moved": "another school", "moved_no_id": "another school, no id",
    "disability": "number of the disability certificate", "fifteen": "id of 15 digits",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=FULL)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder:
        _run(options.folder)
        return
    lists = labelled(round(options.rows / IN_LIST), seed=SEED)
    with tempfile.TemporaryDirectory() as made:
        for name, rows in (("left", lists.left_rows), ("right", lists.right_rows)):
            _write(Path(made) / f"{name}.xlsx", rows)
        cost = measure.run([sys.executable, "-m", "benchmarks.matching", "--folder", made])
        found = json.loads((Path(made) / FOUND).read_text())
    page, wrong = _page(lists, cost, found)
    print(page)
    if options.rows == FULL:
        PAGE.write_text(page, encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")
    if wrong > MOST_WRONG * options.rows or (options.rows == FULL and cost.wall > MOST_SECONDS):
        told = f"{wrong} wrong pairs called certain, {cost.wall:.0f} s; at most {MOST_SECONDS} s"
        raise SystemExit(told)


def _write(path: Path, rows: Sequence[Row]) -> None:
    book = Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("名册")
    sheet.write_row(0, 0, HEADS)
    for n, row in enumerate(rows, FIRST_ROW - 1):
        born = row.birth.isoformat() if row.birth else ""
        cells = (row.name, row.sex, born, row.id_no, row.student_no, row.school, row.class_name)
        for column, text in enumerate(cells):
            if text:
                sheet.write_string(n, column, text)
    book.close()


def _run(folder: Path) -> None:
    """What a user's run does, timed; then the pairs, by row from 0, to hold against the truth."""
    gc.disable()  # as the command line does
    times, start = {}, time.perf_counter()

    def step(name: str) -> None:
        nonlocal start
        times[name], start = time.perf_counter() - start, time.perf_counter()

    (left, right), root = read_people([folder / "left.xlsx"], [folder / "right.xlsx"], period=MONTH)
    step("read")
    result = match_reads(left, right, month=MONTH)
    step("match")
    written = write_match(result, folder / "result.xlsx", sources=root)
    step("write")
    rows = [
        [row.source.row - FIRST_ROW for row in side.rows] for side in (result.left, result.right)
    ]
    pairs = [
        (rows[0][p.left], rows[1][p.right], p.confidence)
        for p in (*result.matching.both, *result.matching.doubtful)
    ]
    size = written.path.stat().st_size
    (folder / FOUND).write_text(json.dumps({"times": times, "size": size, "pairs": pairs}))


def _page(lists: Labelled, cost: measure.Cost, found: dict[str, Any]) -> tuple[str, int]:
    """The page, and how many pairs called certain are wrong."""
    pairs = [Pair(i, j, Confidence(level), "") for i, j, level in found["pairs"]]
    sure = [p for p in pairs if p.confidence is Confidence.SURE]
    asked = [p for p in pairs if p.confidence is not Confidence.SURE]
    reached = score(lists, Matching(sure, asked))
    levels = []
    for level in Confidence:
        of_level = [p for p in pairs if p.confidence is level]
        right = sum(lists.right_pair(p.left, p.right) for p in of_level)
        levels.append(
            f"| {level} | {len(of_level):,} | {len(of_level) - right:,} | {right / max(len(of_level), 1):.3%} |"
        )
    slips = [
        f"| {TITLES[slip]} | {n:,} | {c / n:.1%} | {(c + a) / n:.1%} |"
        for slip, (n, c, a) in sorted(reached.by_slip.items(), key=lambda x: -x[1][0])
    ]
    times = found["times"]
    lines = [
        "# Benchmark: two lists of people",
        "",
        f"{dt.date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores. "
        f"{len(lists.left_rows):,} × {len(lists.right_rows):,} rows of invented people in two .xlsx files, "
        f"one process. `python -m benchmarks.matching` repeats it.",
        "",
        "| step | s |",
        "|---|---|",
        *(f"| {name} | {seconds:.1f} |" for name, seconds in times.items()),
        f"| whole run, with start | {cost.wall:.1f} |",
        "",
        f"Peak memory {cost.memory / 2**20:.0f} MiB; the result is a workbook of {found['size'] / 1e6:.1f} MB.",
        "",
        "| called | pairs | wrong | right |",
        "|---|---|---|---|",
        *levels,
        "",
        "What is wrong among 确定 is a row that carries the id of a child of the same name, birthday and "
        "school: no list tells the two apart.",
        "",
        f"Of the people in both lists {reached.certain:.2%} are found for certain and {reached.told:.2%} for "
        f"certain or among the questions; {reached.questions:.2f} questions a person.",
        "",
        "| in the right list | people in both | certain | certain or asked |",
        "|---|---|---|---|",
        *slips,
        "",
    ]
    return "\n".join(lines), reached.wrong


if __name__ == "__main__":
    main()
