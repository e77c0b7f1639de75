"""A school's folder into one package (打包、加密), and a package into a folder (解包)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePath

from kbbx_xl.books.checking import stated_in
from kbbx_xl.books.consolidate import SPREADSHEETS
from kbbx_xl.books.files import Written, is_open, write_whole
from kbbx_xl.books.package.archive import MB, MOST_INFLATED, MOST_PACKED, Member
from kbbx_xl.books.package.errors import PackageError
from kbbx_xl.books.package.manifest import LABELS, LONGEST_WORD, MANIFEST, Manifest, seal_up
from kbbx_xl.books.package.reading import ZIP, Package, is_package, open_package, read_package
from kbbx_xl.books.package.writing import encrypted_package, plain_package
from kbbx_xl.books.read.detect import NOT_TABLES, noise
from kbbx_xl.books.read.sheets import read_bytes
from kbbx_xl.books.reading import Reader, read_files
from kbbx_xl.books.seal import check_password
from kbbx_xl.flow.receipt import State
from kbbx_xl.flow.submissions import file_month
from kbbx_xl.messages import InputError, OutputError
from kbbx_xl.model import FileRead, Period

RESULTS = "汇总结果_"  # folders that the ribbon writes its results to
OURS = ("收件登记", "采用登记_", "退回_")  # files that the program keeps for the bureau
EVIDENCE = frozenset(NOT_TABLES.values()) - {NOT_TABLES[".exe"]}  # papers and pictures go along
SAME = "与打包时相同，没有重写"


@dataclass(frozen=True, slots=True)
class Folder:
    """What of a folder goes into its package: files, what stays out and why, whose, which month."""

    files: tuple[Member, ...]
    left_out: tuple[tuple[str, str], ...]
    unit: str
    month: Period | None


@dataclass(frozen=True, slots=True)
class Packed:
    """A package that was written and read back."""

    written: Written
    manifest: Manifest
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One file of a package: what became of it since sealing, and where it was put ("" nowhere)."""

    name: str
    label: str
    path: Path | None


def collect(folder: Path, today: dt.date, *, but: Iterable[Path] = ()) -> Folder:
    """The files below ``folder`` that a bureau needs; ``but``: never these. InputError for no folder."""
    if not folder.is_dir():
        raise InputError(f"找不到文件夹：{folder}")
    kept: list[Member] = []
    left_out: list[tuple[str, str]] = []
    never = {path.resolve() for path in but}
    first = Period(today.year, today.month)
    books = [file for file in _below(folder) if file[0].suffix.lower() in SPREADSHEETS]
    reads = {read.path: read for read in read_files(books, Reader(first))}
    for path, rel in _below(folder):
        _refuse_more(path, sum(len(one.data) for one in kept))
        data, why = (None, "不是材料") if path.resolve() in never else _content(path, rel)
        why = why or (_own_result(reads[rel]) if rel in reads else "")
        if data is None or why:
            left_out.append((rel, why or "不是普通文件，或读不了"))
            reads.pop(rel, None)
            continue
        kept.append(Member(rel, data))
    told = list(reads.values())
    month = stated_in(told, first)[0] if any(map(file_month, told)) else None
    return Folder(tuple(kept), tuple(left_out), _unit_of(told, folder), month)


def pack(
    folder: Path, target: Path, *, now: dt.datetime, unit: str = "", month: Period | None = None,
    password: str | None = None, but: Iterable[Path] = (),
) -> Packed:  # fmt: skip
    """Write the package of a folder, encrypted when a password is given; read back before it counts.

    A package already there that holds the same is left as it is.  InputError for a weak password,
    a folder without files, and when nobody says which month it is.
    """
    if password is not None:
        check_password(password)
    if target.suffix.lower() != ZIP:
        raise InputError(f"报送包的文件名要以 .zip 结尾：{target.name}")
    found = collect(folder, now.date(), but=(target, *but))
    manifest = _manifest_of(found, folder, now, unit, month)
    if old := _same(target, manifest, password):
        return Packed(Written(target, note=SAME), old, found.left_out)
    data = plain_package(found.files, manifest)
    packed = encrypted_package(data, password) if password else data
    files = tuple(sorted(found.files, key=lambda f: f.name))

    def make(new: Path) -> None:
        new.write_bytes(packed)

    def verify(new: Path) -> None:
        try:
            back = open_package(new.read_bytes(), password)
        except PackageError as error:
            raise OutputError("写出的报送包读不回来，没有采用") from error
        if back.state is not State.INTACT or back.members != files:
            raise OutputError("写出的报送包与文件夹不一致，没有采用")

    return Packed(write_whole(target, make, verify), manifest, found.left_out)


def _manifest_of(
    found: Folder, folder: Path, now: dt.datetime, unit: str, month: Period | None
) -> Manifest:
    """The manifest of a folder, as the user says or its files do; InputError when neither does."""
    if not found.files:
        raise InputError(f"“{folder.name}”里没有要报送的文件")
    period, whose = month or found.month, unit or found.unit
    if period is None:
        raise InputError("看不出是哪个月的材料，用 --month 写明，如 --month 2026-10")
    if len(whose) > LONGEST_WORD or not whose.isprintable():
        raise InputError(
            f"单位名称过长，或有看不见的字符：用 --unit 写全称（最多 {LONGEST_WORD} 字）"
        )
    return seal_up(found.files, unit=whose, month=period, now=now)


def unpack(package: Package, folder: Path) -> list[Unpacked]:
    """Write the files into ``folder``, beside what is there; nothing is overwritten.

    A file already there with other content stays, and the new one gets a new name.  Raises
    OutputError when a link would lead out of the folder.
    """
    changed = {change.name: change for change in package.changes}
    usual = "没有清单" if package.state is State.BARE else "未改动"
    told = []
    for member in package.members:
        label = changed[member.name].label if member.name in changed else usual
        told.append(Unpacked(member.name, label, _put(member, folder)))
    held = {member.name for member in package.members}
    told += [Unpacked(c.name, LABELS[c.kind], None) for c in package.changes if c.name not in held]
    return told


def safe_target(folder: Path, name: str) -> Path:
    """Where a file of that safe name goes; OutputError when a link on the way leads elsewhere."""
    target = folder.joinpath(*PurePath(name).parts)
    root = folder.resolve()
    if not target.parent.resolve().is_relative_to(root):
        raise OutputError("结果文件夹里有链接指向别处，没有写；换一个空文件夹")
    return target


def _put(member: Member, folder: Path) -> Path:
    target = safe_target(folder, member.name)
    if target.is_symlink() or target.exists() or is_open(target):
        if not target.is_symlink() and target.is_file() and target.read_bytes() == member.data:
            return target
        names = (target.with_name(f"{target.stem}_新{n}{target.suffix}") for n in count(1))
        target = next(p for p in names if not (p.exists() or p.is_symlink()))
    return put_whole(member, target).path


def put_whole(member: Member, target: Path) -> Written:
    """Write one file of a package whole or not at all; an older one keeps its content by date."""

    def make(new: Path) -> None:
        new.write_bytes(member.data)

    def verify(new: Path) -> None:
        if new.read_bytes() != member.data:
            raise OutputError("解开的文件读不回来，没有采用")

    return write_whole(target, make, verify)


def _below(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files and links below the folder; links are not followed."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path, path.relative_to(folder).as_posix()


def _refuse_more(path: Path, so_far: int) -> None:
    """InputError before a folder is read that no package can hold."""
    size = path.lstat().st_size
    if size > MOST_PACKED or size + so_far > MOST_INFLATED:
        raise InputError(
            f"“{path.name}”放不进报送包：一个文件最多 {MOST_PACKED // MB} MB，"
            f"一共最多 {MOST_INFLATED // MB} MB。移到别处，或分成几包"
        )


def _content(path: Path, rel: str) -> tuple[bytes | None, str]:
    """A file's bytes, or None and why it stays out, as far as its name and bytes tell."""
    if path.is_symlink():
        return None, "链接"
    told = noise(rel)
    if told and told not in EVIDENCE:
        return None, told
    if path.name == MANIFEST or path.name.startswith(OURS):
        return None, "本程序写的清单或登记"
    if any(part.startswith(RESULTS) for part in PurePath(rel).parts[:-1]):
        return None, "本程序写出的汇总"
    data = read_bytes(path, MOST_PACKED)
    if data is not None and path.suffix.lower() == ZIP and is_package(data):
        return None, "已打好的报送包"
    return data, ""


def _own_result(read: FileRead) -> str:
    """Why a workbook of ours is no submission: a masked copy, a summary."""
    if read.status != "ignored":
        return ""
    return next((str(f.params.get("reason", "")) for f in read.findings), "")


def _unit_of(reads: Iterable[FileRead], folder: Path) -> str:
    """The unit that most files name; the folder's name when none does or two do as often."""
    named = Counter(filter(None, (r.own.get("unit_name") or r.written_unit for r in reads)))
    usual = named.most_common(2)
    if not usual or (len(usual) == 2 and usual[0][1] == usual[1][1]):
        return folder.resolve().name
    return usual[0][0]


def _same(target: Path, manifest: Manifest, password: str | None) -> Manifest | None:
    """The manifest of the package already at ``target`` when it was made of the same files."""
    if not target.is_file():
        return None
    try:
        old = read_package(target, password)
    except PackageError:
        return None
    if old.manifest is None or old.changes or old.encrypted != (password is not None):
        return None
    before, after = old.manifest, manifest
    same = (before.unit, before.month, before.files) == (after.unit, after.month, after.files)
    return before if same else None
