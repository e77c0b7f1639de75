"""books.package: nothing that lies in an inbox gets out of hand; only PackageError comes out."""

from __future__ import annotations

import io
import stat
import struct
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbbx_xl.books.package import (
    DamagedError,
    HostileError,
    PackageError,
    State,
    archive,
    open_package,
)
from tests.books.package.zips import FILES, PASSWORD, encrypted, plain, raw_zip, zipped

PLAIN, ENCRYPTED = plain(), encrypted()
IN_ORDER = tuple(sorted(FILES, key=lambda f: f.name))


@pytest.mark.parametrize(
    "name",
    [
        "../x", "a/../../x", "..\\x", "/etc/x", "\\x", "\\\\host\\x", "C:x", "C:\\x", "c:/x", "a/C:x",
        "CON", "con.xlsx", "a/NUL.txt", "COM1.xlsx", "lpt9", "COM\u00b9", "AUX .txt", "CONIN$",
        "a.", "a ", "a./b", "a /b", " a", "a:stream", "a?", "a*", 'a"', "a<", "a|b", "a\x07", "a\x00b",
        "a\u202exslx.exe", "a\u200b", "a" * 201, "/".join("abcdefghijk"), ".", "x\u2028",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    data = raw_zip([(name.encode(), b"x"), (b"ok.txt", b"y")], flags=0x800)
    with pytest.raises(HostileError):
        open_package(data)


@pytest.mark.parametrize(
    "names",
    [("a.txt", "A.TXT"), ("a.txt", "a.txt"), ("a", "a/b"), ("A/x", "a"), ("é", "e\u0301"),
     ("a/b", "a\\b"), ("straße", "STRASSE")],
)  # fmt: skip
def test_two_names_that_are_one_file_are_refused(names: tuple[str, ...]) -> None:
    data = raw_zip([(name.encode(), b"x") for name in names], flags=0x800)
    with pytest.raises(HostileError):
        open_package(data)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
@pytest.mark.parametrize("system", [0, 3])
def test_links_and_devices_are_refused(kind: int, system: int) -> None:
    data = raw_zip([(b"a", b"/etc/passwd")], mode=kind | 0o777, system=system)
    with pytest.raises(HostileError, match="链接"):
        open_package(data)


def test_a_bomb_is_stopped_while_it_is_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_INFLATED", 4 * archive.MB)
    monkeypatch.setattr(archive, "MOST_PACKED", 2 * archive.MB)
    one = zipped({"a.txt": bytes(3 * archive.MB)})
    many = zipped({f"{n}.txt": bytes(archive.MB) for n in range(5)})
    for data in (one, many):
        tracemalloc.start()
        with pytest.raises(HostileError, match="展开后超过"):
            open_package(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 12 * archive.MB


def test_a_size_that_lies_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stated size is changed in both places: what comes out decides."""
    data = bytearray(zipped({"a.txt": bytes(3 * archive.MB)}))
    listed = data.index(b"PK\x01\x02")
    for at in (22, listed + 24):
        data[at : at + 4] = struct.pack("<L", 10)
    with pytest.raises(DamagedError):
        open_package(bytes(data))


def test_a_bomb_inside_the_encrypted_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    from kbbx_xl.books.package.writing import encrypted_package

    monkeypatch.setattr(archive, "MOST_INFLATED", 4 * archive.MB)
    inner = zipped({f"{n}.txt": bytes(archive.MB) for n in range(5)})
    with pytest.raises(HostileError, match="展开后超过"):
        open_package(encrypted_package(inner, PASSWORD), PASSWORD)


def test_too_many_entries_are_refused_before_they_are_listed() -> None:
    for number in (301, 60_000, 100_000):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as made:
            for n in range(number):
                made.writestr(str(n), b"")
        start = time.monotonic()
        with pytest.raises(PackageError, match=r"超过 300 个|ZIP64"):
            open_package(held.getvalue())
        assert time.monotonic() - start < 0.5


def test_a_count_that_lies_is_not_believed() -> None:
    data = bytearray(raw_zip([(b"%d" % n, b"") for n in range(400)]))
    end = data.rindex(b"PK\x05\x06")
    data[end + 8 : end + 12] = struct.pack("<HH", 2, 2)
    with pytest.raises(DamagedError):
        open_package(bytes(data))


def test_entries_that_share_bytes_are_refused() -> None:
    """Two lines of the directory lead to one content, as in an overlapping bomb."""
    data = bytearray(raw_zip([(b"a", b"x" * 50), (b"b", b"x" * 50)]))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    with pytest.raises(HostileError, match="重叠"):
        open_package(bytes(data))


def test_other_formats_and_leavings_are_named() -> None:
    for data, said in (
        (b"", "0 字节"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (b"7z\xbc\xaf\x27\x1c\x00", "7z"),
        (b"hello", "不是 zip"),
        (b"PK\x05\x06" + bytes(18), "没有文件"),
        (zipped({"空/": b""}), "没有文件"),
        (PLAIN[:200], "没有传完"),
        (zipped({"a": b"x" * 99}, zipfile.ZIP_LZMA), "压缩方式"),
    ):
        with pytest.raises(DamagedError, match=said) as refused:
            open_package(data)
        assert refused.value.cause
        assert refused.value.remedy


def test_a_large_package_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_PACKED", 100)
    with pytest.raises(HostileError, match="超过"):
        open_package(PLAIN)


def _opened(data: bytes) -> None:
    """Whatever the bytes are: PackageError, or a package that tells of every difference."""
    try:
        package = open_package(data, PASSWORD)
    except PackageError:
        return
    if package.state is State.INTACT:
        assert package.members == IN_ORDER


def test_every_single_bit_and_every_cut() -> None:
    """A flipped bit anywhere in a plain package never passes as 原样 with other content."""
    data = PLAIN
    for place in range(len(data)):
        for bit in (0, 3, 7):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            _opened(bytes(changed))
        _opened(data[:place])


EDITS = st.lists(
    st.tuples(
        st.sampled_from(("flip", "cut", "insert", "delete", "copy")),
        st.integers(0, 4000),
        st.integers(1, 64),
        st.binary(min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(source=st.sampled_from((PLAIN, ENCRYPTED)), edits=EDITS)
def test_whatever_is_done_to_its_bytes(
    source: bytes, edits: list[tuple[str, int, int, bytes]]
) -> None:
    data = bytearray(source)
    for what, place, size, more in edits:
        at = place % (len(data) or 1)
        if what == "flip" and data:
            data[at] ^= size & 0xFF or 1
        elif what == "cut":
            del data[at:]
        elif what == "insert":
            data[at:at] = more
        elif what == "delete":
            del data[at : at + size]
        elif what == "copy":
            data[at:at] = data[at : at + size]
    _opened(bytes(data))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail) | st.binary(max_size=300))
def test_whatever_the_bytes_are(data: bytes) -> None:
    with pytest.raises(PackageError):
        open_package(data)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.binary(max_size=20)), min_size=1, max_size=5))
def test_whatever_the_names_are_they_stay_inside(files: list[tuple[str, bytes]]) -> None:
    data = raw_zip([(n.encode("utf-8", "surrogatepass"), d) for n, d in files], flags=0x800)
    try:
        package = open_package(data)
    except PackageError:
        return
    for member in package.members:
        assert not member.name.startswith("/")
        assert not {"..", ".", ""} & set(member.name.split("/"))
        assert not set('\\:*?"<>|') & set(member.name)
