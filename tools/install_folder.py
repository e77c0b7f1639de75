"""Build the folder a Windows user installs from: ``tools/install_folder.py OUT [--python-zip ZIP]``.

Holds the wheels of requirements-windows.lock (win_amd64, Python 3.11, checked by hash), our own wheel,
both add-ins, workbooks, manual (as pages for a browser), licences, the installer and a manifest.  The user needs no network.
ZIP is the embeddable Python of the releaser's choice; without it the folder says what goes where.
"""

from __future__ import annotations

import argparse
import email
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path

from kbbx_xl import __version__
from kbbx_xl.books.manual import write_manual
from kbbx_xl.excel.windows.files import MANIFEST, PATH_FILE, manifest

ROOT = Path(__file__).resolve().parents[1]
PYTHON = "311"
NEEDED = (f"python{PYTHON}.dll", PATH_FILE, f"python{PYTHON}.zip", "python.exe", "pythonw.exe")
README = "先读我.txt"
WITH_PYTHON = """控辍保学加载项 {version}，Windows 10 或更新版本（64 位），桌面版 Excel

安装：把整个压缩包解压到一个文件夹，关闭 Excel，双击 install.cmd。不需要管理员权限，不连网。
卸载：双击安装位置里的 uninstall.cmd。
说明：manual/安装.html，用浏览器打开。空白表：workbooks 文件夹，直接复制使用。
第三方软件：THIRD-PARTY.txt。
"""
WITHOUT_PYTHON = """
【发布前还差一步】这个文件夹里没有 Python，现在不能安装。
取 Windows 64 位的 Python 3.11 嵌入版（python-3.11.x-embed-amd64.zip），全部解压到 python 文件夹，
使 python\\python.exe 和 python\\python311.dll 存在；
或者重新运行 tools/install_folder.py，加 --python-zip 指明这个 zip。
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--python-zip", type=Path, help="python-3.11.x-embed-amd64.zip")
    given = parser.parse_args()
    if given.out.exists():
        sys.exit(f"{given.out} exists already")
    if given.python_zip:
        check_python(given.python_zip)
    build(given.out, given.python_zip)
    files = [path for path in given.out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    print(f"{given.out}: {len(files)} files, {size / 2**20:.0f} MB")


def check_python(path: Path) -> None:
    """Leave with a word when ``path`` is not the embeddable Python we need."""
    if not zipfile.is_zipfile(path):
        sys.exit(f"{path} is not a zip")
    with zipfile.ZipFile(path) as archive:
        missing = [name for name in NEEDED if name not in archive.namelist()]
    if missing:
        sys.exit(f"{path} is not the embeddable Python 3.11: no {', '.join(missing)}")


def build(out: Path, python_zip: Path | None) -> None:
    """Fill ``out``; the wheels are the only thing that comes from elsewhere."""
    wheels = out / "wheels"
    wheels.mkdir(parents=True)
    download(wheels)
    hatchling = ("hatchling", "build", "--target", "wheel", "--directory", str(wheels.resolve()))
    run(*hatchling)
    if python_zip:
        with zipfile.ZipFile(python_zip) as archive:
            archive.extractall(out / "python")
    place(out)
    readme = WITH_PYTHON.format(version=__version__) + ("" if python_zip else WITHOUT_PYTHON)
    (out / README).write_bytes(b"\xef\xbb\xbf" + readme.replace("\n", "\r\n").encode())
    (out / "VERSION").write_text(f"{__version__}\n", encoding="ascii")
    (out / "THIRD-PARTY.txt").write_text(third_party(wheels), encoding="utf-8-sig", newline="\r\n")
    (out / MANIFEST).write_text(manifest(out), encoding="utf-8", newline="\n")


def run(*command: str) -> None:
    """A module of this Python, from the checkout; its failure ends the build."""
    if subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode:
        sys.exit(f"{command[0]} failed")


def download(wheels: Path) -> None:
    """The locked wheels for Windows; a file whose hash is not in the lock is refused."""
    platform = ("--platform", "win_amd64", "--python-version", PYTHON, "--only-binary", ":all:")
    lock = ("--require-hashes", "--requirement", "requirements-windows.lock", "--no-deps")
    quiet = ("--quiet", "--disable-pip-version-check")
    run("pip", "download", *quiet, *lock, *platform, "--dest", str(wheels.resolve()))


def place(out: Path) -> None:
    """Copy what the checkout holds."""
    for path in sorted((ROOT / "macros" / "install").iterdir()):
        shutil.copyfile(path, out / path.name)
    shutil.copyfile(ROOT / "LICENSE", out / "LICENSE")
    copies = {
        "addin": sorted((ROOT / "macros").glob("*.xlam")),
        "workbooks": sorted((ROOT / "workbooks").glob("*.xlsx")),
    }
    for folder, paths in copies.items():
        (out / folder).mkdir()
        for path in paths:
            shutil.copyfile(path, out / folder / path.name)
    write_manual(out / "manual")


def third_party(wheels: Path) -> str:
    """Name, version and licence of everything shipped that is not ours, and where its text is."""
    lines = [
        "本文件夹带有下列第三方软件。许可证全文在各 .whl 的 *.dist-info 里；.whl 可当 zip 打开。",
        "",
    ]
    for wheel in sorted(wheels.glob("*.whl"), key=lambda path: path.name.lower()):
        about = metadata(wheel)
        if about["Name"] != "kbbx_xl":
            texts = "、".join(about.get_all("License-File", []))
            lines.append(f"{about['Name']} {about['Version']}：{licence(about)}  {texts}".rstrip())
    lines += [
        "",
        "Python 3.11（python 文件夹）：PSF-2.0  python/LICENSE.txt",
        "xlwings 的 VBA 模块（在 kbbx.xlam 里）：BSD-3-Clause  声明保留在模块开头",
    ]
    return "\n".join(lines) + "\n"


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


def licence(about: Message) -> str:
    """The licence as the package states it: expression, else one line, else its classifiers."""
    stated = about["License-Expression"] or about["License"] or ""
    if stated and "\n" not in stated:
        return stated
    kinds = [c for c in about.get_all("Classifier", []) if c.startswith("License")]
    return "、".join(kind.split(" :: ")[-1] for kind in kinds) or "见许可证全文"


if __name__ == "__main__":
    main()
