"""Where things lie on a Windows PC: the installation's files, Excel's keys, the program that answers for it.

Sources: Microsoft's pages on OPEN values, trusted locations, disabled items and LocalServer32; xlwings'
own VBA for the DLL, which must lie beside the interpreter and is named after version and bits of Excel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kbbx_xl.excel.windows.registry import Registry, get, text

HOME_VARIABLE = "KBBX_HOME"  # the add-in's sheet kbbx.conf finds Python by it
ENVIRONMENT = r"HKCU\Environment"
STANDARD, QUIET = "kbbx.xlam", "kbbx_com.xlam"  # xlwings' mechanism; our own COM server
OFFICE = r"Software\Microsoft\Office"
MACHINE_ROOTS = (r"HKLM\SOFTWARE", r"HKLM\SOFTWARE\WOW6432Node")  # programs of 64 and 32 bits
VERSIONS = ("16.0", "15.0", "14.0")  # Excel 2016 and later, 2013, 2010
STORE_APPS = (
    r"HKCU\Software\Classes\Local Settings\Software\Microsoft\Windows\CurrentVersion"
    r"\AppModel\Repository\Packages"
)
PLAIN = re.compile(r"[A-Za-z0-9 ._:\\~-]+")  # what LoadLibraryA and cmd.exe take on any code page


def python_of(home: str) -> str:
    """The interpreter without a window, as Excel starts it."""
    return rf"{home}\python\pythonw.exe"


def addin_of(home: str, name: str) -> str:
    return rf"{home}\addin\{name}"


def options_key(version: str) -> str:
    """Excel's own options; its values OPEN, OPEN1, … name the files opened at start."""
    return rf"HKCU\{OFFICE}\{version}\Excel\Options"


def trusted_key(version: str) -> str:
    """Trusted locations (受信任位置), one key each."""
    return rf"HKCU\{OFFICE}\{version}\Excel\Security\Trusted Locations"


def disabled_key(version: str) -> str:
    """Add-ins that Excel has switched off after a crash (已禁用项目)."""
    return rf"HKCU\{OFFICE}\{version}\Excel\Resiliency\DisabledItems"


def dll_of(home: str, version: str, bits: int) -> str:
    """xlwings' DLL that Excel of ``bits`` loads; Python itself runs outside Excel and may differ."""
    return rf"{home}\python\xlwings{bits}-{version}.dll"


def suits(path: str) -> bool:
    """Whether Excel's VBA, its DLL and cmd.exe can all use the path on any Windows."""
    return bool(PLAIN.fullmatch(path))


def targets(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Folders to install into, best first; those that cannot work (a Chinese user name) left out."""
    names = {name.upper(): value for name, value in environment.items()}
    roots = (names.get("LOCALAPPDATA"), names.get("SYSTEMDRIVE"), names.get("PUBLIC"))
    return tuple(rf"{root}\kbbx" for root in roots if root and suits(root))


def installed_home(registry: Registry) -> str:
    """The folder of the installation; "" when there is none."""
    return text(registry, ENVIRONMENT, HOME_VARIABLE)


def excel_versions(registry: Registry) -> tuple[str, ...]:
    """Versions of Excel installed; 16.0, which Store editions hide, when none is seen."""
    found = tuple(v for v in VERSIONS if _install_root(registry, v))
    return found or VERSIONS[:1]


def excel_program(registry: Registry) -> str:
    """Path of Excel as its own installer wrote it; "" when there is no Excel."""
    for version in VERSIONS:
        if root := _install_root(registry, version):
            return root.rstrip("\\") + r"\EXCEL.EXE"
    if any(name.startswith("Microsoft.Office.Desktop") for name in registry.subkeys(STORE_APPS)):
        return rf"{STORE_FOLDER}\EXCEL.EXE"
    server = com_program(registry)
    return server if server.casefold().endswith("excel.exe") else ""


STORE_FOLDER = "WindowsApps"


def _install_root(registry: Registry, version: str) -> str:
    keys = (rf"{root}\Microsoft\Office\{version}\Excel\InstallRoot" for root in MACHINE_ROOTS)
    return next(filter(None, (text(registry, key, "Path") for key in keys)), "")


def com_program(registry: Registry, name: str = "Excel.Application") -> str:
    """The program that starts when somebody asks for the COM object ``name``; "" when none does."""
    clsid = text(registry, rf"HKCR\{name}\CLSID")
    if not clsid:
        return ""
    keys = (rf"HKCR\{view}CLSID\{clsid}\LocalServer32" for view in ("", "Wow6432Node\\"))
    command = next(filter(None, (text(registry, key) for key in keys)), "")
    quoted = re.match(r'\s*"([^"]+)"', command)
    return quoted[1] if quoted else re.split(r"\s[/-]", command)[0].strip()


def is_wps(program: str) -> bool:
    """Whether a program is one of WPS Office (金山)."""
    low = program.casefold()
    return "wps" in low or "kingsoft" in low or low.endswith("\\et.exe")


def has_wps(registry: Registry) -> bool:
    keys = (r"HKCU\Software\Kingsoft\Office", *(rf"{r}\Kingsoft\Office" for r in MACHINE_ROOTS))
    return any(registry.exists(key) for key in keys)


def open_values(registry: Registry, version: str) -> dict[str, str]:
    """The add-ins Excel opens at start, in its order: {"OPEN": '/R "…"', "OPEN1": …}."""
    values = registry.values(options_key(version))
    found = {n.upper(): v for n, v in values.items() if re.fullmatch(r"OPEN\d*", n, re.I)}
    ordered = sorted(found, key=lambda name: int(name[4:] or 0))
    return {name: str(found[name]) for name in ordered}


def opened_as(registry: Registry, version: str, addin: str) -> str:
    """Name of the OPEN value that opens ``addin``; "" when none does."""
    entries = open_values(registry, version).items()
    return next((name for name, value in entries if addin.casefold() in value.casefold()), "")


def close_gap(registry: Registry, version: str, name: str) -> None:
    """Take one OPEN value out and move up those after it: Excel stops reading at the first gap."""
    key, kept = options_key(version), open_values(registry, version)
    del kept[name]
    for old in (*kept, name):
        registry.drop(key, old)
    for number, value in enumerate(kept.values()):
        registry.put(key, f"OPEN{number or ''}", value)


def is_trusted(registry: Registry, version: str, folder: str) -> bool:
    """Whether files in ``folder`` are opened with their macros, without a question."""
    top = trusted_key(version)
    if get(registry, top, "AllLocationsDisabled") == 1:
        return False
    paths = (text(registry, rf"{top}\{name}", "Path") for name in registry.subkeys(top))
    return folder.casefold() in (path.rstrip("\\").casefold() for path in paths)


def is_disabled(registry: Registry, version: str, addin: str) -> bool:
    """Whether Excel has put the add-in on its list of disabled items."""
    wanted = addin.casefold()
    for value in registry.values(disabled_key(version)).values():
        if isinstance(value, bytes) and any(
            wanted in value[shift:].decode("utf-16-le", errors="ignore").casefold()
            for shift in (0, 1)
        ):
            return True
    return False
