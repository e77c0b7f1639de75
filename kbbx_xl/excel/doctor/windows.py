"""What can be wrong with the add-in on a Windows PC (Windows 上的检查), each fault with its remedy."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kbbx_xl.excel import server
from kbbx_xl.excel.doctor.check import BAD, GOOD, NOT_HERE, Check
from kbbx_xl.excel.doctor.machine import Machine
from kbbx_xl.excel.windows import places
from kbbx_xl.excel.windows.registry import Registry
from kbbx_xl.settings.strict import shipped_path

AGAIN = "请关闭全部 Excel 窗口，重新运行安装文件夹里的 install.cmd"
COMMAND_LINE = "填表不受影响；汇总、检查请用命令行 kbbx-xl"
BITS = {0x014C: 32, 0x8664: 64, 0xAA64: 64}  # machine of a PE file; ARM64 Excel loads x64 DLLs


@dataclass(frozen=True, slots=True)
class Desk:
    """A Windows machine with what the checks have in common, looked up once."""

    machine: Machine
    registry: Registry
    home: str  # of the installation; "" when nothing is installed
    excel: str  # program of Excel; "" when there is none
    versions: tuple[str, ...]
    addin: str  # path of the add-in that belongs here
    xlwings: str  # version the add-in's VBA wants

    @property
    def quiet(self) -> bool:
        return self.addin.endswith(places.QUIET)

    def there(self, path: str) -> bool:
        return self.machine.read(path, 0) is not None


def windows_checks(machine: Machine, *, xlwings: str) -> list[Check]:
    """All of them, or one "does not apply" for each off Windows."""
    if machine.registry is None:
        return [Check(name, NOT_HERE, "不适用，只在 Windows 上检查") for name in CHECKS]
    desk = _desk(machine, machine.registry, xlwings)
    return [
        Check(name, *_last(look(desk)))
        if desk.home or name in WITHOUT_ADDIN
        else Check(name, NOT_HERE, "没有安装加载项；要在 Excel 里用，请运行 install.cmd")
        for name, look in CHECKS.items()
    ]


Found = tuple[str, str, str]  # state, text, remedy


def _last(found: Iterator[Found]) -> Found:
    """The first fault found, else what the check said last."""
    said = list(found)
    return next((one for one in said if one[0] == BAD), said[-1])


def _desk(machine: Machine, registry: Registry, xlwings: str) -> Desk:
    home, versions = places.installed_home(registry), places.excel_versions(registry)
    quiet = places.addin_of(home, places.QUIET)
    opened = any(places.opened_as(registry, version, quiet) for version in versions)
    addin = quiet if opened else places.addin_of(home, places.STANDARD)
    program = places.excel_program(registry)
    return Desk(machine, registry, home, program, versions, addin, xlwings)


def _excel(desk: Desk) -> Iterator[Found]:
    if not desk.excel and places.has_wps(desk.registry):
        yield BAD, "只装了 WPS，没有 Excel", f"加载项只能在 Excel 里用。{COMMAND_LINE}"
    elif not desk.excel:
        yield BAD, "没有找到 Excel", f"请安装桌面版 Excel 2016 或更新版本。{COMMAND_LINE}"
    elif places.STORE_FOLDER.casefold() in desk.excel.casefold():
        yield BAD, "是应用商店版", "它不让外部程序连接。请在“设置→应用”里卸载，改装桌面版 Office"
    else:
        yield GOOD, f"{desk.excel}（{desk.versions[0]}）", ""


def _wps(desk: Desk) -> Iterator[Found]:
    answers = places.com_program(desk.registry)
    if places.is_wps(answers):
        yield (
            BAD,
            f"WPS 顶替了 Excel：{answers}",
            "请打开“WPS 配置工具→高级→兼容设置”，取消“与第三方软件兼容”，再到“控制面板→程序和功能→Office→更改”做快速修复",
        )
    yield GOOD, "没有顶替 Excel", ""


def bits_of(head: bytes | None) -> int:
    """32 or 64 from the first bytes of a program (PE format); 0 when they do not tell."""
    if not head or len(head) < 0x40 or head[:2] != b"MZ":
        return 0
    (at,) = struct.unpack_from("<I", head, 0x3C)
    if head[at : at + 4] != b"PE\0\0" or len(head) < at + 6:
        return 0
    return BITS.get(struct.unpack_from("<H", head, at + 4)[0], 0)


def _bits(desk: Desk) -> Iterator[Found]:
    bits = bits_of(desk.machine.read(desk.excel, 4096)) if desk.excel else 0
    if not bits:
        yield NOT_HERE, "看不出 Excel 是 32 位还是 64 位", ""
        return
    if desk.quiet:
        yield GOOD, f"Excel {bits} 位；安静方式不用动态库", ""
        return
    library = places.dll_of(desk.home, desk.xlwings, bits)
    name = library.rpartition("\\")[2]
    if desk.there(library):
        yield GOOD, f"Excel {bits} 位，{name} 在（Python 是 64 位，不必相同）", ""
    else:
        yield BAD, f"Excel {bits} 位，缺少 {name}", f"多半被杀毒软件隔离，请恢复并加入信任。{AGAIN}"


def _place(desk: Desk) -> Iterator[Found]:
    if not places.suits(desk.home):
        yield BAD, f"路径里有中文或特殊符号：{desk.home}", f"{AGAIN}，它会另选英文路径"
    elif under_onedrive(desk.machine, desk.home):
        yield BAD, f"装在 OneDrive 文件夹里：{desk.home}", f"同步会锁住文件。{AGAIN}"
    yield GOOD, desk.home, ""


def under_onedrive(machine: Machine, path: str) -> bool:
    """Whether a path is an address of OneDrive or lies in one of its folders."""
    roots = (v for n, v in machine.environment.items() if n.upper().startswith("ONEDRIVE") and v)
    low = path.casefold()
    return low.startswith(("http:", "https:")) or any(
        low.startswith(root.casefold().rstrip("\\") + "\\") for root in roots
    )


def _python(desk: Desk) -> Iterator[Found]:
    program = places.python_of(desk.home)
    if desk.quiet:
        program = places.com_program(desk.registry, server.PROG_ID)
        if not program:
            yield BAD, f"没有登记 {server.PROG_ID}", AGAIN
    if program and not desk.there(program):
        yield BAD, f"找不到 {program}", f"多半被杀毒软件隔离或移走，请恢复并加入信任。{AGAIN}"
    if not desk.machine.environment.get(places.HOME_VARIABLE):
        yield BAD, f"还没有读到变量 {places.HOME_VARIABLE}", "请注销再登录（或重新开机）后再试"
    yield GOOD, program, ""


def _xlwings(desk: Desk) -> Iterator[Found]:
    has = desk.machine.xlwings
    if has != desk.xlwings:
        yield BAD, f"{has or '没有'}，加载项要的是 {desk.xlwings}", AGAIN
    yield GOOD, has, ""


def _file(desk: Desk) -> Iterator[Found]:
    name = desk.addin.rpartition("\\")[2]
    content = desk.machine.read(desk.addin, -1)
    if content is None:
        yield BAD, f"找不到 {desk.addin}", AGAIN
    if desk.machine.read(f"{desk.addin}:Zone.Identifier", 0) is not None:
        yield BAD, f"{name} 被 Windows 锁定", "请右击它→属性→勾选“解除锁定”→确定，再打开 Excel"
    ours = desk.machine.read(str(shipped_path("macros", name)), -1)
    if ours is not None and content != ours:
        yield BAD, f"{name} 与程序不是同一版", AGAIN
    yield GOOD, f"{name}，没有被锁定", ""


def _registered(desk: Desk) -> Iterator[Found]:
    if not any(places.opened_as(desk.registry, v, desk.addin) for v in desk.versions):
        yield BAD, "Excel 启动时不会打开它", AGAIN
    if any(places.is_disabled(desk.registry, v, desk.addin) for v in desk.versions):
        yield (
            BAD,
            "被 Excel 停用",
            "请打开“文件→选项→加载项→管理：禁用项目→转到”，选中它，点“启用”，重新打开 Excel",
        )
    yield GOOD, "Excel 启动时打开", ""


def _trusted(desk: Desk) -> Iterator[Found]:
    folder = desk.addin.rpartition("\\")[0]
    if not any(places.is_trusted(desk.registry, v, folder) for v in desk.versions):
        yield (
            BAD,
            "加载项的文件夹不受信任，宏不会运行",
            f"{AGAIN}；仍不行，请在“文件→选项→信任中心→受信任位置”里取消“禁用所有受信任位置”",
        )
    yield GOOD, "已加入", ""


def _workbook(desk: Desk) -> Iterator[Found]:
    path = desk.machine.workbook
    if path and under_onedrive(desk.machine, path):
        yield BAD, "在 OneDrive 里", "请另存到本机文件夹，如 D:\\控辍保学，再用加载项"
    yield (GOOD, "在本机", "") if path else (NOT_HERE, "没有打开的工作簿", "")


CHECKS: dict[str, Callable[[Desk], Iterator[Found]]] = {
    "Excel": _excel,
    "WPS": _wps,
    "Excel 位数": _bits,
    "安装位置": _place,
    "后台 Python": _python,
    "xlwings": _xlwings,
    "加载项文件": _file,
    "加载项登记": _registered,
    "受信任位置": _trusted,
    "当前工作簿": _workbook,
}
WITHOUT_ADDIN = ("Excel", "WPS", "当前工作簿")
