"""The local log of what was done with files (操作记录): who, when, what, which file, how it ended.

One JSON line an action, and nothing of a child in it: of a file name only a keyed mark, a suffix and
a word of a fixed list are kept.  Every line carries the SHA-256 of the line before and an HMAC under
a key of this computer; beside the log stands how far it goes.  So a line that was changed, taken
out, put in or moved is seen, and so is an end that was cut off.  Not seen is what somebody does who
reads the key, which this account can, or who puts back an older copy of the whole folder.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import getpass
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from kbbx_xl import __version__
from kbbx_xl.books.state import state_folder
from kbbx_xl.messages import OutputError, reason

LOG, HEAD, KEY, LOCK = "oplog.jsonl", "oplog.head", "oplog.key", "oplog.lock"
FIRST = "0" * 64  # what the first line carries for the line before
MARK_LENGTH = 10  # hexadecimal digits: tells the files of an office apart
PATIENCE = 10  # seconds for another program to finish its line
TAIL = 1 << 16  # bytes at the end that hold the last lines
LISTED = 12  # files of one action that are listed; all of them are counted
KEPT_SUFFIXES = frozenset(
    (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".csv", ".docx", ".doc", ".pdf", ".json", ".ics", ".txt", ".zip")
)  # fmt: skip
KIND_WORDS = (
    "单位目录", "责任人名单", "登记表", "月报", "全县汇总", "中心校汇总", "汇总", "学生名册", "学籍",
    "台账", "考勤", "劝返", "家访", "待办", "交办", "佐证", "个案", "比对", "流动", "问题清单", "销毁证明",
    "通知书", "登记", "名册", "名单",
)  # fmt: skip
_ACCOUNT = re.compile(r"[^\w.@\\-]")


@dataclass(frozen=True, slots=True)
class FileMark:
    """A file or folder as the log knows it; no part of its name but ``kind`` and ``suffix``."""

    mark: str
    side: str  # in | out
    kind: str = ""
    suffix: str = ""

    @property
    def words(self) -> str:
        """The mark and what kind of file it is, for people."""
        return " ".join(filter(None, (self.mark, self.kind, self.suffix)))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: number, moment with time zone, account, door (cli, excel), action, files, outcome.

    ``outcome`` is done, findings, or the class of the error; ``counts`` holds numbers only.
    """

    n: int
    at: str
    who: str
    door: str
    action: str
    outcome: str
    files: tuple[FileMark, ...] = ()
    counts: Mapping[str, int] | None = None
    proof: str = ""  # SHA-256 of a paper that the action is proved by
    after_torn: bool = False  # the line before broke off, because the program or computer stopped
    end_lost: bool = False  # nothing said how far the log went when this line was written


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold: the line of the file, counted from 1, and what is wrong."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Log:
    """The log as read: entries in order, breaks of the chain, and lines that merely broke off."""

    entries: tuple[Entry, ...] = ()
    breaks: tuple[Break, ...] = ()
    torn: tuple[int, ...] = ()


def record(
    door: str,
    action: str,
    outcome: str,
    *,
    read: Sequence[Path] = (),
    written: Sequence[Path] = (),
    counts: Mapping[str, int] | None = None,
    proof: str = "",
) -> None:
    """Append one line; OutputError (Chinese) when the log cannot be written.

    ``action`` and ``outcome`` are names of our own code, never what a user or a file said.
    """
    try:
        folder = _folder()
        with FileLock(folder / LOCK, timeout=PATIENCE, mode=0o600):
            key = _key(folder)
            files = [*(("in", path) for path in read), *(("out", path) for path in written)]
            line = {
                "at": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
                "who": account(),
                "door": door,
                "do": action,
                "outcome": outcome,
                "files": [_told(_mark(path, side, key)) for side, path in files[:LISTED]],
                "counts": {"files": len(files), **(counts or {})},
                "version": __version__,
            }
            _append(folder, key, line | ({"proof": proof} if proof else {}))
    except Timeout as error:
        raise OutputError("操作记录正被别的程序占用，这次操作没有记上") from error
    except OSError as error:
        raise OutputError(f"操作记录写不进去，这次操作没有记上：{reason(error)}") from error


def mark_of(path: Path) -> str:
    """The mark that the log of this computer gives a file or folder; "" while there is no log."""
    with contextlib.suppress(OSError):
        return _mark(path, "in", (state_folder() / KEY).read_bytes()).mark
    return ""


def mark_of_kind(path: Path) -> FileMark:
    """Mark, kind and suffix of a file; the key is made where this computer has none. OSError."""
    folder = _folder()
    with FileLock(folder / LOCK, timeout=PATIENCE, mode=0o600):
        return _mark(path, "in", _key(folder))


def read_log() -> Log:
    """Every entry of this computer's log, and where its chain does not hold.

    OutputError when it is there and cannot be read.
    """
    folder = state_folder()
    try:
        key = _read(folder / KEY)
        data = _read(folder / LOG)
        head = _head(folder, key or b"")
    except OSError as error:
        raise OutputError(f"操作记录读不了：{reason(error)}") from error
    if key is None and data is None and head is None:
        return Log()
    if data is None or key is None:
        gone = "记录文件不见了" if data is None else "密钥不见了，无法核对"
        return Log(breaks=(Break(1, gone),))
    return _checked(data, key, head)


def _checked(data: bytes, key: bytes, head: tuple[int, str] | None) -> Log:
    lines = data.split(b"\n")
    whole, rest = lines[:-1], lines[-1]
    entries: list[Entry] = []
    breaks: list[Break] = []
    torn: list[int] = []
    before, last = FIRST, 0
    for number, raw in enumerate(whole, 1):
        made = _parsed(raw, key)
        if made is None:
            following = _parsed(whole[number], key) if number < len(whole) else None
            if following is not None and following[0].after_torn:
                torn.append(number)
            else:
                breaks.append(Break(number, "内容被改动过"))
                last += 1
        else:
            entry, prev = made
            if entry.end_lost:
                breaks.append(Break(number, "写这一行时末尾标记不见了，前面可能被删过"))
            if entry.n != last + 1:
                breaks.append(Break(number, f"前面少了或换了位置：应是第 {last + 1} 条"))
            elif prev != before:
                breaks.append(Break(number, "与上一行接不上：上一行被改动过"))
            last = entry.n
            entries.append(entry)
        before = _sha(raw)
    if rest:
        torn.append(len(lines))
    if head is None:
        breaks.append(Break(len(whole), "末尾标记不见了或被改动过"))
    elif head[0] not in (last, last - 1) or not _ends(head, whole, last):
        breaks.append(Break(len(whole) + 1, f"末尾被删：应有 {head[0]} 条"))
    return Log(tuple(entries), tuple(breaks), tuple(torn))


def _ends(head: tuple[int, str], whole: Sequence[bytes], last: int) -> bool:
    """Whether the line that the head speaks of is the last, or the one before it (a stop between)."""
    if head == (0, FIRST):
        return True
    return any(_sha(raw) == head[1] for raw in whole[-1 if head[0] == last else -3 :])


def _append(folder: Path, key: bytes, line: Mapping[str, object]) -> None:
    """Put a line behind the last one, on the disk, then say beside the log how far it goes."""
    path = folder / LOG
    with _private(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL))
        tail = file.read()
        torn = bool(tail) and not tail.endswith(b"\n")
        raws = tail.removesuffix(b"\n").split(b"\n") if tail else []
        known = [made[0].n for raw in raws if (made := _parsed(raw, key))]
        head = _head(folder, key)
        n = 1 + max([*known[-1:], head[0] if head else 0], default=0)
        told = dict(line) | {"n": n, "prev": _sha(raws[-1]) if raws else FIRST}
        if torn:
            told["after_torn"] = True
        if head is None:
            told["end_lost"] = True
        told["mac"] = _mac(key, _text(told))
        raw = _text(told)
        file.seek(0, os.SEEK_END)
        file.write((b"\n" if torn else b"") + raw + b"\n")
        file.flush()
        os.fsync(file.fileno())
    _write_head(folder, key, n, _sha(raw))


def _parsed(raw: bytes, key: bytes) -> tuple[Entry, str] | None:
    """Entry of a line and the hash it carries; None when the line is not as it was written."""
    try:
        line = json.loads(raw)
        mac = line.pop("mac")
        if not hmac.compare_digest(mac, _mac(key, _text(line))):
            return None
        files = tuple(FileMark(**one) for one in line["files"])
        counts = {str(k): int(v) for k, v in line["counts"].items()}
        entry = Entry(
            line["n"],
            line["at"],
            line["who"],
            line["door"],
            line["do"],
            line["outcome"],
            files,
            counts,
            line.get("proof", ""),
            line.get("after_torn", False),
            line.get("end_lost", False),
        )
        return entry, line["prev"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _text(line: Mapping[str, object]) -> bytes:
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _mac(key: bytes, text: bytes) -> str:
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def _sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _told(mark: FileMark) -> dict[str, str]:
    told = {"mark": mark.mark, "side": mark.side, "kind": mark.kind, "suffix": mark.suffix}
    return {name: value for name, value in told.items() if value}


def _mark(path: Path, side: str, key: bytes) -> FileMark:
    whole = os.path.normcase(os.path.realpath(path))
    mark = _mac(key, b"file:" + os.fsencode(whole))[:MARK_LENGTH]
    kind = next((word for word in KIND_WORDS if word in path.name), "")
    suffix = path.suffix.lower()
    return FileMark(mark, side, kind, suffix if suffix in KEPT_SUFFIXES else "")


def account() -> str:
    """The name under which this computer knows who is working (系统账号)."""
    try:
        return _ACCOUNT.sub("_", getpass.getuser())[:60]
    except (OSError, KeyError, ImportError):  # a service without an account's name
        return "?"


# the three files


def _folder() -> Path:
    try:
        folder = state_folder()
    except RuntimeError as error:  # an account without a home
        raise OSError(None, str(error)) from error
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextlib.contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """The file open for reading and writing, made when missing, for this account only."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(handle, "r+b") as file:
        yield file


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _key(folder: Path) -> bytes:
    """The key of this computer; made once, and not again while there is a log under another."""
    key = _read(folder / KEY)
    if key is None:
        key = secrets.token_bytes(32)
        _write_head(folder, key, 0, FIRST)  # from the first line on there is an end to compare
        _replace(folder / KEY, key)
    return key


def _head(folder: Path, key: bytes) -> tuple[int, str] | None:
    """How far the log goes: number and hash of its last line; None when missing or not ours."""
    raw = _read(folder / HEAD)
    try:
        line = json.loads(raw or b"")
        mac = line.pop("mac")
        whole = hmac.compare_digest(mac, _mac(key, _text(line)))
        return (int(line["n"]), str(line["sha256"])) if whole else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _write_head(folder: Path, key: bytes, n: int, sha256: str) -> None:
    line: dict[str, object] = {"n": n, "sha256": sha256}
    _replace(folder / HEAD, _text(line | {"mac": _mac(key, _text(line))}))


def _replace(path: Path, content: bytes) -> None:
    """The file with this content or as it was, never half; the lock keeps others away."""
    new = path.with_name(f"{path.name}.new")
    with _private(new) as file:
        file.truncate(0)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
