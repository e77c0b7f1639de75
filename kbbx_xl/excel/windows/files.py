"""Putting the files of an installation in place (铺文件): manifest, wheels, the interpreter's path file.

The embeddable Python brings no pip.  A wheel is a zip with a fixed layout (PyPA, binary distribution
format), so unpacking it is installing it: its root goes to site-packages, ``*.data/data`` beside the
interpreter, where xlwings' DLLs must lie; pywin32's own DLLs are copied there too.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from kbbx_xl.messages import InputError, reason

MANIFEST = "MANIFEST.sha256"
PATH_FILE = "python311._pth"
INTERPRETER = "python.exe"
PATHS = ("python311.zip", ".", r"Lib\site-packages", "import site")  # site reads pywin32.pth
COPIED = (
    "addin",
    "manual",
)  # folders; they and these files lie in the installation as in the package
ALONE = ("kbbx-xl.cmd", "uninstall.cmd", "uninstall.ps1", "setup.py", "VERSION")


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def manifest(folder: Path) -> str:
    """One line "hash  path" for each file of the folder but the manifest, sorted by path."""
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return "".join(f"{fingerprint(folder / n)}  {n}\n" for n in files if n != MANIFEST)


def damaged(folder: Path) -> list[str]:
    """Files of the manifest that are missing or changed; InputError when there is no manifest."""
    try:
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"安装文件夹里没有 {MANIFEST}。请重新解压整个压缩包") from error
    pairs = (line.split("  ", 1) for line in lines)
    return [
        name
        for digest, name in pairs
        if not (folder / name).is_file() or fingerprint(folder / name) != digest
    ]


def lay(package: Path, target: Path) -> list[str]:
    """Copy a checked package to ``target``; names of the files laid outside its python folder.

    An older python folder is replaced as a whole.  Raises InputError when a file is in use.
    """
    python = target / "python"
    try:
        if python.exists():
            shutil.rmtree(python)
        shutil.copytree(package / "python", python)
        for wheel in sorted((package / "wheels").glob("*.whl")):
            unpack(wheel, python)
        for dll in sorted((python / "Lib/site-packages/pywin32_system32").glob("*.dll")):
            shutil.copyfile(dll, python / dll.name)
        (python / PATH_FILE).write_text("\r\n".join(PATHS) + "\r\n", encoding="ascii", newline="")
        return [_copy(package, target, name) for name in _loose(package)]
    except OSError as error:
        where = f"“{target}”里写不进文件：{reason(error)}"
        raise InputError(f"{where}。请关闭全部 Excel 窗口再试") from error


def _loose(package: Path) -> Iterator[str]:
    for name in ALONE:
        if (package / name).is_file():
            yield name
    for folder in COPIED:
        inside = sorted(p for p in (package / folder).rglob("*") if p.is_file())
        yield from (path.relative_to(package).as_posix() for path in inside)


def _copy(package: Path, target: Path, name: str) -> str:
    """Copy content only: a mark of the Web on the original stays behind."""
    (target / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(package / name, target / name)
    return name


def unpack(wheel: Path, python: Path) -> None:
    """Install one wheel into the interpreter's folder; InputError for a path that leaves it."""
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            place = placed(entry.filename)
            if entry.is_dir() or place is None:
                continue
            if place.is_absolute() or ".." in place.parts:
                raise InputError(f"{wheel.name} 里有不安全的路径：{entry.filename}")
            path = python / place
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink)


def placed(name: str) -> PurePosixPath | None:
    """Where a wheel's file goes, from the interpreter's folder; None for scripts and headers."""
    parts = PurePosixPath(name).parts
    packages = PurePosixPath("Lib/site-packages")
    if not parts[0].endswith(".data") or len(parts) < 3:
        return packages.joinpath(*parts)
    if parts[1] in ("purelib", "platlib"):
        return packages.joinpath(*parts[2:])
    return PurePosixPath(*parts[2:]) if parts[1] == "data" else None


def sweep(target: Path, names: list[str]) -> None:
    """Delete the files laid and the folders they leave empty; what is not ours stays."""
    for name in names:
        (target / name).unlink(missing_ok=True)
    for folder in sorted({(target / name).parent for name in names} - {target}, reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
