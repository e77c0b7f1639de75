"""Workbooks with an opening password (加密/解密), closed and opened with msoffcrypto-tool.

``seal`` writes what Excel itself writes when a password is set: ECMA-376 agile encryption, AES-256
in CBC mode, the key derived from the password by 100,000 rounds of SHA-512, an HMAC of SHA-512 over
the whole.  The library fills 16 of the 32 bytes of the content key at random, so that the strength
is that of a 128-bit key; the password is the weaker part in any case, hence ``check_password``.
Salts are random: sealing twice gives different bytes.

Nothing here puts a password into a message, an error or a file name.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from kbbx_xl.books.files import Written, write_whole
from kbbx_xl.books.gate.held import HeldBackError
from kbbx_xl.books.gate.place import fetch
from kbbx_xl.books.read.detect import format_of
from kbbx_xl.books.read.sheets import read_bytes
from kbbx_xl.messages import InputError, OutputError, message, remedy
from kbbx_xl.model import Finding

SHORTEST, LONGEST = 8, 255  # characters; Excel takes no more than 255
FEWEST_DIFFERENT = 5  # different characters
COMMON = frozenset(
    ("password", "p@ssw0rd", "passw0rd", "password1", "abc12345", "qwer1234", "1q2w3e4r", "admin123", "a1234567", "abcd1234", "woaini1314")
)  # fmt: skip
PASSWORD_RULE = f"至少 {SHORTEST} 位，字母、数字、符号至少两类，不能太常见（如 Abc12345）"
LONGER = "加长一些，用几个不相干的词，再加数字或符号"
NO_TEXT = "密码文件不是文本文件，用记事本写好密码，另存为 .txt"
MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"), (b"", "gb18030"))
MOST_PASSWORDS = 50  # each is tried on each locked file, a tenth of a second a try
ENCRYPTED = "F02"  # finding of a file with a password


def check_password(password: str) -> None:
    """InputError that says what is missing when a password is too weak to seal with."""
    if len(password) < SHORTEST:
        raise InputError(f"密码太短：{PASSWORD_RULE}")
    if len(password) > LONGEST or not password.isprintable():
        raise InputError(f"密码最多 {LONGEST} 个字符，不能有控制字符，否则 Excel 里输不进去")
    if len({_kind(character) for character in password}) < 2:
        raise InputError(f"密码太弱：只有一类字符。{PASSWORD_RULE}")
    if len(set(password)) < FEWEST_DIFFERENT or password.casefold() in COMMON:
        raise InputError(f"密码太弱：容易被猜到。{LONGER}")


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "letter" if character.isalpha() else "sign"


def read_password(path: Path) -> str:
    """The first line of a password file, as any Windows editor saves it; InputError when none.

    UTF-8 with or without its mark, UTF-16 with its mark, or GBK (ANSI).
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"找不到密码文件，或读不了：{path}") from error
    password = _decoded(data).partition("\n")[0].rstrip("\r")
    if not password:
        raise InputError("密码文件的第一行是空的，把密码写在第一行")
    return password


def _decoded(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise InputError(NO_TEXT)


def check_sealed(path: Path) -> None:
    """InputError when a workbook has no opening password, is no workbook, or cannot be read."""
    _sealed(path)


def _sealed(path: Path) -> bytes:
    data = _content(path)
    kind = format_of(data, path.name)
    if not isinstance(kind, Finding):
        raise InputError(f"“{path.name}”没有打开密码，不用解密")
    if kind.code != ENCRYPTED:
        raise InputError(f"“{path.name}”：{message(kind)}。{remedy(kind)}")
    return data


def seal(path: Path, target: Path, password: str) -> Written:
    """Write an encrypted copy of a workbook; it is decrypted again and compared before it counts.

    The plain original stays where it is, and the note says so.  InputError when the password is
    weak, the file is no .xlsx or .xlsm or has a password already; OutputError when writing fails.
    """
    from msoffcrypto.exceptions import EncryptionError, FileFormatError
    from msoffcrypto.format.ooxml import OOXMLFile

    check_password(password)
    _check_target(path, target)
    plain = _content(path)
    kind = format_of(plain, path.name)
    if isinstance(kind, Finding):
        if kind.code == ENCRYPTED:
            raise InputError(f"“{path.name}”已经有打开密码了；要换密码，先解密再加密")
        raise InputError(f"“{path.name}”：{message(kind)}。{remedy(kind)}")
    if kind != "xlsx":
        raise InputError(f"“{path.name}”不是 .xlsx 工作簿，在 Excel 里另存为 .xlsx 后再加密")
    if target.suffix.lower() != path.suffix.lower():
        raise InputError(f"加密件的扩展名要与原件相同（{path.suffix}）：{target.name}")
    try:
        sealed = io.BytesIO()
        OOXMLFile(io.BytesIO(plain)).encrypt(password, sealed)
    except (EncryptionError, FileFormatError, zipfile.BadZipFile) as error:
        raise InputError(f"“{path.name}”加不了密：文件可能已损坏，用 Excel 另存一份再试") from error

    def verify(new: Path) -> None:
        if _decrypted(new.read_bytes(), password, path.name) != plain:
            raise OutputError("加密件解开后与原件不一致，没有采用")

    written = write_whole(target, lambda new: _write(new, sealed.getvalue()), verify)
    told = f"原件“{path.name}”还在原处，没有加密；确认加密件能打开后，不需要的请自行删除"
    return Written(written.path, written.backup, "；".join(filter(None, (told, written.note))))


def unseal(path: Path, target: Path, password: str) -> Written:
    """Write a copy without its password; InputError when it has none, or the password is another.

    Takes what Excel and WPS write: .xlsx of 2007 (standard) and since 2010 (agile), and .xls.
    """
    _check_target(path, target)
    data = _sealed(path)
    plain = _decrypted(data, password, path.name)
    suffix = ".xlsx" if plain.startswith(b"PK") else ".xls"
    if suffix == ".xls" and target.suffix.lower() != suffix:
        raise InputError(f"“{path.name}”是老格式，解密后的文件名应以 .xls 结尾")

    def verify(new: Path) -> None:
        if isinstance(format_of(new.read_bytes(), f"x{suffix}"), Finding):
            raise OutputError("解密后的文件读不回来，没有采用")

    return write_whole(target, lambda new: _write(new, plain), verify)


def unlocked(data: bytes, password: str) -> bytes | None:
    """Content of an encrypted workbook when this is its password and nothing was changed, else None."""
    try:
        return _decrypted(data, password, "")
    except InputError:
        return None


def read_passwords(path: Path) -> tuple[str, ...]:
    """Every line of a password file, to be tried in turn; InputError when there is none."""
    try:
        lines = _decoded(fetch(path)).splitlines()
    except HeldBackError as error:
        raise InputError(f"密码文件读不了：{error.cause}") from error
    passwords = tuple(dict.fromkeys(line for line in lines if line.strip()))
    if not passwords or len(passwords) > MOST_PASSWORDS:
        raise InputError(f"密码文件里要有密码，一行一个，最多 {MOST_PASSWORDS} 个")
    return passwords


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _content(path: Path) -> bytes:
    data = read_bytes(path)
    if data is None:
        raise InputError(f"找不到文件，或读不了：{path}")
    return data


def _check_target(path: Path, target: Path) -> None:
    if target.exists() and path.exists() and target.samefile(path):
        raise InputError("结果不能写在原件上，请换一个文件名")


def _decrypted(data: bytes, password: str, name: str) -> bytes:
    """Content of an encrypted workbook, its integrity checked where the format allows."""
    import msoffcrypto
    from msoffcrypto import exceptions as trouble

    plain = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        agile = getattr(office, "type", "") == "agile"
        if getattr(office, "format", "") == "ooxml":
            office.load_key(password=password, verify_password=True)
        else:
            office.load_key(password=password)
        office.decrypt(plain, **({"verify_integrity": True} if agile else {}))
    except trouble.InvalidKeyError as error:
        raise InputError(f"“{name}”：密码不对，或文件被改动过") from error
    except (
        trouble.DecryptionError,
        trouble.FileFormatError,
        trouble.ParseError,
        OSError,
        ValueError,
        LookupError,
    ) as error:
        raise InputError(f"“{name}”解不开：加密方式不认识，或文件已损坏") from error
    return plain.getvalue()
