"""Installing and removing on a pretended Windows PC: files, registry, and back to what it was."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kbbx_xl.excel.windows import files, places, setup
from kbbx_xl.messages import InputError
from tests.excel.fake_registry import FakeRegistry

ROOT = Path(__file__).resolve().parents[2]
INSTALLER = ROOT / "macros" / "install"
USERS = "C:" + r"\Users"
EXCEL = r"HKLM\SOFTWARE\Microsoft\Office\16.0\Excel\InstallRoot"
OPTIONS = places.options_key("16.0")
OTHERS = {"OPEN": '/R "C:\\other\\a.xlam"', "OPEN1": '/R "C:\\other\\b.xlam"', "Font": "宋体,11"}
WHEELS = {
    "xlwings-1-py3-none-any.whl": {
        "xlwings/__init__.py": "",
        "xlwings-1.data/data/xlwings64-1.dll": "64",
        "xlwings-1.data/scripts/tool.py": "",
    },
    "pywin32-1-py3-none-any.whl": {"pywin32_system32/pywintypes311.dll": "dll", "pywin32.pth": ""},
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small install folder with a manifest."""
    folder = tmp_path / "安装 包"
    shutil.copytree(INSTALLER, folder)
    for name, content in (
        ("python/python.exe", "exe"),
        ("python/python311._pth", "python311.zip"),
        ("addin/kbbx.xlam", "one"),
        ("addin/kbbx_com.xlam", "two"),
        ("manual/安装.html", "x"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "wheels").mkdir()
    for wheel, entries in WHEELS.items():
        with zipfile.ZipFile(folder / "wheels" / wheel, "w") as archive:
            for name, content in entries.items():
                archive.writestr(name, content)
    (folder / files.MANIFEST).write_text(files.manifest(folder), encoding="utf-8")
    return folder


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry({EXCEL: {"Path": r"C:\Office16"}, OPTIONS: dict(OTHERS), places.ENVIRONMENT: {}})  # fmt: skip


def _opens(registry: FakeRegistry) -> list[str]:
    return list(places.open_values(registry, "16.0").values())


def test_every_file_lies_where_windows_looks_for_it(
    package: Path, registry: FakeRegistry, tmp_path: Path
) -> None:
    home = tmp_path / "kbbx"
    setup.install(package, home, registry)
    python = home / "python"
    assert (python / "xlwings64-1.dll").read_text() == "64"  # beside the interpreter
    assert (python / "pywintypes311.dll").is_file()
    assert (python / "Lib/site-packages/xlwings/__init__.py").is_file()
    assert not list(home.rglob("tool.py"))
    assert (python / files.PATH_FILE).read_text().split("\n")[-2] == "import site"
    assert {p.name for p in home.iterdir()} == {
        "python", "addin", "manual", "kbbx-xl.cmd", "uninstall.cmd", "uninstall.ps1", "setup.py", "installed.json",
    }  # fmt: skip


@pytest.mark.parametrize("quiet", [False, True])
def test_registered_once_and_taken_back_wholly(
    package: Path, registry: FakeRegistry, tmp_path: Path, quiet: bool
) -> None:
    before, home = registry.snapshot(), tmp_path / "kbbx"
    addin = places.addin_of(str(home), "kbbx_com.xlam" if quiet else "kbbx.xlam")
    for _ in range(2):  # the second run replaces the first
        setup.install(package, home, registry, quiet=quiet)
        assert _opens(registry) == [OTHERS["OPEN"], OTHERS["OPEN1"], f'/R "{addin}"']
    assert places.installed_home(registry) == str(home)
    assert places.is_trusted(registry, "16.0", f"{home}\\addin")
    server = places.text(registry, r"HKCU\Software\Classes\Kbbx.Addin\CLSID")
    assert bool(server) == quiet
    own = home / "我的登记表.xlsx"
    own.write_bytes(b"mine")
    setup.uninstall(home, registry)
    assert registry.snapshot() == before
    assert {p.name for p in home.iterdir()} == {"python", own.name}  # python: by uninstall.ps1


def test_the_other_variant_replaces_the_first(
    package: Path, registry: FakeRegistry, tmp_path: Path
) -> None:
    setup.install(package, tmp_path / "kbbx", registry, quiet=True)
    setup.install(package, tmp_path / "kbbx", registry)
    assert [v for v in _opens(registry) if "kbbx" in v] == [f'/R "{tmp_path / "kbbx"}\\addin\\kbbx.xlam"']  # fmt: skip
    assert not registry.exists(r"HKCU\Software\Classes\Kbbx.Addin")


def test_what_others_wrote_since_stays(
    package: Path, registry: FakeRegistry, tmp_path: Path
) -> None:
    home = tmp_path / "kbbx"
    setup.install(package, home, registry)
    registry.put(OPTIONS, "OPEN3", "later.xlam")  # after ours: must move up, without a gap
    registry.put(places.ENVIRONMENT, places.HOME_VARIABLE, r"D:\own")
    setup.uninstall(home, registry)
    assert places.open_values(registry, "16.0") == {
        "OPEN": OTHERS["OPEN"], "OPEN1": OTHERS["OPEN1"], "OPEN2": "later.xlam",
    }  # fmt: skip
    assert places.installed_home(registry) == r"D:\own"


def test_a_damaged_package_installs_nothing(
    package: Path, registry: FakeRegistry, tmp_path: Path
) -> None:
    before = registry.snapshot()
    (package / "addin/kbbx.xlam").unlink()
    with pytest.raises(InputError, match=r"kbbx\.xlam.*杀毒"):
        setup.install(package, tmp_path / "kbbx", registry)
    (package / "python/python.exe").unlink()
    with pytest.raises(InputError, match="先读我"):
        setup.install(package, tmp_path / "kbbx", registry)
    assert registry.snapshot() == before
    assert not (tmp_path / "kbbx").exists()


def test_a_refused_registry_leaves_nothing_behind(
    package: Path, registry: FakeRegistry, tmp_path: Path
) -> None:
    class Locked(FakeRegistry):
        def put(self, key: str, name: str, value: str | int | bytes) -> None:
            if "Trusted" in key:
                raise PermissionError(13, "no")
            super().put(key, name, value)

    locked = Locked(registry.snapshot())
    before = locked.snapshot()
    with pytest.raises(InputError, match="注册表"):
        setup.install(package, tmp_path / "kbbx", locked)
    assert locked.snapshot() == before


def test_a_wheel_cannot_leave_the_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.whl", "w") as archive:
        archive.writestr("../out.txt", "x")
    with pytest.raises(InputError, match="不安全"):
        files.unpack(tmp_path / "bad.whl", tmp_path / "python")


@pytest.mark.parametrize(
    ("local", "home"),
    [
        (rf"{USERS}\li ming\AppData\Local", rf"{USERS}\li ming\AppData\Local\kbbx"),
        (rf"{USERS}\张三\AppData\Local", r"C:\kbbx"),
        (rf"{USERS}\a&b\AppData\Local", r"C:\kbbx"),
    ],
)
def test_the_path_is_one_excel_can_use(local: str, home: str) -> None:
    known = {"LocalAppData": local, "SystemDrive": "C:", "PUBLIC": rf"{USERS}\Public"}
    assert setup.choose_target(known, lambda _: True) == home
    assert setup.choose_target(known, lambda path: "Public" in path) == rf"{USERS}\Public\kbbx"
    with pytest.raises(InputError, match="英文"):
        setup.choose_target(known, lambda _: False)


def test_setup_starts_with_nothing_but_the_wheel(tmp_path: Path) -> None:
    """As on the PC: isolated, no site-packages, kbbx_xl inside its wheel."""
    shutil.copy(INSTALLER / "setup.py", tmp_path)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*build, str(tmp_path / "wheels")], cwd=ROOT, check=True, capture_output=True)
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", "setup.py", "install"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "只在 Windows 上" in ran.stdout


def test_scripts_are_written_as_windows_reads_them() -> None:
    for path in INSTALLER.iterdir():
        data = path.read_bytes()
        if path.suffix == ".ps1":  # Windows PowerShell 5.1 takes UTF-8 only with its mark
            assert data.startswith(b"\xef\xbb\xbf")
        elif path.suffix in (".cmd", ".py"):
            data.decode("ascii")
        if path.suffix in (".ps1", ".cmd"):
            assert data.count(b"\n") == data.count(b"\r\n")
    used = re.findall(r"'([\w-]+\.(?:py|json))'", (INSTALLER / "uninstall.ps1").read_text("utf-8"))
    assert set(used) == {setup.RECORD, "setup.py"}


def test_the_windows_lock_is_exact_hashed_and_free_of_addresses() -> None:
    text = (ROOT / "requirements-windows.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    names = set()
    for line in text.splitlines():
        match = re.match(r"([\w.-]+)==[^\s;]+ +--hash=sha256:[0-9a-f]{64}", line)
        assert match, line[:60]  # no marker: pip would judge it by the machine that downloads
        names.add(match[1])
    assert {"xlwings", "pywin32", "openpyxl", "xlsxwriter"} <= names
