"""Which program this is (程序版本): two machines with the same mark give the same results."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path

import kbbx_xl
from kbbx_xl.settings.strict import config_path


@functools.cache
def fingerprint() -> str:
    """A mark of our code and of config/, whatever the line ends of the machine (text files)."""
    found = hashlib.sha256()
    for name, path in _files():
        found.update(name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return found.hexdigest()


def _files() -> Iterator[tuple[str, Path]]:
    code = Path(kbbx_xl.__file__).parent
    for root, kind in ((code, "*.py"), (config_path(), "*.yaml")):
        for path in sorted(root.rglob(kind)):
            yield path.relative_to(root).as_posix(), path
