"""docs/bench.md, written from the results alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import absence, asked, county, ids, writing
from benchmarks.asked import key
from benchmarks.contest import MB, Section
from benchmarks.make import BLANK_ROWS, CLEAN, GRID, MESSY, ROOT, County

PAGE = ROOT / "docs" / "bench.md"
Sections = Mapping[str, Section]
COUNTIES = (
    (25, CLEAN), (25, MESSY), (250, CLEAN), (250, MESSY), (250, GRID), (2_500, CLEAN), (2_500, MESSY),
)  # fmt: skip
INTRO = f"""# Benchmark

Written by `make bench`, which makes the counties, runs every contestant in a fresh process, turn by
turn, and measures the whole process: wall and processor seconds, the most memory of all its processes
together (1 MB = 1,000,000 bytes, shared pages counted once). Seconds are medians; "step s" leaves
out the start of Python and the imports. All runs stand in `benchmarks/results.json`.
`make bench BENCH='--step read --schools 250 --rounds 3'` measures one part anew; the rest of the page
stays. By commands of their own: the cluster (`python -m benchmarks.cluster`), calls to Excel
(`python -m benchmarks.com_calls`), two lists of people (`python -m benchmarks.matching`).

Counties have 320 pupils a school and one workbook a school with five sheets (roster of 18 columns,
absences, cases, responsibility, monthly report). *Messy*: a title above every table, headers of two
merged rows, {BLANK_ROWS:,} formatted blank rows a sheet, ids cut short in one school of twenty. *Grid*: a
roll call a class, 22 school days, in place of the ledger of absences."""
STEPS = {
    "read": ("Reading", "Every sheet of every file; nothing is done with it. kbbx_xl also checks every "
             "file and turns it into tables with an address for every value."),
    "join": ("Reading and concatenating", "And one table a kind of sheet, header found, blank rows left "
             "out. Every library gets the same number of rows."),
    "county": ("From the folder to all summaries", "`kbbx-xl county`: reading, checking, judging, all "
               "summaries, the report upwards. First with nothing known, then once more, then after "
               f"{county.FEW.split(', ')[1]}."),
}  # fmt: skip
ALONE = {
    "write": ("Writing a ledger", f"{writing.ROWS:,} rows × {len(writing.TITLES)} columns, header "
              "style, borders, number formats, widths, filter, frozen header, "
              f"{writing.LINKS:,} links.", writing.OPENPYXL),
    "ids": ("Checking ids", f"{ids.COUNT:,} numbers, 3 % wrong; all contestants come to the same "
            "verdicts.", ids.STDNUM),
    "absence": ("Runs of absence", f"The longest run of {absence.PUPILS:,} pupils over {absence.DAYS} "
                "days; the same answer of all.", absence.NUMPY),
}  # fmt: skip


def page(sections: Sections) -> str:
    """The whole page; a part that was never measured is not in it."""
    parts = [INTRO, *_verdicts(sections), *_growth(sections)]
    for step, (title, told) in STEPS.items():
        found = [c for c in COUNTIES if key(step, *c) in sections]
        if found:
            parts += [f"## {title}\n\n{told}"]
        for schools, kind in found:
            section = sections[key(step, schools, kind)]
            parts.append(_part(section, County(Path(), schools, kind)))
    for step, (title, told, first) in ALONE.items():
        if step in sections:
            parts.append(f"## {title}\n\n{told} {_made(sections[step])}")
            parts.append(_table(sections[step], first, "step"))
    if "functions" in sections:
        parts += list(_functions(sections["functions"]))
    return "\n\n".join(parts) + "\n"


def _verdicts(sections: Sections) -> Iterator[str]:
    rows = [
        f"| {line.asked} | {line.shown or '—'} | {line.verdict} |" for line in asked.lines(sections)
    ]
    yield "## Asked and reached\n\n" + _lines("| asked | measured | |", "|---|---|---|", *rows)


def _growth(sections: Sections) -> Iterator[str]:
    """Cost a school as the county grows."""
    rows, before = [], None
    for schools in (25, 250, 2_500):
        section = sections.get(key("county", schools, CLEAN))
        cold = section.median(county.COLD) if section else None
        if cold is None:
            continue
        more = ""
        if before:
            more = f"{(cold.wall - before[1]) / (schools - before[0]) * 1000:.1f}"
        rows.append(
            f"| {schools:,} | {cold.wall:.2f} | {cold.wall / schools * 1000:.1f} | {more or '—'} "
            f"| {cold.cpu / schools * 1000:.1f} | {cold.memory / MB:.0f} |"
        )
        before = (schools, cold.wall)
    if rows:
        head = "| schools | wall s | ms a school | ms of one school more | processor ms a school | peak MB |"
        yield "## As the county grows\n\n" + _lines(head, "|---|---|---|---|---|---|", *rows)


def _part(section: Section, of: County) -> str:
    first = asked.PANDAS if asked.PANDAS in section.samples else county.COLD
    return f"### {of.title}\n\n{_made(section)}\n\n{_table(section, first, 'wall', of.schools)}"


def _made(section: Section) -> str:
    told = section.made
    return f"{told['date']}, Python {told['python']}, {told['cores']} cores; {told['libraries']}."


def _table(section: Section, first: str, figure: str, schools: int = 0) -> str:
    """One line a contestant, ratios to ``first`` by ``figure``."""
    base = section.median(first)
    each = " ms a school |" if schools else ""
    head = f"| | wall s | processor s | step s | peak MB | times as fast |{each} runs |"
    rows = []
    for name in section.samples:
        cost = section.median(name)
        if cost is None:
            continue
        value = getattr(cost, figure)
        ratio = f"{getattr(base, figure) / value:.1f}" if base else "—"
        per = f" {cost.wall / schools * 1000:.1f} |" if schools else ""
        every = section.scaled.get(name, 1)
        title = f"{name} (one file in {every}, times {every})" if every > 1 else name
        rows.append(
            f"| {title} | {_seconds(cost.wall)} | {_seconds(cost.cpu)} | {_seconds(cost.step)} "
            f"| {cost.memory / MB:.0f} | {ratio} |{per} {len(section.samples[name])} |"
        )
    lacking = [f"Not measured: {name} ({why})." for name, why in section.missing.items()]
    columns = "|---|---|---|---|---|---|---|" + ("---|" if schools else "")
    return _lines(head, columns, *rows) + "".join(f"\n\n{line}" for line in lacking)


def _functions(section: Section) -> Iterator[str]:
    rows = []
    for name, seen in section.seen.items():
        share = seen["single calls"] / seen["one call"]
        rows.append(
            f"| {name} | {seen['one call']:.2f} | {seen['single calls']:.1f} | {share:.0f} |"
        )
    told = "One call over 100,000 cells, and 100,000 calls of one cell (measured on 2,000 and scaled), "
    told += "through xlwings' own `CallUDF`; see `benchmarks/functions.py`."
    yield f"## Worksheet functions over arrays\n\n{told} {_made(section)}"
    yield _lines("| | one call, s | single calls, s | times as fast |", "|---|---|---|---|", *rows)


def _seconds(value: float) -> str:
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"


def _lines(*lines: str) -> str:
    return "\n".join(lines)
