"""``--engine``: processes of this machine or a cluster; ``scheduler`` and ``worker`` make one of several machines.

dask is loaded in here only when it is asked for: it is an extra, and slow to load.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from kbbx_xl.books.cache import Cache, default_cache
from kbbx_xl.books.engine import PROCESSES, Engine
from kbbx_xl.cli import shared
from kbbx_xl.messages import InputError

EXTRA = ("dask", "distributed")
HOME, PORT = "127.0.0.1", 8786


class EngineName(StrEnum):
    """Where the work is done."""

    PROCESSES = "processes"
    DASK = "dask"


EngineOption = Annotated[
    EngineName,
    typer.Option("--engine", help="processes：本机多进程；dask：多台机器一起算，结果相同"),
]
SchedulerOption = Annotated[
    str, typer.Option("--scheduler", help="调度程序的地址，如 10.0.0.5:8786；不写时只用本机各核")
]
KeysOption = Annotated[
    Path | None,
    typer.Option("--keys", help="放 ca.pem、cert.pem、key.pem 的文件夹，各机器之间加密"),
]


@contextmanager
def engine(
    name: EngineName, scheduler: str, keys: Path | None, jobs: int | None
) -> Iterator[Engine]:
    """The engine that was asked for; InputError when it cannot be had."""
    if name is EngineName.DASK:
        with _machines().cluster(scheduler, keys, jobs) as made:
            yield made
    elif scheduler or keys:
        raise InputError("--scheduler、--keys 要和 --engine dask 一起用")
    else:
        yield PROCESSES


def cache_of(name: EngineName) -> Cache | None:
    """This machine's cache, for its own processes: a worker elsewhere keeps nothing."""
    return default_cache() if name is EngineName.PROCESSES else None


def _machines() -> ModuleType:
    """The module that needs dask; InputError says how to install it."""
    try:
        return import_module("kbbx_xl.books.engine.machines")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        raise InputError('没有装多机运算：请运行 pip install "kbbx_xl[cluster]"') from error


def scheduler(
    host: Annotated[str, typer.Option("--host", help="在哪个地址监听；不写时只有本机能连")] = HOME,
    port: Annotated[int, typer.Option("--port", help="端口")] = PORT,
    keys: KeysOption = None,
) -> None:
    """开着它，各台机器用 kbbx-xl worker 连上来；按 Ctrl+C 结束。

    写出：不写文件。

    例：kbbx-xl scheduler --host 10.0.0.5 --keys 钥匙
    """
    served = _machines().serve_scheduler(host, port, keys)
    shared.say(f"调度程序在 {host}:{port}，按 Ctrl+C 结束")
    _serve(served)


def worker(
    address: Annotated[str, typer.Argument(help="调度程序的地址，如 10.0.0.5:8786")],
    jobs: Annotated[
        int | None, typer.Option("--jobs", help="几个工作进程；不写时每核一个", min=1)
    ] = None,
    keys: KeysOption = None,
) -> None:
    """连上以后一直等着，按 Ctrl+C 结束。材料所在的文件夹，各台机器上的路径要相同。

    写出：不写文件，结果由发起汇总的机器写。

    例：kbbx-xl worker 10.0.0.5:8786 --keys 钥匙
    """
    number = jobs or os.cpu_count() or 1
    served = _machines().serve_workers(address, number, keys)
    shared.say(f"{number} 个工作进程，调度程序 {address}，按 Ctrl+C 结束")
    _serve(served)


def _serve(served: Coroutine[None, None, None]) -> None:
    """Until Ctrl+C, or until the system asks it to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        asyncio.run(served)
    shared.say("已结束")


def register(app: typer.Typer) -> None:
    app.command("scheduler")(scheduler)
    app.command("worker")(worker)
