"""One contestant in a process of its own: ``python -m benchmarks.child STEP NAME ARGUMENT``.

Prints one line of JSON: seconds of the step alone and what the contestant saw.  Contestants that are
done in a moment work on further data of the same size; the best counts.
"""

from __future__ import annotations

import importlib
import json
import sys
import time

STEPS = {
    "read": "benchmarks.reading", "join": "benchmarks.reading", "write": "benchmarks.writing",
    "ids": "benchmarks.ids", "absence": "benchmarks.absence", "functions": "benchmarks.arrays",
}  # fmt: skip
SHORT, TIMES = 0.5, 3  # seconds; how often, then


def main() -> None:
    step, name, argument = sys.argv[1:4]
    contestant = importlib.import_module(STEPS[step]).contestants(step)[name]
    best, seen = 1e9, None
    for number in range(TIMES):
        data = contestant.load(argument, number)
        start = time.perf_counter()
        answer = contestant.work(data)
        best = min(best, time.perf_counter() - start)
        seen = contestant.see(answer) if number == 0 else seen
        if best > SHORT or step in ("read", "join", "functions"):
            break
    print(json.dumps({"seconds": best, "seen": seen}, ensure_ascii=False))


if __name__ == "__main__":
    main()
