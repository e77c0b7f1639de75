"""Installing the add-in on a PC and removing it (安装、卸载), for one user, without administrator rights.

``setup.py`` of the install folder calls ``main`` with the folder's own Python.  What is written to the
registry is kept in ``installed.json`` beside it, with what stood there before, and taken back from it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kbbx_xl.excel import server
from kbbx_xl.excel.windows import files, places
from kbbx_xl.excel.windows.registry import Change, Registry, this_registry, undo, write
from kbbx_xl.messages import InputError, KbbxError, reason

RECORD = "installed.json"
LOCATION = "LocationKbbx"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation wrote: add-in registered, versions of Excel, files, registry changes."""

    addin: str
    versions: tuple[str, ...]
    files: tuple[str, ...]
    changes: tuple[Change, ...]


def choose_target(environment: Mapping[str, str], usable: Callable[[str], bool]) -> str:
    """The first folder that every part of Excel can use; InputError when there is none."""
    for path in places.targets(environment):
        if usable(path):
            return path
    raise InputError(
        "找不到可以安装的文件夹：路径要全是英文，并且这个用户能写。请让管理员新建 C:\\kbbx 并给这个用户写的权限"
    )


def install(package: Path, target: Path, registry: Registry, *, quiet: bool = False) -> Installed:
    """Put the package's files in ``target`` and register them; an older installation is replaced.

    ``quiet`` registers the add-in that talks to our own COM server.  Raises InputError, with nothing
    left in the registry, when a file is damaged or cannot be written.
    """
    if not (package / "python" / files.INTERPRETER).is_file():
        raise InputError("安装文件夹里没有 python\\python.exe。见“先读我.txt”")
    if bad := files.damaged(package):
        names = "、".join(bad[:5])
        raise InputError(
            f"{len(bad)} 个文件缺少或被改动：{names}。多半是杀毒软件隔离了，请恢复并加入信任，或重新解压"
        )
    if (target / RECORD).is_file():
        withdraw(read_record(target), registry)
    laid = files.lay(package, target)
    addin = places.addin_of(str(target), places.QUIET if quiet else places.STANDARD)
    versions = places.excel_versions(registry)
    changes: list[Change] = []
    try:
        for key, name, value in wanted(str(target), addin, registry, quiet=quiet):
            changes.append(write(registry, key, name, value))
        done = Installed(addin, versions, tuple(laid), tuple(changes))
        text = json.dumps(asdict(done), ensure_ascii=False, indent=1)
        (target / RECORD).write_text(text, encoding="utf-8")
    except OSError as error:
        withdraw(Installed(addin, versions, (), tuple(changes)), registry)
        raise InputError(f"写不进注册表：{reason(error)}") from error
    return done


def wanted(
    home: str, addin: str, registry: Registry, *, quiet: bool
) -> Iterator[tuple[str, str, str | int]]:
    """(key, name, value) of everything the registry must hold for an installation in ``home``."""
    yield places.ENVIRONMENT, places.HOME_VARIABLE, home
    for version in places.excel_versions(registry):
        location = rf"{places.trusted_key(version)}\{LOCATION}"
        yield location, "Path", f"{home}\\addin\\"
        yield location, "Description", "kbbx_xl"
        yield location, "AllowSubfolders", 0
        name = places.opened_as(registry, version, addin) or _free(registry, version)
        yield places.options_key(version), name, f'/R "{addin}"'
    if quiet:
        yield from server.registration(places.python_of(home))


def _free(registry: Registry, version: str) -> str:
    taken = places.open_values(registry, version)
    names = (f"OPEN{number or ''}" for number in range(len(taken) + 1))
    return next(name for name in names if name not in taken)


def read_record(target: Path) -> Installed:
    """What was installed in ``target``; InputError when its record is missing or unreadable."""
    try:
        record = json.loads((target / RECORD).read_text(encoding="utf-8"))
        changes = [Change(**{**c, "made": tuple(c["made"])}) for c in record["changes"]]
        return Installed(
            record["addin"], tuple(record["versions"]), tuple(record["files"]), tuple(changes)
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"“{target}”里没有安装记录 {RECORD}，不知道要移除什么") from error


def withdraw(done: Installed, registry: Registry) -> None:
    """Take everything out of the registry that this installation wrote, and nothing else."""
    for version in done.versions:
        if name := places.opened_as(registry, version, done.addin):
            places.close_gap(registry, version, name)
    for change in reversed(done.changes):
        undo(registry, change)


def uninstall(target: Path, registry: Registry) -> None:
    """Take back registry and files; uninstall.ps1 then deletes the python folder this runs from."""
    done = read_record(target)
    withdraw(done, registry)
    try:
        files.sweep(target, [*done.files, RECORD])
    except OSError as error:
        raise InputError(
            f"有文件删不掉：{reason(error)}。请关闭 Excel，再删除“{target}”"
        ) from error


def main(arguments: Sequence[str], *, folder: Path, say: Say) -> int:
    """``install [--com]`` or ``uninstall``, from ``folder``; 0 when all went well, else 1."""
    registry = this_registry()
    try:
        if registry is None:
            raise InputError("安装程序只在 Windows 上运行")
        if excel_is_open():
            raise InputError("请先关闭全部 Excel 和 WPS 表格窗口，再运行一次")
        if "uninstall" in arguments:
            uninstall(folder, registry)
            announce()
            say("已从 Excel 中移除。您的工作簿没有动。")
            return 0
        return _install(folder, registry, quiet="--com" in arguments, say=say)
    except KbbxError as error:
        say(f"没有完成：{error}。")
        return 1


def _install(package: Path, registry: Registry, *, quiet: bool, say: Say) -> int:
    home = choose_target(os.environ, _usable)
    profile = os.environ.get("LOCALAPPDATA", "")
    if not home.startswith(f"{profile}\\"):
        say("用户名里有中文或特殊符号，Excel 找不到那样的路径，所以换一个位置。")
        keep_others_out(Path(home), say)
    say(f"安装到 {home}，需要一两分钟……")
    install(package, Path(home), registry, quiet=quiet)
    announce()
    say("文件和登记都已完成。下面是自检：")
    python = str(Path(home, "python", files.INTERPRETER))
    environment = {**os.environ, places.HOME_VARIABLE: home}
    command = [python, "-X", "utf8", "-m", "kbbx_xl", "doctor"]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 (our own)


def _usable(path: str) -> bool:
    """Whether this user can write into the folder, made if need be."""
    trial = Path(path, ".kbbx-trial")
    try:
        trial.parent.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError:
        return False
    return True


def keep_others_out(folder: Path, say: Say) -> None:
    """Outside the profile every user may write: leave this user, administrators and the system."""
    tools = Path(os.environ.get("SYSTEMROOT", "C:\\Windows"), "System32")
    try:
        asked = [str(tools / "whoami.exe"), "/user", "/fo", "csv", "/nh"]
        said = subprocess.run(asked, capture_output=True, check=True).stdout  # noqa: S603 (Windows' own)
        me = re.findall(rb"S-1-[\d-]+", said)[-1].decode("ascii")
        grants = [f"*{sid}:(OI)(CI)F" for sid in (me, "S-1-5-32-544", "S-1-5-18")]
        rule = [str(tools / "icacls.exe"), str(folder), "/inheritance:r", "/grant:r", *grants, "/q"]
        subprocess.run(rule, capture_output=True, check=True)  # noqa: S603 (Windows' own)
    except (OSError, IndexError, subprocess.SubprocessError):
        say(f"提醒：没能限制 {folder} 的权限，这台电脑的其他用户也能改里面的文件。")


def excel_is_open() -> bool:
    """Whether a window of Excel, or of WPS 表格 in its dress, is open."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 (Windows only)

        return bool(ctypes.windll.user32.FindWindowW("XLMAIN", None))
    return False


def announce() -> None:
    """Tell running programs that a variable of the user has changed, so that Excel gets it."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 (Windows only)

        everyone, changed, give_up = 0xFFFF, 0x001A, 0x0002  # HWND_BROADCAST, WM_SETTINGCHANGE
        ctypes.windll.user32.SendMessageTimeoutW(
            everyone, changed, 0, "Environment", give_up, 2000, None
        )
