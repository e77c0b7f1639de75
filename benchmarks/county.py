"""The step ``county``: from the folder to all summaries; again; and after five schools sent anew."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import make, measure
from benchmarks.contest import Entry, Sample

COLD = "kbbx-xl county, nothing known"
AGAIN = "kbbx-xl county, second time"
FEW = f"kbbx-xl county, {make.RESENT} schools sent anew"
KEPT = ("KBBX_STATE", "KBBX_CACHE")  # where this computer keeps what it knows: new each cold run
_WORK: list[tempfile.TemporaryDirectory[str]] = []  # removed when the process ends


class Turns:
    """One county, consolidated three times a round; its own copy, since files in it are replaced."""

    def __init__(self, county: make.County, work: Path) -> None:
        self._county = county
        self._work = work
        self._copy, self._out, self._state = work / "county", work / "out", work / "state"

    def cold(self, *more: str) -> tuple[Sample, object]:
        """The county as it was, an empty folder of results, an empty memory; ``more`` options."""
        for folder in (self._copy, self._out, self._state):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._county.folder, self._copy)
        return self._run(*more)

    def again(self) -> tuple[Sample, object]:
        return self._run()

    def few(self) -> tuple[Sample, object]:
        shutil.copytree(self._county.resent, self._copy, dirs_exist_ok=True)
        return self._run()

    def _run(self, *more: str) -> tuple[Sample, object]:
        when = ["--month", str(self._county.month), "--as-of", str(self._county.as_of)]
        command = [sys.executable, "-m", "kbbx_xl", "county", str(self._copy), *when]
        command += ["-o", str(self._out), *more]
        cost = measure.run(command, {name: str(self._state / name) for name in KEPT})
        results = sorted(path.name for path in self._out.glob("*.xlsx"))
        if not results:
            raise SystemExit("kbbx-xl county wrote no summary")
        return Sample(cost.wall, cost.cpu, cost.memory, cost.wall), {"results": results}


def entries(section: str, county: make.County, *, all_three: bool = True) -> Iterator[Entry]:
    """Cold, second time, five sent anew, in this order; of very large counties only the first."""
    _WORK.append(tempfile.TemporaryDirectory(prefix="turns-", dir=make.KEPT))
    turns = Turns(county, Path(_WORK[-1].name))
    yield Entry(section, COLD, turns.cold)
    if all_three:
        yield Entry(section, AGAIN, turns.again)
        yield Entry(section, FEW, turns.few)
