"""books.package: what a package says of its files, whoever made it."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import io
import json
import pickle
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest
import pyzipper
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kbbx_xl.books.package import (
    MANIFEST,
    Change,
    ChangeKind,
    DamagedError,
    Member,
    NeedsPasswordError,
    PackageError,
    State,
    WrongPasswordError,
    open_package,
)
from kbbx_xl.books.package.manifest import manifest_bytes, read_manifest
from kbbx_xl.books.package.writing import encrypted_package
from kbbx_xl.messages import InputError, KbbxError
from tests.books.package.zips import (
    FILES,
    NOON,
    PASSWORD,
    UNIT,
    encrypted,
    plain,
    raw_zip,
    replaced,
    zipped,
)

IN_ORDER = tuple(sorted(FILES, key=lambda f: f.name))


def test_a_plain_package_gives_back_what_went_in() -> None:
    package = open_package(plain())
    assert package.members == IN_ORDER
    assert (package.state, package.changes, package.encrypted) == (State.INTACT, (), False)
    made = package.manifest
    assert made is not None
    assert (made.unit, made.month, made.sealed_at) == (UNIT, "2026-10", NOON)
    assert [f.path for f in made.files] == [f.name for f in IN_ORDER]
    assert made.files[0].sha256 == hashlib.sha256(IN_ORDER[0].data).hexdigest()


def test_the_same_files_give_the_same_bytes_in_any_order() -> None:
    assert plain(FILES) == plain(FILES[::-1])


def test_the_manifest_is_sealed_over_its_canonical_body() -> None:
    with zipfile.ZipFile(io.BytesIO(plain())) as package:
        value = json.loads(package.read(MANIFEST))
    stated = value.pop("sha256")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == stated
    assert set(value) == {"format", "version", "unit", "month", "sealed_at", "program", "files"}


def test_an_encrypted_package_shows_neither_content_nor_names() -> None:
    data = encrypted()
    with zipfile.ZipFile(io.BytesIO(data)) as outer:
        assert outer.namelist() == ["报送包.zip"]
    for secret in (*(f.name.encode() for f in FILES), MANIFEST.encode(), UNIT.encode()):
        assert secret not in data
    package = open_package(data, PASSWORD)
    assert (package.members, package.state, package.encrypted) == (IN_ORDER, State.INTACT, True)


def test_its_cipher_is_the_published_one() -> None:
    """WinZip AE-2 with 256 bits, undone here by other libraries from the published description."""
    data = encrypted()
    name, extra, size = (*struct.unpack("<HH", data[26:30]), struct.unpack("<L", data[18:22])[0])
    field = data[30 + name : 30 + name + extra]
    assert struct.unpack("<HHH2sBH", field) == (0x9901, 7, 2, b"AE", 3, zipfile.ZIP_STORED)
    body = data[30 + name + extra :][:size]
    salt, check, content, tag = body[:16], body[16:18], body[18:-10], body[-10:]
    keys = hashlib.pbkdf2_hmac("sha1", PASSWORD.encode(), salt, 1000, 66)
    assert keys[64:] == check
    assert hmac.new(keys[32:64], content, "sha1").digest()[:10] == tag
    blocks = -(-len(content) // 16)
    counter = b"".join(n.to_bytes(16, "little") for n in range(1, blocks + 1))
    stream = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor().update(counter)
    assert bytes(a ^ b for a, b in zip(content, stream, strict=False)) == plain()


def test_without_and_with_another_password() -> None:
    with pytest.raises(NeedsPasswordError, match="有密码"):
        open_package(encrypted())
    with pytest.raises(WrongPasswordError, match="密码不对") as wrong:
        open_package(encrypted(), "Another-2027")
    assert "Another-2027" not in str(wrong.value)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_chinese_password_is_taken_as_either_program_spells_it(encoding: str) -> None:
    held = io.BytesIO()
    with pyzipper.AESZipFile(held, "w", encryption=pyzipper.WZ_AES) as made:
        made.setpassword("澜山控辍2026".encode(encoding))
        made.writestr("月报表.xlsx", b"x")
    assert open_package(held.getvalue(), "澜山控辍2026").members == (Member("月报表.xlsx", b"x"),)
    with pytest.raises(WrongPasswordError):
        open_package(held.getvalue(), "澜山控辍2027")


@pytest.mark.skipif(shutil.which("zip") is None, reason="no Info-ZIP here")
def test_info_zip_plain_and_with_the_old_cipher(tmp_path: Path) -> None:
    (tmp_path / "月报表.xlsx").write_bytes(b"report" * 99)
    for options in ([], ["-P", PASSWORD]):
        done = tmp_path / f"{len(options)}.zip"
        subprocess.run(["zip", "-q", *options, done, "月报表.xlsx"], cwd=tmp_path, check=True)
        package = open_package(done.read_bytes(), PASSWORD)
        assert package.members == (Member("月报表.xlsx", b"report" * 99),)
        assert (package.state, package.manifest) == (State.BARE, None)
    for number in range(300):  # one wrong password in 256 passes the old cipher's check
        with pytest.raises(WrongPasswordError):
            open_package(done.read_bytes(), f"wrong-{number}")


CASES = [
    ({"月报表.xlsx": b"other"}, [("月报表.xlsx", ChangeKind.CHANGED)]),
    ({"月报表.xlsx": None}, [("月报表.xlsx", ChangeKind.MISSING)]),
    ({"新.xlsx": b"x"}, [("新.xlsx", ChangeKind.ADDED)]),
    (
        {"佐证/家访.pdf": None, "佐证/改名.pdf": FILES[1].data},
        [("佐证/家访.pdf", ChangeKind.MISSING), ("佐证/改名.pdf", ChangeKind.ADDED)],
    ),
    ({MANIFEST: b"{"}, [(MANIFEST, ChangeKind.CHANGED)]),
    ({MANIFEST: b"\xff"}, [(MANIFEST, ChangeKind.CHANGED)]),
    ({MANIFEST: b"[" * 100_000}, [(MANIFEST, ChangeKind.CHANGED)]),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_what_was_done_after_sealing(
    files: dict[str, bytes | None], expected: list[tuple[str, ChangeKind]]
) -> None:
    package = open_package(replaced(plain(), files))
    assert package.state is State.CHANGED
    assert package.changes == tuple(Change(name, kind) for name, kind in expected)
    assert all(change.label.startswith("封后") for change in package.changes)


def test_a_list_changed_together_with_its_file_does_not_fit_its_own_sum() -> None:
    made = open_package(plain()).manifest
    assert made is not None
    sha = hashlib.sha256(b"other").hexdigest()
    files = tuple(
        dataclasses.replace(f, size=5, sha256=sha) if f.path == "月报表.xlsx" else f
        for f in made.files
    )
    altered = manifest_bytes(dataclasses.replace(made, files=files))
    package = open_package(replaced(plain(), {"月报表.xlsx": b"other", MANIFEST: altered}))
    assert package.changes == (Change(MANIFEST, ChangeKind.CHANGED),)


def test_whoever_seals_it_anew_has_another_code_to_read_out() -> None:
    """What no list can show by itself shows on the telephone."""
    other = plain((Member("月报表.xlsx", b"other"), FILES[1]))
    one, two = open_package(plain()).manifest, open_package(other).manifest
    assert one is not None
    assert two is not None
    assert open_package(other).state is State.INTACT
    assert one.code != two.code
    assert len(one.code) == 19


@pytest.mark.parametrize(
    "change",
    [
        {"month": "2026-13"}, {"month": "2026年10月"}, {"unit": "a\x1b[2J"}, {"unit": "长" * 101},
        {"sealed_at": "2026-10-20T12:00:00"}, {"sealed_at": 5}, {"files": {}}, {"version": 0},
        {"files": [{"path": "../x", "size": 1, "sha256": "0" * 64}]},
        {"files": [{"path": "x", "size": -1, "sha256": "0" * 64}]},
        {"files": [{"path": "x", "size": 1, "sha256": "no"}]},
        {"files": [{"path": "x", "size": 1, "sha256": "0" * 64}] * 2}, {"format": "other"},
    ],
)  # fmt: skip
def test_a_manifest_is_ours_to_the_letter_or_none(change: dict[str, object]) -> None:
    with zipfile.ZipFile(io.BytesIO(plain())) as package:
        value = json.loads(package.read(MANIFEST))
    assert read_manifest(json.dumps(value).encode()) is not None
    assert read_manifest(json.dumps(value | change).encode()) is None


def test_a_package_of_a_later_program_says_so() -> None:
    with zipfile.ZipFile(io.BytesIO(plain())) as package:
        value = json.loads(package.read(MANIFEST))
    later = json.dumps(value | {"version": 2}).encode()
    with pytest.raises(DamagedError, match=r"更新版.*升级"):
        open_package(replaced(plain(), {MANIFEST: later}))


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("登记表.xlsx".encode("gbk"), "登记表.xlsx"),
        ("登记表.xlsx".encode(), "登记表.xlsx"),
        ("𠮷林/说明.xlsx".encode("gb18030"), "𠮷林/说明.xlsx"),
        ("报送\\登记表.xlsx".encode("gbk"), "报送/登记表.xlsx"),
        ("联通.xlsx".encode("gbk"), "联通.xlsx"),
        ("浑江.xlsx".encode("gbk"), "浑江.xlsx"),
        (b"a/./b.xlsx", "a/b.xlsx"),
        (b"caf\x82.xlsx", "café.xlsx"),
    ],
)
def test_names_are_read_as_their_packer_meant_them(raw: bytes, name: str) -> None:
    assert [m.name for m in open_package(raw_zip([(raw, b"x")])).members] == [name]


def test_a_second_byte_that_is_a_backslash_divides_nothing() -> None:
    name = "".join(c for c in map(chr, range(0x4E00, 0x9FA5)) if _slashed(c))[:3]
    assert len(name) == 3
    raw = f"{name}.xlsx".encode("gbk")
    assert [m.name for m in open_package(raw_zip([(raw, b"x")])).members] == [f"{name}.xlsx"]


def _slashed(character: str) -> bool:
    try:
        return character.encode("gbk")[1:] == b"\\"
    except UnicodeEncodeError:
        return False


def test_packed_once_more_it_is_still_the_package() -> None:
    again = zipped({"转发.zip": plain()}, zipfile.ZIP_STORED)
    assert open_package(again).state is State.INTACT
    assert open_package(again).members == IN_ORDER


def test_a_zip_among_files_stays_a_file() -> None:
    inner = plain()
    package = open_package(zipped({"a.zip": inner, "b.txt": b"x"}))
    assert package.members == (Member("a.zip", inner), Member("b.txt", b"x"))
    nested = zipped({"2.zip": zipped({"1.zip": inner})})
    assert open_package(nested).members == (Member("1.zip", inner),)


def test_a_file_called_zip_that_is_none_stays_a_file() -> None:
    assert open_package(zipped({"a.zip": b"no"})).members == (Member("a.zip", b"no"),)


def test_an_encrypted_shell_around_rubbish_is_damaged() -> None:
    with pytest.raises(DamagedError):
        open_package(encrypted_package(b"PK\x03\x04rubbish", PASSWORD), PASSWORD)


def test_empty_folders_are_no_files() -> None:
    package = open_package(zipped({"空/": b"", "a.txt": b"x"}))
    assert package.members == (Member("a.txt", b"x"),)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([Member("CON.xlsx", b"")], "Windows"),
        ([Member("甲:乙.xlsx", b"")], "含 < > :"),
        ([Member("a\\b.xlsx", b"")], "斜线"),
        ([Member("长" * 70, b"")], "过长"),
        ([Member("a.xlsx", b""), Member("A.xlsx", b"")], "大小写"),
        ([Member(f"{n}.txt", b"") for n in range(300)], "最多 299"),
    ],
)
def test_what_could_not_be_opened_again_is_not_packed(files: list[Member], said: str) -> None:
    with pytest.raises(InputError, match=said):
        plain(files)


def test_errors_cross_a_process_border() -> None:
    for error in (NeedsPasswordError(), WrongPasswordError(), DamagedError("坏了")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), again.cause) == (type(error), str(error), error.cause)
        assert isinstance(again, PackageError)
        assert isinstance(again, KbbxError)
