"""What a cluster costs beside the processes of one machine, and from it the plan of docs/province.md.

Every run is a fresh process; its processor seconds are those of all processes seen below it, so that
the readers of the workers count.  JSON of both engines must be the same byte for byte.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import pickle
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from benchmarks import make
from kbbx_xl.books.engine import Processes
from kbbx_xl.books.one_click import Order, read_county
from kbbx_xl.settings.policies import load_policy

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "province.md"
WHEN = ("--month", str(make.MONTH), "--as-of", f"{make.MONTH}-20")
SIZES = ((25, 8_000), (250, 80_000))
LOOK = 0.05  # seconds between two looks at the processes
EMPTY = "from kbbx_xl.books.engine.machines import cluster\nif __name__ == '__main__':\n with cluster(jobs=2) as e: e._opened()"
COUNTIES = 3  # copies of the largest county, as a province
NETWORK = 110 * 2**20  # bytes a second of a gigabit
SHARE = 0.8  # of the cores' time that work gets; the rest is waiting for disks and for the last one


@dataclass(slots=True)
class Seen:
    """One run: seconds on the clock, of processors, of the first process; bytes at most: all, the largest worker."""

    wall: float = 0.0
    cpu: float = 0.0
    first: float = 0.0
    memory: int = 0
    worker: int = 0
    by_pid: dict[int, float] = field(default_factory=dict)

    def look(self, process: psutil.Process) -> None:
        """Add what one process and those below it have used so far."""
        held = {process.pid: self._of(process)}
        home: dict[int, int] = {}  # pid -> the child of ``process`` it belongs to
        for child in process.children(recursive=True):  # those above come before those below
            try:
                above = child.ppid()
            except psutil.Error:  # ended while we looked
                continue
            home[child.pid] = child.pid if above == process.pid else home.get(above, child.pid)
            held[child.pid] = self._of(child)
        workers: Counter[int] = Counter()
        for pid, top in home.items():
            workers[top] += held[pid]
        self.worker = max(self.worker, *workers.values(), 0)
        self.memory = max(self.memory, sum(held.values()))

    def _of(self, process: psutil.Process) -> int:
        try:
            times = process.cpu_times()
            self.by_pid[process.pid] = times.user + times.system
            return int(process.memory_info().rss)
        except psutil.Error:
            return 0


def run(command: Sequence[str]) -> Seen:
    """CalledProcessError when the command fails."""
    seen, start = Seen(), time.perf_counter()
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            with suppress(psutil.Error):
                seen.look(watched)
            time.sleep(LOOK)
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, command)
    seen.wall, seen.cpu = time.perf_counter() - start, sum(seen.by_pid.values())
    seen.first = seen.by_pid[process.pid]
    return seen


def best(runs: Sequence[Seen]) -> Seen:
    """The run with the fewest processor seconds: what else the machine did meanwhile counts least."""
    return min(runs, key=lambda one: one.cpu)


def consolidated(verb: str, folder: Path, out: Path, engine: str) -> tuple[Seen, bytes]:
    """One run of ``county`` or ``province`` on two processes: what it cost, and its JSON."""
    target = out / "it.json"
    command = [sys.executable, "-m", "kbbx_xl", verb, str(folder), *WHEN, "-o", str(out / engine)]
    options = ["--json", str(target), "--engine", engine, "--jobs", "2", "--no-cache"]
    return run([*command, *options]), target.read_bytes()


def compare(verb: str, folder: Path, rounds: int) -> dict[str, Seen]:
    """Both engines in turn on one folder; SystemExit when their results differ."""
    runs: dict[str, list[Seen]] = {"processes": [], "dask": []}
    for _ in range(rounds):
        said = {}
        for engine, seen in runs.items():
            with tempfile.TemporaryDirectory() as out:
                one, said[engine] = consolidated(verb, folder, Path(out), engine)
            seen.append(one)
            print(f"{verb} {folder.name} {engine}: {one.wall:.1f} s, processor {one.cpu:.1f} s")
        if said["processes"] != said["dask"]:
            raise SystemExit("the engines do not say the same")
    return {engine: best(seen) for engine, seen in runs.items()}


class Counting(Processes):
    """Counts the bytes of the answers that would travel between machines."""

    sent = 0

    def each(self, task: Any, todo: Any, workers: int, progress: Any = None) -> Any:
        answers = super().each(task, todo, workers, progress)
        self.sent += sum(len(pickle.dumps(answer)) for answer in answers)
        return answers


def sent(folder: Path) -> int:
    engine, last = Counting(), make.MONTH.first.replace(day=20)
    order = Order(folder, make.MONTH, last, load_policy("tanghe"), engine=engine)
    read_county(order, out=folder / "none")
    return engine.sent


def prepared(schools: int, students: int) -> Path:
    folder = ROOT / "build" / "bench" / f"{schools}x{students}"
    if not folder.is_dir():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        make.make(part, schools=schools, students=students)
        part.rename(folder)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--county", type=Path, nargs="*", help="counties made by benchmarks.make")
    options = parser.parse_args()
    folders = options.county or [prepared(*size) for size in SIZES]
    start = best([run([sys.executable, "-c", EMPTY]) for _ in range(options.rounds)])
    costs = {
        Cost("一个县", folder): compare("county", folder, options.rounds) for folder in folders
    }
    with tempfile.TemporaryDirectory() as place:
        province = Path(place) / "province"
        for number in range(COUNTIES):
            shutil.copytree(folders[-1], province / f"{number}")
        costs[Cost(f"{COUNTIES} 个县", province)] = compare("province", province, 1)
        text = report(start, costs)
    print(text)
    page = PAGE.read_text(encoding="utf-8")
    marked = re.compile(r"(<!-- measured -->\n).*(<!-- end -->)", re.S)
    PAGE.write_text(marked.sub(lambda m: m[1] + text + m[2], page), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Cost:
    """What was consolidated."""

    title: str
    folder: Path

    def sizes(self) -> list[int]:
        return [path.stat().st_size for path in self.folder.rglob("报送/**/*.xlsx")]


def report(start: Seen, costs: dict[Cost, dict[str, Seen]]) -> str:
    lines = [
        f"{dt.date.today()}，Python {platform.python_version()}，distributed "
        f"{version('distributed')}，{os.cpu_count()} 核，两个工作进程，机器之间的连接加密。"
        "一校一本工作簿，五张表、320 名学生。钟表秒随机器忙闲而变，看处理器秒。",
        "",
        "| 汇总什么 | 怎么算 | 钟表秒 | 处理器秒 | 每个工作簿（处理器毫秒） | 一个工作进程最多（MiB） | 全部进程最多（MiB） |",
        "|---|---|---|---|---|---|---|",
    ]
    for cost, by_engine in costs.items():
        books = len(cost.sizes())
        for engine, seen in by_engine.items():
            lines.append(
                f"| {cost.title}，{books} 个工作簿 | {engine} | {seen.wall:.1f} | {seen.cpu:.1f} "
                f"| {1000 * seen.cpu / books:.0f} | {seen.worker / 2**20:.0f} | {seen.memory / 2**20:.0f} |"
            )
    return "\n".join([*lines, "", *_overhead(start, costs), ""])


def _overhead(start: Seen, costs: dict[Cost, dict[str, Seen]]) -> list[str]:
    *_, county, province = costs
    many, one = costs[province]["dask"].cpu, costs[province]["processes"].cpu
    sizes = province.sizes()
    size, answer = sum(sizes) / len(sizes), sent(county.folder) / len(county.sizes())
    spread = (many - start.cpu) / len(sizes)
    return [
        f"- 起停一个空的集群（两个工作进程）：{start.wall:.1f} 秒，处理器 {start.cpu:.1f} 秒，一次运行只付一次。",
        f"- {COUNTIES} 个县，集群比多进程多用处理器 {many - one:.1f} 秒（{100 * (many / one - 1):.0f}%），起停在内。",
        f"- 一个工作簿平均 {size / 1024:.0f} KiB；读出的结果在机器之间走 {answer / 1024:.0f} KiB。",
        "",
        *_plan(spread, costs[county]["processes"].first, size),
    ]


def _plan(seconds: float, alone: float, size: float) -> list[str]:
    """The longer of computing and fetching, and the last county, which one process puts together."""
    lines = [
        f"推算：每个工作簿 {seconds * 1000:.0f} 处理器毫秒（读、判、核对、写全在内），核的利用率按 {SHARE:.0%}；"
        f"读材料按千兆网；最后一个县核对、写结果 {alone:.0f} 秒。",
        "",
        "| 规模 | 县 | 工作簿 | 学生 | 材料 | 4 核一台 | 8 核一台 | 32 核（4 台） | 256 核（32 台） |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, counties in (("一个县", 1), ("一个省", 100), ("全国", 2_800)):
        books, pupils = counties * 250, counties * 8
        times = " | ".join(
            _clock(max(books * seconds / cores / SHARE, books * size / NETWORK) + alone)
            for cores in (4, 8, 32, 256)
        )
        lines.append(
            f"| {name} | {counties:,} | {books:,} | {pupils:,} 万 | {books * size / 2**30:.2g} GiB | {times} |"
        )
    return lines


def _clock(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} 秒"
    return f"{seconds / 60:.0f} 分钟" if seconds < 6000 else f"{seconds / 3600:.1f} 小时"


if __name__ == "__main__":
    main()
