"""What a file is: its bytes decide, its name only says what is certainly not meant for us."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePath

from kbbx_xl.books.gate.held import DamagedError, HeldBackError, LockedError, too_large
from kbbx_xl.books.gate.place import MAX_BYTES, unfinished
from kbbx_xl.model import Finding

BACKUP = re.compile(r"_备份\d{8}-\d{6}(-\d+)?$")  # as books.files names what a result replaced

SYSTEM_NAMES = frozenset(("thumbs.db", ".ds_store", "desktop.ini", "ehthumbs.db"))
SYSTEM_FOLDERS = frozenset(("__MACOSX", "$RECYCLE.BIN", ".git", ".svn"))
NOT_TABLES = {
    **dict.fromkeys((".doc", ".docx", ".docm", ".rtf", ".odt", ".ofd", ".pdf"), "文档"),
    **dict.fromkeys((".ppt", ".pptx", ".pps", ".odp", ".dps"), "演示文稿"),
    **dict.fromkeys((".txt", ".md", ".log", ".json"), "说明文字"),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".bmp", ".heic", ".tif", ".tiff"), "图片"),
    **dict.fromkeys((".webp", ".mp4", ".mov", ".mp3", ".wav", ".avi", ".amr"), "图片、音像"),
    **dict.fromkeys((".lnk", ".url", ".tmp", ".bak", ".ini", ".db", ".exe", ".xlam"), "系统文件"),
}
UNSUPPORTED = frozenset((".et", ".ett", ".wps", ".zip", ".rar", ".7z", ".numbers", ".dbf", ".mdb"))

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# BIFF: start of the workbook, perhaps a write protection, then the mark of an encrypted stream
ENCRYPTED_XLS = re.compile(
    rb"\x09\x08[\x08\x10]\x00.{8}(?:.{8})?(?:\x86\x00\x00\x00)?\x2f\x00", re.S
)
KNOWN_STARTS = (  # what a file really is, whatever it is called
    (b"\xff\xd8\xff", "图片（JPEG）"), (b"\x89PNG", "图片（PNG）"), (b"GIF8", "图片（GIF）"), (b"BM", "图片（BMP）"),
    (b"%PDF", "PDF 文档"), (b"Rar!", "RAR 压缩包"), (b"7z\xbc\xaf", "7z 压缩包"), (b"\x1f\x8b", "gzip 压缩包"),
    (b"MZ", "可执行程序"), (b"\x7fELF", "可执行程序"), (b"{\\rtf", "RTF 文档"), (b"SQLite format 3", "数据库"),
)  # fmt: skip
HTML_STARTS = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<style")


def noise(rel: str) -> str:
    """Why a file is not meant to be merged (Chinese), judged by its name; "" when it may be."""
    path = PurePath(rel)
    name, suffix = path.name.lower(), path.suffix.lower()
    if name.startswith(("~$", ".~", "._")):
        return "打开表格时留下的临时文件"
    if BACKUP.search(path.stem):
        return "本程序另存的旧文件"
    if name in SYSTEM_NAMES or SYSTEM_FOLDERS.intersection(path.parts):
        return "系统文件"
    if suffix in NOT_TABLES:
        return NOT_TABLES[suffix]
    return "系统文件" if name.startswith(".") else ""


def format_of(data: bytes, rel: str) -> str | Finding:
    """xlsx, xlsb, xls, ods, html or csv; a finding when the bytes are none of them."""
    try:
        return _format(data, rel)
    except HeldBackError as error:
        return error.finding(rel)


def _format(data: bytes, rel: str) -> str | Finding:
    suffix = PurePath(rel).suffix.lower()
    elsewhere = unfinished(rel)
    if elsewhere:
        raise elsewhere
    if not data.strip(b"\x00\r\n\t "):
        return Finding("F03", rel)
    if suffix in UNSUPPORTED:
        return Finding("F22", rel, params={"suffix": suffix})
    if len(data) > MAX_BYTES:
        raise too_large(len(data), MAX_BYTES)
    if data.startswith(b"PK"):
        return _zip_format(data, rel, suffix)
    if data.startswith(OLE):
        return _ole_format(data, rel, suffix)
    known = next((what for start, what in KNOWN_STARTS if data.startswith(start)), "")
    if known:
        return _no_table(rel, suffix, known)
    head = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(HTML_STARTS):
        return "html"
    return "csv" if _is_text(data) else _no_table(rel, suffix, "认不出的内容")


def _no_table(rel: str, suffix: str, what: str) -> Finding:
    return Finding("F04", rel, params={"suffix": suffix or "（无）", "what": what})


def _zip_format(data: bytes, rel: str, suffix: str) -> str | Finding:
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            names = {name.lower() for name in parts.namelist()}
            mime = _start(parts, "mimetype", 200) if "mimetype" in parts.namelist() else b""
            manifest = "META-INF/manifest.xml"
            listed = (
                _start(parts, manifest, 1 << 20) if manifest in parts.namelist() and mime else b""
            )
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise DamagedError("压缩包的目录坏了，文件没有传全或没有存好") from error
    if "xl/workbook.bin" in names:
        return "xlsb"
    if b"opendocument.spreadsheet" in mime:
        if b"encryption-data" in listed:
            raise LockedError("有打开密码")
        return "ods"
    if any(name.rpartition("/")[2] == "workbook.xml" for name in names):
        return "xlsx"
    if any(name.startswith(("word/", "ppt/")) for name in names) or mime:
        return _no_table(rel, suffix, "文档或演示文稿")
    if suffix.startswith(".xls"):
        raise DamagedError("是压缩包，里面却没有工作簿")
    return Finding("F22", rel, params={"suffix": suffix})


def _start(parts: zipfile.ZipFile, name: str, length: int) -> bytes:
    with parts.open(name) as part:
        return part.read(length)


def _ole_format(data: bytes, rel: str, suffix: str) -> str | Finding:
    """Old .xls, or an encrypted package; stream names stand in the file in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data or ENCRYPTED_XLS.search(data):
        raise LockedError("有打开密码")
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "xls"
    return _no_table(rel, suffix, "文档（Word 等）或别的程序的文件")


def _is_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\x00" not in data and sum(byte < 9 for byte in data[:4096]) == 0
