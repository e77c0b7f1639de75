"""The machines of a cluster (调度程序、工作机): started here, or asked at an address.

Nothing listens beyond this machine unless an address and keys are given, no page of the cluster is
served, and no worker writes what it holds to its disk.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dask
from distributed import Client, LocalCluster, Nanny, Scheduler, Security, utils

from kbbx_xl.books.engine.cluster import Cluster
from kbbx_xl.books.guard import IN_CLUSTER
from kbbx_xl.messages import InputError

HOME = "127.0.0.1"
PORT = 8786
KEYS = ("ca.pem", "cert.pem", "key.pem")
SOON = 10.0  # seconds for a scheduler to answer
COMING = 30.0  # seconds for the first worker to come
ENDING = 1.0  # seconds for a thread of dask to end
QUIET = logging.CRITICAL  # dask's log names arguments, and these name files
NO_PAGE: dict[str, Any] = {"dashboard": False, "dashboard_address": f"{HOME}:0"}
SETTINGS: dict[str, Any] = {
    "distributed.worker.daemon": False,  # a reader is a child of its worker
    "distributed.worker.profile.enabled": False,
    "distributed.worker.http.routes": [],
    "distributed.scheduler.http.routes": [],
    "distributed.scheduler.allowed-failures": 10,
    "distributed.worker.preload": ["kbbx_xl.books.engine.quiet"],
}


# a timer of dask's may be caught between two beats when the program ends; nobody need read of it
warnings.filterwarnings(
    "ignore", r"coroutine 'PeriodicCallback\._run' was never awaited", RuntimeWarning
)


@contextmanager
def cluster(
    scheduler: str = "", keys: Path | None = None, jobs: int | None = None
) -> Iterator[Cluster]:
    """A cluster to work with: of this machine's cores, or that of a scheduler's address.

    ``keys``: folder of ca.pem, cert.pem and key.pem.  InputError when nobody listens at the address;
    whether there are workers is asked when there is work.
    """
    security = security_of(keys)
    if scheduler:
        _reach(scheduler)
        machines = partial(_asked, scheduler, security)
    else:
        machines = partial(_own, jobs or os.cpu_count() or 1)
    with _settled(), ExitStack() as held:

        def opened() -> Client:
            held.enter_context(_without_threads_left())
            return held.enter_context(machines())

        yield Cluster(cache(opened))


@contextmanager
def _without_threads_left() -> Iterator[None]:
    """Meanwhile this process forks no other; afterwards it may again (``guard.start_method``)."""
    IN_CLUSTER.set()
    before, usual = set(threading.enumerate()), utils._offload_executor
    utils._offload_executor = ThreadPoolExecutor(1)  # dask's own would stay for ever
    try:
        yield
    finally:
        utils._offload_executor.shutdown()
        utils._offload_executor = usual
        gc.collect()  # other threads of dask end with what they watch
        for thread in set(threading.enumerate()) - before:
            thread.join(ENDING)
        IN_CLUSTER.clear()


def security_of(keys: Path | None) -> Security | None:
    """TLS with the keys of a folder; InputError when one is missing."""
    if keys is None:
        return None
    missing = [name for name in KEYS if not (keys / name).is_file()]
    if missing:
        raise InputError(f"“{keys}”里没有 {'、'.join(missing)}")
    ca, cert, key = (str(keys / name) for name in KEYS)
    roles = {f"tls_{role}_{part}": path
             for role in ("client", "scheduler", "worker")
             for part, path in (("cert", cert), ("key", key))}  # fmt: skip
    return Security(require_encryption=True, tls_ca_file=ca, **roles)


async def serve_scheduler(host: str, port: int, keys: Path | None) -> None:
    """Be the scheduler until stopped; InputError for an open address without keys."""
    security = security_of(keys)
    if security is None and host not in (HOME, "localhost"):
        raise InputError("对外监听必须加密：用 --keys 指定放 ca.pem、cert.pem、key.pem 的文件夹")
    with _settled():
        try:
            made = Scheduler(
                host=host,
                port=port,
                security=security,
                protocol=_protocol(security),
                **NO_PAGE,
            )
            async with made as scheduler:
                await scheduler.finished()
        except OSError as error:
            raise InputError(f"不能在 {host}:{port} 上监听，请换一个 --port") from error


async def serve_workers(address: str, number: int, keys: Path | None) -> None:
    """Be ``number`` workers of a scheduler until it ends; InputError when it does not answer."""
    security = security_of(keys)
    home = _reach(address)
    with _settled():
        nannies = [_nanny(_whole(address, security), home, security) for _ in range(number)]
        try:
            await asyncio.gather(*nannies)
            await asyncio.gather(*(nanny.finished() for nanny in nannies))
        except OSError as error:
            raise InputError(f"调度程序 {address} 没有回答") from error
        finally:
            await asyncio.gather(*(nanny.close() for nanny in nannies), return_exceptions=True)


def _nanny(address: str, home: str, security: Security | None) -> Nanny:
    """One worker, to be reached only where the scheduler is reached from."""
    return Nanny(
        address,
        host=home,
        nthreads=1,
        memory_limit=0,
        security=security,
        silence_logs=QUIET,
        **NO_PAGE,
    )


@contextmanager
def _settled() -> Iterator[None]:
    """Our settings of dask, for this run only; a worker gets them from the process that starts it."""
    log = logging.getLogger("distributed")
    before = log.level
    log.setLevel(QUIET)
    try:
        with dask.config.set(SETTINGS):
            yield
    finally:
        log.setLevel(before)


@contextmanager
def _own(workers: int) -> Iterator[Client]:
    """Workers of this machine, which nobody else can reach: every connection needs a key of this run."""
    security = Security.temporary()
    with (
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=0,
            host=HOME,
            security=security,
            silence_logs=QUIET,
            dashboard_address=None,
            scheduler_kwargs=NO_PAGE,
        ) as machines,
        Client(machines) as client,
    ):
        yield client


@contextmanager
def _asked(address: str, security: Security | None) -> Iterator[Client]:
    """The cluster behind an address; InputError when it or its workers are not there."""
    _reach(address)
    try:
        client = Client(_whole(address, security), security=security, timeout=SOON)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            f"调度程序 {address} 没有回答。加密的要用 --keys 指定钥匙文件夹"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=COMING)
        except TimeoutError as error:
            raise InputError(
                f"调度程序 {address} 下还没有工作机，请先用 kbbx-xl worker 启动"
            ) from error
        yield client


def _reach(address: str) -> str:
    """This machine's own address on the way there; InputError at once where nobody listens."""
    host, port = _host_port(address)
    try:
        with socket.create_connection((host, port), timeout=SOON) as line:
            return str(line.getsockname()[0])
    except OSError as error:
        raise InputError(f"连不上调度程序 {address}：请看地址对不对、调度程序是否在运行") from error


def _host_port(address: str) -> tuple[str, int]:
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        scheme, host, port = "", None, None
    if not host or scheme not in ("", "tcp", "tls"):
        raise InputError(f"调度程序的地址应写成 10.0.0.5:{PORT} 的样子：{address}")
    return host, port or PORT


def _whole(address: str, security: Security | None) -> str:
    host, port = _host_port(address)
    return f"{_protocol(security)}{host}:{port}"


def _protocol(security: Security | None) -> str:
    return "tls://" if security else "tcp://"
