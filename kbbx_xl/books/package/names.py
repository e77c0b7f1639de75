"""Names inside a .zip (条目名): what the bytes mean, and which names no file may have.

A name is refused, never put right: two programs that mend it differently see two different files.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable

from kbbx_xl.books.package.errors import HostileError

UTF8_FLAG = 0x800
LONGEST_PATH, LONGEST_PART = 200, 200  # characters; bytes in UTF-8 (Windows and Linux hold 255)
DEEPEST = 10  # folders in one another
IDEOGRAPHS = "\u2e80"  # from here on are the scripts of East Asia
FORBIDDEN = re.compile(r'[<>:"|?*]')
RESERVED = re.compile(
    r"(?:CON|PRN|AUX|NUL|CLOCK\$|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9\u00b9\u00b2\u00b3])", re.I
)
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))  # controls, direction marks, half characters


def written_name(info: zipfile.ZipInfo) -> str:
    """The name as its packer meant it: UTF-8 where flagged, else UTF-8 or GB18030 if it fits.

    Windows in China writes GBK and says nothing, macOS writes UTF-8 and says nothing; Python reads
    both as code page 437, from which the bytes come back whole.
    """
    given = info.orig_filename
    if info.flag_bits & UTF8_FLAG or given.isascii():
        return given
    raw = given.encode("cp437")
    utf8, gbk = _decoded(raw, "utf-8"), _decoded(raw, "gb18030")
    if utf8 and (gbk is None or any(c >= IDEOGRAPHS for c in utf8)):
        return utf8
    return gbk or given


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        text = raw.decode(encoding)
        return text if text.encode(encoding) == raw else None
    except UnicodeError:
        return None


def safe_name(written: str) -> str:
    """The same file as a relative path with ``/``; HostileError for a name that leads elsewhere.

    Backslashes are what some Windows packers write between folders.
    """
    name = written.replace("\\", "/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        raise HostileError("包里有绝对路径，解开会写到别处")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts or len(parts) > DEEPEST or len(name) > LONGEST_PATH:
        raise HostileError("包里有空的、过长或层数过多的文件名")
    for part in parts:
        if why := unsafe(part):
            raise HostileError(f"包里有{why}")
    return "/".join(parts)


def unsafe(part: str) -> str:
    """Why one part of a path may not name a file here or on Windows (Chinese); "" when it may."""
    if part == "..":
        return "“..”路径，解开会写到别处"
    if any(unicodedata.category(c) in UNSEEN for c in part):
        return "含看不见字符的文件名"
    if FORBIDDEN.search(part) or "/" in part or "\\" in part:
        return '含 < > : " | ? * 或斜线的文件名'
    if part != part.rstrip(". ") or part != part.lstrip(" "):
        return "以点或空格开头、结尾的文件名"
    if RESERVED.fullmatch(part.partition(".")[0].rstrip(" ")):
        return "Windows 保留的设备名（CON、NUL 等）"
    if len(part.encode("utf-8")) > LONGEST_PART:
        return "过长的文件名"
    return ""


def refuse_clashes(names: Iterable[str]) -> None:
    """HostileError when two names are one file on Windows, or one is a file and a folder at once."""
    seen: set[str] = set()
    folders: set[str] = set()
    for name in names:
        folded = folded_name(name)
        if folded in seen:
            raise HostileError("包里有两个文件名相同，或只差大小写")
        seen.add(folded)
        above = folded.split("/")[:-1]
        folders.update("/".join(above[: n + 1]) for n in range(len(above)))
    if seen & folders:
        raise HostileError("包里同一个名字既是文件又是文件夹")


def folded_name(name: str) -> str:
    """What two names must differ in for Windows and macOS to keep them apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
