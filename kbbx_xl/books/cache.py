"""What was worked out of unchanged files, kept on this computer (本机缓存).

Entries are found by checksums of everything they depend on, so one that is missing, damaged or of
another version is worked out anew and never changes a result.  The file holds data of children: it
lies in the user's own folder, is readable by the user alone, forgets what was not asked for in a
month, and can be deleted at any time (``kbbx-xl cache --clear``).
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import pickle
import platform
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from kbbx_xl.books.state import cache_folder
from kbbx_xl.settings.strict import config_path

FILE = "results.sqlite"
KEPT_DAYS = 31
CHECK = 16  # bytes of the checksum before each entry
BUSY = 5.0  # seconds to wait for another run that writes
READERS = ("python_calamine", "openpyxl", "xlrd", "lxml", "numpy")
DAY = 86_400
PLAIN_CLASSES = frozenset(("set", "frozenset", "date", "datetime", "time", "timedelta"))
PACKAGE = __name__.partition(".")[0]

Asked = TypeVar("Asked")


class Cache:
    """Values by key in one file of a folder; every trouble with it is a miss."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def path(self) -> Path:
        return self.folder / FILE

    def get(self, *parts: str) -> Any:
        """The value kept for these parts; None when there is none, or it is not as it was put."""
        return self._ask(lambda base: _found(base, _key(parts)))

    def put(self, value: object, *parts: str) -> None:
        """Keep a value that is made of plain ones; nothing happens when the file cannot be written."""
        self.put_all([(value, parts)])

    def put_all(self, entries: Iterable[tuple[object, tuple[str, ...]]]) -> None:
        """Keep some values, each for its parts, at once: who else writes waits once, not for each."""
        lines = [_line(value, _key(parts)) for value, parts in entries]
        if lines:
            self._ask(lambda base: _write(base, lines))

    def forget_old(self) -> None:
        """Delete what nobody has asked for in a month."""
        old = (_today() - KEPT_DAYS,)
        self._ask(lambda base: base.execute("DELETE FROM kept WHERE day < ?", old))

    def clear(self) -> None:
        """Delete the file; OSError when another program holds it."""
        _connection.cache_clear()
        for path in self._files():
            path.unlink()

    def size(self) -> int:
        """Bytes on the disk."""
        return sum(path.stat().st_size for path in self._files())

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob(f"{FILE}*"))

    def _ask(self, question: Callable[[sqlite3.Connection], Asked]) -> Asked | None:
        try:
            return question(_connection(self.path, os.getpid()))
        except sqlite3.OperationalError:  # locked, full, not to be written
            return None
        except (sqlite3.DatabaseError, OSError):  # no database, or a broken one
            with suppress(OSError):
                self.clear()
            return None


def default_cache() -> Cache | None:
    """The cache of this user; None where the environment switches it off."""
    folder = cache_folder()
    return Cache(folder) if folder else None


@functools.cache
def version_of_program() -> str:
    """What changes whenever the program or a reader does: no entry outlives an update."""
    root = Path(__file__).resolve().parent.parent
    homes = (root, config_path())  # config lies beside the package in a checkout
    sources = [file for home in homes for file in _files(str(home))]
    readers = [spec.origin for name in READERS if (spec := find_spec(name)) and spec.origin]
    seen = [(file, status.st_size, status.st_mtime_ns)
            for file in sorted({*sources, *readers}) for status in (os.stat(file),)]  # fmt: skip
    return hashlib.sha256(repr((platform.python_version(), seen)).encode()).hexdigest()


def _files(folder: str) -> Iterator[str]:
    """Code and settings below a folder."""
    for place, _, names in os.walk(folder):
        yield from (f"{place}/{name}" for name in names if name.endswith((".py", ".yaml")))


@functools.lru_cache(maxsize=2)
def _connection(path: Path, process: int) -> sqlite3.Connection:  # noqa: ARG001 (one a process)
    """An open file; made when it is missing.  Nobody else on this computer may read it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    base = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = OFF", "secure_delete = ON"):
        base.execute(f"PRAGMA {pragma}")
    base.execute(
        "CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, value BLOB, day INTEGER) WITHOUT ROWID"
    )
    return base


def _found(base: sqlite3.Connection, key: bytes) -> Any:
    row = base.execute("SELECT value, day FROM kept WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    check, data = row[0][:CHECK], row[0][CHECK:]
    if check != _check(key, data):
        return None
    if row[1] != _today():
        base.execute("UPDATE kept SET day = ? WHERE key = ?", (_today(), key))
    try:
        return _Unpickler(io.BytesIO(data)).load()
    except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, TypeError, ValueError):
        return None


def _line(value: object, key: bytes) -> tuple[bytes, bytes, int]:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return key, _check(key, data) + data, _today()


def _write(base: sqlite3.Connection, lines: Sequence[tuple[bytes, bytes, int]]) -> None:
    base.execute("BEGIN IMMEDIATE")
    try:
        base.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", lines)
    finally:
        base.execute("COMMIT")


class _Unpickler(pickle.Unpickler):
    """Makes values of this program's classes and a few plain ones; calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] == PACKAGE:
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        if module in ("builtins", "datetime") and name in PLAIN_CLASSES:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def _key(parts: tuple[str, ...]) -> bytes:
    """The name of an entry: a checksum of the program and of all parts, whatever is in them."""
    digest = hashlib.blake2b(digest_size=32)
    for part in (version_of_program(), *parts):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


def _check(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=CHECK, key=key).digest()


def _today() -> int:
    """Days since 1970."""
    return int(time.time() // DAY)
