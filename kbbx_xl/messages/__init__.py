"""Every message a user can meet, by code, and the exceptions kbbx_xl raises on purpose.

A finding says what is wrong; its file, sheet and cell say where; the remedy says what to do.
No message has a place for a name, an id or a phone number.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Iterable, Sequence

from kbbx_xl.messages.catalogue import CATALOGUE
from kbbx_xl.model import Finding, Severity


class KbbxError(Exception):
    """Base of every error kbbx_xl raises on purpose; its text is fit for a user."""


class SettingsError(KbbxError):
    """A file in config/ is wrong; names file, line, key and the near miss."""


class InputError(KbbxError):
    """What the user gave cannot be worked with: a missing folder, directory or calendar."""


class OutputError(KbbxError):
    """The result could not be written; nothing old was destroyed."""


def severity(finding: Finding) -> Severity:
    """Severity of a finding's code; KeyError for a code outside the catalogue."""
    return CATALOGUE[finding.code].severity


def message(finding: Finding) -> str:
    """What is wrong, in one short Chinese sentence, without the place."""
    return CATALOGUE[finding.code].text.format(**finding.params)


def remedy(finding: Finding) -> str:
    """What to do about it."""
    return CATALOGUE[finding.code].remedy.format(**finding.params)


def place(finding: Finding) -> str:
    """Where it is: file, sheet and cell, as far as they are known."""
    at = "!".join(part for part in (finding.sheet, finding.cell) if part)
    return " ".join(part for part in (finding.file, at) if part)


def in_sheet_order(finding: Finding, sheets: Sequence[str]) -> tuple[object, ...]:
    """Sort key of findings: unit, file, sheet as ``sheets`` lists them, row, column."""
    unit, file, sheet, *rest = finding.sort_key
    return unit, file, sheets.index(sheet) if sheet in sheets else len(sheets), sheet, *rest


def counted(findings: Iterable[Finding]) -> str:
    """How many there are of each severity: 错误 2 条、警告 0 条、提示 1 条."""
    counts = Counter(severity(f) for f in findings)
    return "、".join(f"{level} {counts[level]} 条" for level in Severity)


def line(finding: Finding) -> str:
    """Where, what, and what to do, in one line for the terminal."""
    return (
        f"[{severity(finding)} {finding.code}] {place(finding)}：{message(finding)}。"
        f"{remedy(finding)}。"
    )


_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有写入或读取的权限",
    errno.EPERM: "系统不允许",
    errno.EROFS: "这个盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EEXIST: "这里已有同名的文件",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EISDIR: "这是一个文件夹",
    errno.ENAMETOOLONG: "路径太长",
    errno.EIO: "磁盘或网络盘读写出错",
}


def reason(error: OSError) -> str:
    """Why the system refused (Chinese); its words for the number when they are not known.

    The text of the error is not shown: libraries put into it what they were reading.
    """
    if error.errno is None:
        return type(error).__name__
    return _REASONS.get(error.errno) or os.strerror(error.errno)
