"""A file where it lies on the disk (文件本身): links, devices, cloud placeholders, half a download.

Nothing is opened before ``lstat`` has said what it is: a pipe would never end, a link may lead out of
the folder, and a placeholder would be fetched over the network.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path, PurePath

from kbbx_xl.books.gate.held import DamagedError, ElsewhereError, HeldBackError, too_large
from kbbx_xl.messages import reason

MAX_BYTES = 20 * 1024 * 1024  # one school's file; larger ones hold pictures or are an attack

# FILE_ATTRIBUTE_OFFLINE, _RECALL_ON_OPEN, _RECALL_ON_DATA_ACCESS: a name here, the content elsewhere
ONLINE_ONLY = 0x1000 | 0x40000 | 0x400000
REPARSE_LINKS = frozenset((0xA000000C, 0xA0000003))  # IO_REPARSE_TAG_SYMLINK, _MOUNT_POINT
PLACEHOLDER = re.compile(r"^\..+\.icloud$", re.IGNORECASE)
UNFINISHED = re.compile(
    r"\.(?:crdownload|part|partial|download|downloading|td|xltd|aria2|opdownload|!ut|!bt)$",
    re.IGNORECASE,
)
ON_THE_CLOUD = "只是网盘上的占位，内容还没有下载到这台电脑"
LINK = "是快捷方式或链接，不是文件本身"


def files_below(folder: Path) -> Iterator[Path]:
    """Every entry below ``folder`` that is no folder; no link is followed, so nothing goes round.

    A folder that is a link or cannot be listed comes as an entry itself: ``fetch`` says why.
    """
    refused: list[Path] = []

    def note(error: OSError) -> None:
        refused.append(Path(error.filename))

    for home, folders, files in os.walk(folder, onerror=note, followlinks=False):
        links = {name for name in folders if _is_link(Path(home, name).lstat())}
        folders[:] = [name for name in folders if name not in links]
        yield from (Path(home, name) for name in (*files, *links))
    yield from refused


def unfinished(rel: str) -> HeldBackError | None:
    """Why a name alone says that the content is not here: a placeholder, a download under way."""
    name = PurePath(rel).name
    if PLACEHOLDER.match(name):
        return ElsewhereError(ON_THE_CLOUD)
    if UNFINISHED.search(name):
        return ElsewhereError("没有下载完")
    return None


def fetch(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The whole content of a regular file of at most ``limit`` bytes; HeldBackError says why not."""
    try:
        seen = path.lstat()
        if _is_link(seen):
            raise ElsewhereError(LINK)
        if stat.S_ISDIR(seen.st_mode):
            os.listdir(path)
        if not stat.S_ISREG(seen.st_mode):
            raise DamagedError("不是文件，是文件夹、设备或管道")
        if getattr(seen, "st_file_attributes", 0) & ONLINE_ONLY:
            raise ElsewhereError(ON_THE_CLOUD)
        if seen.st_size > limit:
            raise too_large(seen.st_size, limit)
        return _content(path, limit)
    except OSError as error:
        raise DamagedError(f"读不了：{reason(error)}") from error


def _content(path: Path, limit: int) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        before = os.fstat(file.fileno())
        if before.st_size > limit:  # it has grown since it was looked at
            raise too_large(before.st_size, limit)
        data = file.read(before.st_size + 1)
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise DamagedError("读的时候文件正在被改动，保存好、关掉后再汇总")
    if len(data) != after.st_size:
        raise DamagedError("没有读全，磁盘或网络盘可能有问题")
    return data


def _is_link(seen: os.stat_result) -> bool:
    return stat.S_ISLNK(seen.st_mode) or getattr(seen, "st_reparse_tag", 0) in REPARSE_LINKS
