"""What a file is: its bytes decide, its name only says what is certainly not meant for us."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePath

from kbbx_xl.model import Finding

BACKUP = re.compile(r"_备份\d{8}-\d{6}(-\d+)?$")  # as books.files names what a result replaced
MAX_BYTES = 20 * 1024 * 1024  # one school's file; larger ones hold pictures or are an attack

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
    suffix = PurePath(rel).suffix.lower()
    if not data.strip(b"\x00\r\n\t "):
        return Finding("F03", rel)
    if suffix in UNSUPPORTED:
        return Finding("F22", rel, params={"suffix": suffix})
    if len(data) > MAX_BYTES:
        size, limit = (f"{n / 1024 / 1024:.0f} MB" for n in (len(data), MAX_BYTES))
        return Finding("F20", rel, params={"size": size, "limit": limit})
    if data.startswith(b"PK"):
        return _zip_format(data, rel, suffix)
    if data.startswith(OLE):
        return _ole_format(data, rel, suffix)
    head = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(HTML_STARTS):
        return "html"
    return "csv" if _is_text(data) else Finding("F04", rel, params={"suffix": suffix or "（无）"})


def _zip_format(data: bytes, rel: str, suffix: str) -> str | Finding:
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            names = {name.lower() for name in parts.namelist()}
            mime = parts.read("mimetype") if "mimetype" in names else b""
            manifest = "META-INF/manifest.xml"
            listed = parts.read(manifest) if manifest.lower() in names and mime else b""
    except (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, EOFError, OSError):
        return Finding("F01", rel)
    if "xl/workbook.bin" in names:
        return "xlsb"
    if b"opendocument.spreadsheet" in mime:
        return Finding("F02", rel) if b"encryption-data" in listed else "ods"
    if any(name.rpartition("/")[2] == "workbook.xml" for name in names):
        return "xlsx"
    if any(name.startswith(("word/", "ppt/")) for name in names) or mime:
        return Finding("F04", rel, params={"suffix": suffix or "（无）"})
    return Finding("F01" if suffix.startswith(".xls") else "F22", rel, params={"suffix": suffix})


def _ole_format(data: bytes, rel: str, suffix: str) -> str | Finding:
    """Old .xls, or an encrypted package; stream names stand in the file in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data or ENCRYPTED_XLS.search(data):
        return Finding("F02", rel)
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "xls"
    return Finding("F04", rel, params={"suffix": suffix or "（无）"})


def _is_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\x00" not in data and sum(byte < 9 for byte in data[:4096]) == 0
