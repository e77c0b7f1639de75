"""What is asked of speed and memory, held against what was measured: 达到 or 未达到."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks import absence, county, ids, writing
from benchmarks.contest import MB, Section
from benchmarks.libraries import LIBRARIES

Sections = Mapping[str, Section]
REACHED, MISSED, UNKNOWN = "达到", "未达到", "未测"
PANDAS = "pandas + openpyxl"
SMALL, USUAL, LARGE = 25, 250, 2_500
CLEAN, MESSY = "clean", "messy"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing asked: ``value`` is to be at most (or, with ``least``, at least) ``bound``."""

    asked: str
    value: float | None
    bound: float
    shown: str = ""
    least: bool = False

    @property
    def verdict(self) -> str:
        if self.value is None:
            return UNKNOWN
        kept = self.value >= self.bound if self.least else self.value <= self.bound
        return REACHED if kept else MISSED


def key(step: str, schools: int = 0, kind: str = "") -> str:
    """The name of a section."""
    return f"{step} {schools} {kind}" if schools else step


def lines(sections: Sections) -> list[Line]:
    """Every line of what is asked, in order; what was not measured has no value."""
    return [*_one_county(sections), *_growth(sections), *_steps(sections)]


def _wall(sections: Sections, section: str, name: str) -> float | None:
    return _figure(sections, section, name, "wall")


def _figure(sections: Sections, section: str, name: str, figure: str) -> float | None:
    found = sections[section].median(name) if section in sections else None
    return None if found is None else float(getattr(found, figure))


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _fastest(sections: Sections, section: str) -> tuple[str, float | None]:
    """The library that reads the files in the least time."""
    walls = {name: _wall(sections, section, name) for name in LIBRARIES}
    known = {name: wall for name, wall in walls.items() if wall is not None}
    name = min(known, key=lambda n: known[n], default="")
    return name, known.get(name)


def _one_county(sections: Sections) -> Iterator[Line]:
    read, whole = key("read", USUAL, CLEAN), key("county", USUAL, CLEAN)
    cold = _wall(sections, whole, county.COLD)
    share = _ratio(cold, _wall(sections, read, PANDAS))
    yield Line(
        f"County of {USUAL} schools, clean, folder to summaries: at most 1/10 of {PANDAS} only reading",
        share, 1 / 10, f"1/{1 / share:.1f}" if share else "",
    )  # fmt: skip
    name, fastest = _fastest(sections, read)
    times = _ratio(cold, fastest)
    yield Line(
        "… at most 2.5 × what the fastest library needs only to read",
        times, 2.5, f"{times:.2f} × {name}" if times else "",
    )  # fmt: skip
    messy = _ratio(_wall(sections, key("county", USUAL, MESSY), county.COLD), cold)
    yield Line("Messy within 2 × of clean", messy, 2, f"{messy:.2f} ×" if messy else "")
    memory = _figure(sections, whole, county.COLD, "memory")
    yield Line("Peak memory at most 600 MB", memory, 600 * MB, _megabytes(memory))
    again = _ratio(_wall(sections, whole, county.FEW), cold)
    yield Line(
        "Five of 250 schools sent anew: at most 15 % of the cold run",
        again, 0.15, f"{again:.0%}" if again else "",
    )  # fmt: skip


def _growth(sections: Sections) -> Iterator[Line]:
    sizes = (SMALL, USUAL, LARGE)
    walls = [_wall(sections, key("county", n, CLEAN), county.COLD) for n in sizes]
    small, usual, large = walls
    if small is None or usual is None or large is None:
        plain = margin = None
    else:
        each = [wall / n for wall, n in zip((small, usual, large), sizes, strict=True)]
        plain = max(each) / min(each) - 1
        added = (usual - small) / (USUAL - SMALL), (large - usual) / (LARGE - USUAL)
        margin = max(added) / min(added) - 1 if min(added) > 0 else None
    yield Line(
        f"{SMALL} → {LARGE:,} schools: seconds a school, start included, constant within 20 %",
        plain, 0.2, f"{plain:.0%}" if plain is not None else "",
    )  # fmt: skip
    yield Line(
        f"… what one school more costs, {SMALL} → {USUAL} and {USUAL} → {LARGE:,}, constant within 20 %",
        margin, 0.2, f"{margin:.0%}" if margin is not None else "",
    )  # fmt: skip
    memory = _figure(sections, key("county", LARGE, CLEAN), county.COLD, "memory")
    yield Line(
        f"Peak memory at {LARGE:,} schools at most 800 MB", memory, 800 * MB, _megabytes(memory)
    )


def _steps(sections: Sections) -> Iterator[Line]:
    def times(step: str, slow: str, fast: str) -> float | None:
        return _ratio(_figure(sections, step, slow, "step"), _figure(sections, step, fast, "step"))

    faster = times("ids", ids.STDNUM, ids.OURS)
    yield Line(
        f"Id check of {ids.COUNT:,}: at least 150 × python-stdnum, same verdicts",
        faster, 150, f"{faster:.0f} ×" if faster else "", least=True,
    )  # fmt: skip
    slower = times("absence", absence.OURS, absence.NUMPY)
    yield Line(
        f"Absence runs of {absence.PUPILS:,} × {absence.DAYS}: within 5 × of one numpy pass",
        slower, 5, f"{slower:.1f} ×" if slower else "",
    )  # fmt: skip
    written = times("write", writing.OPENPYXL, writing.OURS)
    yield Line(
        f"Writing {writing.ROWS:,} × {len(writing.TITLES)}, styles, filter, frozen header, links: "
        "at least 8 × openpyxl",
        written, 8, f"{written:.1f} ×" if written else "", least=True,
    )  # fmt: skip


def _megabytes(size: float | None) -> str:
    return f"{size / MB:.0f} MB" if size else ""
