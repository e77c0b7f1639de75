"""books.seal: a sealed workbook is what Excel calls encrypted, and comes back byte for byte."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import msoffcrypto
import pytest

from kbbx_xl.books import seal as seal_module
from kbbx_xl.books.read.sheets import open_book
from kbbx_xl.books.seal import LONGER, PASSWORD_RULE, check_password, read_password, seal, unseal
from kbbx_xl.messages import InputError, OutputError
from tests.books.libreoffice import SYSTEM_PYTHON
from tests.books.sheets import ROSTER, ROSTER_HEAD, write_xlsx

PASSWORD = "澜山控辍2026"

OPEN = """
import sys, time, uno
from com.sun.star.beans import PropertyValue
pipe, url, password = sys.argv[1:]
resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
for _ in range(150):
    try:
        context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.2)
desktop = context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
given = tuple(PropertyValue(n, 0, v, 0) for n, v in (("Hidden", True), ("Password", password)))
document = desktop.loadComponentFromURL(url, "_blank", 0, given)
print(document.Sheets[0].getCellByPosition(0, 1).String)
document.close(True)
try:
    desktop.terminate()
except Exception:
    pass
"""


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "登记表.xlsx", {"名册": [ROSTER_HEAD, *ROSTER]})


def test_sealed_and_opened_again_it_is_the_same_file(plain: Path, tmp_path: Path) -> None:
    before = plain.read_bytes()
    sealed = seal(plain, tmp_path / "密.xlsx", PASSWORD)
    assert plain.read_bytes() == before
    assert "还在原处" in sealed.note
    assert PASSWORD not in sealed.note
    book = open_book(sealed.path, "密.xlsx")
    assert [f.code for f in book.findings] == ["F02"]
    assert "张一".encode() not in sealed.path.read_bytes()
    assert sealed.path.stat().st_mode & 0o077 == 0
    opened = unseal(sealed.path, tmp_path / "明.xlsx", PASSWORD)
    assert opened.path.read_bytes() == before


def test_the_algorithm_is_the_one_the_docstring_names(plain: Path, tmp_path: Path) -> None:
    path = seal(plain, tmp_path / "密.xlsx", PASSWORD).path
    with path.open("rb") as file:
        office = msoffcrypto.OfficeFile(file)
        info = office.info
    assert office.type == "agile"
    assert (info["passwordKeyBits"], info["passwordHashAlgorithm"]) == (256, "SHA512")
    assert (info["keyDataHashAlgorithm"], info["spinValue"]) == ("SHA512", 100_000)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "太短"),
        ("Ab1!", "太短"),
        ("12345678", "只有一类"),
        ("abcdefghij", "只有一类"),
        ("a1a1a1a1", "容易被猜到"),
        ("Password1", "容易被猜到"),
        ("a1" * 128, "最多 255"),
        ("密码密码\t2026", "控制字符"),
    ],
)
def test_a_weak_password_is_refused_before_anything_is_written(
    plain: Path, tmp_path: Path, password: str, said: str
) -> None:
    with pytest.raises(InputError, match=said) as refused:
        seal(plain, tmp_path / "密.xlsx", password)
    assert not password or password not in str(refused.value)
    assert not (tmp_path / "密.xlsx").exists()


def test_a_good_password_passes() -> None:
    check_password(PASSWORD)
    check_password("correct horse 7")


def test_wrong_password_plain_file_and_other_files_are_said(plain: Path, tmp_path: Path) -> None:
    sealed = seal(plain, tmp_path / "密.xlsx", PASSWORD).path
    text = tmp_path / "a.txt"
    text.write_text("姓名,电话\n张一,1\n", encoding="utf-8")
    picture = tmp_path / "b.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x01")
    target = tmp_path / "x.xlsx"
    for work, said in (
        (lambda: unseal(sealed, target, "另一个密码99"), "密码不对"),
        (lambda: unseal(plain, target, PASSWORD), "没有打开密码"),
        (lambda: unseal(picture, target, PASSWORD), "不是电子表格"),
        (lambda: unseal(tmp_path / "none.xlsx", target, PASSWORD), "找不到"),
        (lambda: unseal(sealed, sealed, PASSWORD), "原件上"),
        (lambda: seal(sealed, target, PASSWORD), "已经有打开密码"),
        (lambda: seal(text, target, PASSWORD), "不是 .xlsx"),
        (lambda: seal(picture, target, PASSWORD), "不是电子表格"),
        (lambda: seal(tmp_path, target, PASSWORD), "找不到"),
        (lambda: seal(plain, plain, PASSWORD), "原件上"),
        (lambda: seal(plain, tmp_path / "x.csv", PASSWORD), "扩展名"),
    ):
        with pytest.raises(InputError, match=said) as failed:
            work()
        assert "另一个密码99" not in str(failed.value)
    assert not target.exists()


def test_one_changed_byte_is_noticed(plain: Path, tmp_path: Path) -> None:
    data = bytearray(seal(plain, tmp_path / "密.xlsx", PASSWORD).path.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "改.xlsx").write_bytes(data)
    with pytest.raises(InputError, match=r"密码不对，或文件被改动过|解不开"):
        unseal(tmp_path / "改.xlsx", tmp_path / "x.xlsx", PASSWORD)


def test_what_does_not_decrypt_to_the_original_is_not_published(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal_module, "_decrypted", lambda *given: b"other")
    with pytest.raises(OutputError, match="不一致"):
        seal(plain, tmp_path / "密.xlsx", PASSWORD)
    assert [p.name for p in tmp_path.iterdir()] == [plain.name]


def test_the_password_is_the_first_line_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "密码.txt"
    path.write_bytes(f"\ufeff{PASSWORD}\r\n备注\r\n".encode())
    assert read_password(path) == PASSWORD
    path.write_text("\nx", encoding="utf-8")
    with pytest.raises(InputError, match="第一行是空的"):
        read_password(path)
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xff")
    with pytest.raises(InputError, match="不是文本文件"):
        read_password(path)
    for none in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(InputError, match="密码文件"):
            read_password(none)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_password_file_may_be_saved_by_any_editor(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "密码.txt"
    path.write_bytes(f"{PASSWORD}\r\n备注\r\n".encode(encoding))
    assert read_password(path) == PASSWORD
    path.write_bytes(b"\xfe\xff" + f"{PASSWORD}\r\n".encode("utf-16-be"))
    assert read_password(path) == PASSWORD


def test_a_refused_password_says_the_rule_or_what_to_do() -> None:
    for password, said in (
        ("Ab1!", PASSWORD_RULE),
        ("12345678", PASSWORD_RULE),
        ("Abc12345", LONGER),
    ):
        with pytest.raises(InputError, match=re.escape(said)):
            check_password(password)


@pytest.mark.libreoffice
def test_libreoffice_opens_it_with_the_password(plain: Path, tmp_path: Path) -> None:
    sealed = seal(plain, tmp_path / "sealed.xlsx", PASSWORD).path
    pipe = f"kbbx_seal_{os.getpid()}"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    listen = f"--accept=pipe,name={pipe};urp;"
    office = subprocess.Popen(["soffice", profile, "--headless", "--norestore", listen])
    try:
        told = subprocess.run(
            [SYSTEM_PYTHON, "-c", OPEN, pipe, sealed.as_uri(), PASSWORD],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert told.stdout.strip() == "张一", told.stderr[-500:]
    finally:
        office.terminate()
        office.wait(30)
