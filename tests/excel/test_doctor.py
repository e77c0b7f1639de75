"""The self-check: on a healthy PC nothing is wrong; each single fault is named, with its remedy."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kbbx_xl.cli import app
from kbbx_xl.excel import server
from kbbx_xl.excel.doctor import report as core
from kbbx_xl.excel.doctor.machine import Machine, this_machine
from kbbx_xl.excel.doctor.report import BAD, GOOD, NOT_HERE, Check, render, report, wanted_xlwings
from kbbx_xl.excel.doctor.windows import CHECKS, bits_of, windows_checks
from kbbx_xl.excel.windows import places
from kbbx_xl.settings.strict import shipped_path
from tests.excel.fake_registry import FakeRegistry

XLWINGS = "0.37.8"
USERS = "C:" + r"\Users"
PROFILE = rf"{USERS}\lihua"
HOME = rf"{PROFILE}\AppData\Local\kbbx"
OFFICE = r"C:\Program Files\Microsoft Office\root\Office16"
EXCEL_CLSID = "{00024500-0000-0000-C000-000000000046}"
ROOT_KEY = r"HKLM\SOFTWARE\Microsoft\Office\16.0\Excel\InstallRoot"
SERVER_KEY = rf"HKCR\CLSID\{EXCEL_CLSID}\LocalServer32"
ADDIN = rf"{HOME}\addin\kbbx.xlam"
TRUST = rf"{places.trusted_key('16.0')}\LocationKbbx"

Files = dict[str, bytes]


def program(bits: int) -> bytes:
    """The first bytes of a Windows program."""
    machine = {32: 0x014C, 64: 0x8664}[bits]
    head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80)
    return head.ljust(0x80, b"\0") + b"PE\0\0" + struct.pack("<H", machine)


class Pc:
    """A healthy PC whose parts a test breaks."""

    def __init__(self) -> None:
        self.registry = FakeRegistry(
            {
                ROOT_KEY: {"Path": OFFICE + "\\"},
                r"HKCR\Excel.Application\CLSID": {"": EXCEL_CLSID},
                SERVER_KEY: {"": rf'"{OFFICE}\EXCEL.EXE" /automation'},
                places.ENVIRONMENT: {places.HOME_VARIABLE: HOME},
                places.options_key("16.0"): {"OPEN": f'/R "{ADDIN}"'},
                TRUST: {"Path": rf"{HOME}\addin" + "\\"},
            }
        )
        self.files: Files = {
            rf"{OFFICE}\EXCEL.EXE": program(64),
            rf"{HOME}\python\pythonw.exe": b"",
            rf"{HOME}\python\xlwings64-{XLWINGS}.dll": b"",
            ADDIN: b"same",
            str(shipped_path("macros", "kbbx.xlam")): b"same",
        }
        self.machine = Machine(
            python=(3, 11, 9),
            home=PROFILE,
            environment={places.HOME_VARIABLE: HOME, "OneDrive": rf"{PROFILE}\OneDrive"},
            registry=self.registry,
            read=lambda path, size: None if (c := self.files.get(path)) is None else c[: size % 5000],
            xlwings=XLWINGS,
            workbook=r"D:\控辍保学\登记表.xlsx",
        )  # fmt: skip

    def move(self, home: str) -> None:
        """Install somewhere else."""
        self.registry.put(places.ENVIRONMENT, places.HOME_VARIABLE, home)

    def checks(self) -> dict[str, Check]:
        return {check.name: check for check in windows_checks(self.machine, xlwings=XLWINGS)}


def _no_excel(pc: Pc) -> None:
    pc.registry.drop(ROOT_KEY, "Path")
    pc.registry.drop(SERVER_KEY, "")


def _only_wps(pc: Pc) -> None:
    _no_excel(pc)
    pc.registry.put(r"HKCU\Software\Kingsoft\Office\6.0\Common", "InstallRoot", r"C:\WPS")


def _store(pc: Pc) -> None:
    _no_excel(pc)
    pc.registry.put(rf"{places.STORE_APPS}\Microsoft.Office.Desktop_16051_x86__8wekyb3d8bbwe", "a", 1)  # fmt: skip


def _hijacked(pc: Pc) -> None:
    wps = rf"{PROFILE}\AppData\Local\Kingsoft\WPS Office\12.1\office6\et.exe"
    pc.registry.put(SERVER_KEY, "", f'"{wps}" /Automation')


def _excel_of_32_bits(pc: Pc) -> None:
    pc.files[rf"{OFFICE}\EXCEL.EXE"] = program(32)


def _chinese_path(pc: Pc) -> None:
    pc.move(rf"{USERS}\李华\AppData\Local\kbbx")


def _onedrive(pc: Pc) -> None:
    pc.move(rf"{PROFILE}\OneDrive\kbbx")


def _no_python(pc: Pc) -> None:
    del pc.files[rf"{HOME}\python\pythonw.exe"]


def _variable_not_read(pc: Pc) -> None:
    pc.machine = replace(pc.machine, environment={})


def _other_xlwings(pc: Pc) -> None:
    pc.machine = replace(pc.machine, xlwings="0.30.0")


def _no_addin(pc: Pc) -> None:
    del pc.files[ADDIN]


def _blocked(pc: Pc) -> None:
    pc.files[f"{ADDIN}:Zone.Identifier"] = b"[ZoneTransfer]\r\nZoneId=3"


def _older_addin(pc: Pc) -> None:
    pc.files[ADDIN] = b"older"


def _not_opened(pc: Pc) -> None:
    pc.registry.drop(places.options_key("16.0"), "OPEN")


def _disabled(pc: Pc) -> None:
    item = b"\1\0\0\0\x38\0\0\0" + ADDIN.upper().encode("utf-16-le")
    pc.registry.put(places.disabled_key("16.0"), "3F1A", item)


def _not_trusted(pc: Pc) -> None:
    pc.registry.drop(TRUST, "Path")


def _trust_switched_off(pc: Pc) -> None:
    pc.registry.put(places.trusted_key("16.0"), "AllLocationsDisabled", 1)


def _workbook_in_onedrive(pc: Pc) -> None:
    pc.machine = replace(pc.machine, workbook="https://d.docs.live.net/1/登记表.xlsx")


FAULTS: list[tuple[Callable[[Pc], None], str, str, str]] = [
    (_no_excel, "Excel", "没有找到", "桌面版"),
    (_only_wps, "Excel", "只装了 WPS", "命令行"),
    (_store, "Excel", "应用商店版", "桌面版"),
    (_hijacked, "WPS", "顶替了 Excel", "兼容设置"),
    (_excel_of_32_bits, "Excel 位数", "32 位，缺少 xlwings32-0.37.8.dll", "杀毒软件"),
    (_chinese_path, "安装位置", "中文", "install.cmd"),
    (_onedrive, "安装位置", "OneDrive", "install.cmd"),
    (_no_python, "后台 Python", "找不到", "杀毒软件"),
    (_variable_not_read, "后台 Python", "KBBX_HOME", "注销"),
    (_other_xlwings, "xlwings", "0.30.0，加载项要的是 0.37.8", "install.cmd"),
    (_no_addin, "加载项文件", "找不到", "install.cmd"),
    (_blocked, "加载项文件", "锁定", "解除锁定"),
    (_older_addin, "加载项文件", "不是同一版", "install.cmd"),
    (_not_opened, "加载项登记", "不会打开", "install.cmd"),
    (_disabled, "加载项登记", "停用", "禁用项目"),
    (_not_trusted, "受信任位置", "不受信任", "install.cmd"),
    (_trust_switched_off, "受信任位置", "不受信任", "禁用所有受信任位置"),
    (_workbook_in_onedrive, "当前工作簿", "OneDrive", "另存"),
]


def test_nothing_is_wrong_with_a_healthy_pc() -> None:
    checks = Pc().checks()
    assert list(checks) == list(CHECKS)
    assert {check.state for check in checks.values()} == {GOOD}


@pytest.mark.parametrize(("break_it", "name", "text", "remedy"), FAULTS)
def test_a_fault_is_named_with_its_remedy(
    break_it: Callable[[Pc], None], name: str, text: str, remedy: str
) -> None:
    pc = Pc()
    break_it(pc)
    check = pc.checks()[name]
    assert check.state == BAD
    assert text in check.text
    assert remedy in check.remedy
    assert not check.remedy.endswith("。")


def test_excel_of_32_bits_is_fine_with_its_own_library() -> None:
    pc = Pc()
    _excel_of_32_bits(pc)
    pc.files[rf"{HOME}\python\xlwings32-{XLWINGS}.dll"] = b""
    assert pc.checks()["Excel 位数"].state == GOOD


def test_the_quiet_variant_needs_its_server_and_no_library() -> None:
    pc = Pc()
    quiet = places.addin_of(HOME, places.QUIET)
    pc.registry.put(places.options_key("16.0"), "OPEN", f'/R "{quiet}"')
    pc.files = {rf"{OFFICE}\EXCEL.EXE": program(32), quiet: b"", rf"{HOME}\python\pythonw.exe": b""}
    assert pc.checks()["后台 Python"].text == "没有登记 Kbbx.Addin"
    for key, name, value in server.registration(places.python_of(HOME)):
        pc.registry.put(key.replace(server.CLASSES, "HKCR"), name, value)
    assert {check.state for check in pc.checks().values()} == {GOOD}


def test_without_an_installation_only_the_pc_is_judged() -> None:
    pc = Pc()
    pc.move("")
    checks = pc.checks()
    assert checks["Excel"].state == GOOD
    assert checks["加载项登记"].state == NOT_HERE
    assert "install.cmd" in checks["加载项登记"].text


@pytest.mark.parametrize("head", [None, b"", b"MZ", b"#!/bin/sh" * 20, program(64)[:0x82]])
def test_bits_of_what_is_no_program(head: bytes | None) -> None:
    assert bits_of(head) == 0


def test_no_line_shows_the_users_folder() -> None:
    pc = Pc()
    lines = render(list(pc.checks().values()), pc.machine.home)
    assert not [line for line in lines if "lihua" in line]
    assert any(r"~\AppData\Local\kbbx" in line for line in lines)


def test_here_windows_checks_do_not_apply_and_the_rest_is_said() -> None:
    machine = this_machine()
    checks = {check.name: check for check in report(machine)}
    assert {checks[name].state for name in CHECKS} == {NOT_HERE}
    assert checks["Python"].state == checks["表格声明"].state == checks["政策方案"].state == GOOD


@pytest.fixture
def _built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks and add-ins are taken as read: building them to compare takes seconds."""
    monkeypatch.setattr(core, "build_all", lambda *_, **__: ["登记表.xlsx"])
    monkeypatch.setattr(core, "missing_tools", lambda: ["pyOpenVBA"])


@pytest.mark.usefixtures("_built")
def test_what_is_old_or_missing_is_said() -> None:
    machine = replace(this_machine(), python=(3, 8, 0), soffice="")
    old = {check.name: check for check in report(machine)}
    assert old["Python"].state == old["模板"].state == BAD
    assert old["LibreOffice"].state == old["加载项源文件"].state == NOT_HERE


@pytest.mark.usefixtures("_built")
def test_the_command_prints_every_line_and_its_exit_code_follows() -> None:
    answer = CliRunner().invoke(app, ["doctor"])
    lines = answer.stdout.splitlines()
    assert {line[0] for line in lines} <= {GOOD, BAD, NOT_HERE}
    assert answer.exit_code == int(any(line.startswith(BAD) for line in lines))
    assert str(Path.home()) not in answer.stdout


def test_xlwings_is_the_one_the_project_pins() -> None:
    pinned = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'"xlwings=={wanted_xlwings()}"' in pinned
