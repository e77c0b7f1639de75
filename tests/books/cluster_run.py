"""Run by test_cluster in a process of its own: dask's threads end with it.

``python -m tests.books.cluster_run PROVINCE OUT``: one county of the province on two workers, once
undisturbed and once with a worker killed; then the whole province on workers that were started by
hand, with one killed.  What came out is told as one JSON object.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE

import psutil
from distributed import Security, default_client

from kbbx_xl.books.engine.machines import KEYS, cluster
from kbbx_xl.books.files import json_result
from kbbx_xl.books.one_click import Order, read_county
from kbbx_xl.books.province import ProvinceOrder, consolidate_province, counties_of, write_province
from kbbx_xl.books.writing.results import write_set
from kbbx_xl.flow.export import export
from kbbx_xl.model import Period
from kbbx_xl.settings.policies import load_policy

MONTH, DAY, POLICY = Period(2026, 10), dt.date(2026, 10, 20), load_policy("tanghe")
COUNTY = "甲县"


def province(folder: Path) -> ProvinceOrder:
    return ProvinceOrder(folder, MONTH, DAY, POLICY, {})


class Killer:
    """A progress that kills one worker when the first piece is done; the others are under way."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []
        self.killed = 0

    def __call__(self, done: int, total: int) -> None:
        self.seen.append((done, total))
        if not self.killed:
            self.killed = min(default_client().run(os.getpid).values())
            os.kill(self.killed, signal.SIGKILL)


def listening() -> list[str]:
    """The addresses at which this process and those it started can be reached."""
    me = psutil.Process()
    lines = [one for p in (me, *me.children(recursive=True)) for one in p.net_connections()]
    return sorted({one.laddr.ip for one in lines if one.status == psutil.CONN_LISTEN})


def write_keys(folder: Path) -> Path:
    """A certificate that is its own authority, as the manual makes it."""
    made = Security.temporary()  # type: ignore[no-untyped-call]
    folder.mkdir()
    for name, text in zip(
        KEYS, (made.tls_ca_file, made.tls_client_cert, made.tls_client_key), strict=True
    ):
        (folder / name).write_text(text, encoding="ascii")
    return folder


@contextmanager
def served(keys: Path) -> Iterator[str]:
    """A scheduler and two workers as users start them; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program, address = (sys.executable, "-m", "kbbx_xl"), f"127.0.0.1:{port}"
    words = ("scheduler", "--port", str(port)), ("worker", address, "--jobs", "2")
    running = []
    try:
        for one in words:
            running.append(subprocess.Popen([*program, *one, "--keys", keys], stdout=PIPE))
            while running[0].poll() is None:
                with suppress(OSError):
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                time.sleep(0.1)
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
            said = process.communicate(timeout=60)[0]
            assert (process.returncode, "已结束" in said.decode()) == (0, True)


def main(folder: Path, out: Path) -> dict[str, object]:
    told: dict[str, object] = {}
    disturbed, later = Killer(), Killer()
    with cluster(jobs=2) as engine:
        order = Order(folder / COUNTY, MONTH, DAY, POLICY, engine=engine)
        for kind, progress in (("whole", None), ("killed", disturbed)):
            county = read_county(order, out=out / "none", progress=progress)
            write_set([json_result(out / f"{kind}.json", export(county))])
        told["listening"] = listening()
    told["threads"] = [one.name for one in threading.enumerate()][1:]
    counties = counties_of(province(folder), out / "province")
    keys = write_keys(out / "keys")
    with served(keys) as address, cluster(address, keys) as engine:
        found = consolidate_province(counties, engine, later)
        told["listening of several"] = listening()
    write_province(found, province(folder), out / "province", json=out / "province.json")
    told["progress"] = [killer.seen[-1] for killer in (disturbed, later)]
    return told


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
