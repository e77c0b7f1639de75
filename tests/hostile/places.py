"""Things in a folder that are no file: pipes, links, loops, folders called .xlsx."""

from __future__ import annotations

import os
from pathlib import Path

from tests.hostile.kinds import ANY, REFUSED, placed
from tests.hostile.package import book_parts, pack

NO_FILE = "打不开|不是文件|链接|管道|文件夹|[Nn]o such|[Dd]irectory|loop"


@placed("fifo", "管道", "reading waits for ever", (REFUSED,), cause=NO_FILE, truth=None)
def fifo(folder: Path) -> Path:
    path = folder / "学籍.xlsx"
    os.mkfifo(path)
    return path


@placed(
    "device-link", "指向设备的链接", "/dev/zero never ends", (REFUSED,), cause=NO_FILE, truth=None
)
def device(folder: Path) -> Path:
    path = folder / "学籍.xlsx"
    path.symlink_to("/dev/zero")
    return path


@placed("link-loop", "互相指向的链接", "never arrives", (REFUSED,), cause=NO_FILE, truth=None)
def loop(folder: Path) -> Path:
    path, other = folder / "学籍.xlsx", folder / "b.xlsx"
    path.symlink_to(other)
    other.symlink_to(path)
    return path


@placed("link-dangling", "断掉的链接", "points to nothing", (REFUSED,), cause=NO_FILE, truth=None)
def dangling(folder: Path) -> Path:
    path = folder / "学籍.xlsx"
    path.symlink_to(folder / "没有.xlsx")
    return path


@placed(
    "link-outside",
    "指到文件夹外的链接",
    "a file that nobody submitted is read",
    (REFUSED, *ANY),
    cause=NO_FILE,
)
def outside(folder: Path) -> Path:
    target = folder / "别处" / "a.xlsx"
    target.parent.mkdir()
    target.write_bytes(pack(book_parts()))
    inside = folder / "报送"
    inside.mkdir()
    path = inside / "学籍.xlsx"
    path.symlink_to(target)
    return path


@placed(
    "folder-named-xlsx", "名叫 .xlsx 的文件夹", "is no file", (REFUSED,), cause=NO_FILE, truth=None
)
def directory(folder: Path) -> Path:
    path = folder / "学籍.xlsx"
    path.mkdir()
    return path


@placed(
    "gone",
    "已经不在的文件",
    "listed a moment ago, removed since",
    (REFUSED,),
    cause=NO_FILE,
    truth=None,
)
def gone(folder: Path) -> Path:
    return folder / "学籍.xlsx"


@placed(
    "sparse",
    "10 GB 的空洞文件",
    "a file of holes: 10 GB to read, nothing on disk",
    (REFUSED,),
    cause="过大",
    truth=None,
)
def sparse(folder: Path) -> Path:
    path = folder / "学籍.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(10 * 2**30)
    return path
