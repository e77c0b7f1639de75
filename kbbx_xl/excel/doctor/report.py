"""All checks of a machine, in the order they are read, and their lines (自检结果)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from kbbx_xl.books.template import build_all
from kbbx_xl.excel.doctor.check import BAD, GOOD, NOT_HERE, Check
from kbbx_xl.excel.doctor.machine import Machine
from kbbx_xl.excel.doctor.windows import windows_checks
from kbbx_xl.excel.pack.build import RECORD, build_addins, missing_tools
from kbbx_xl.settings.forms import all_forms
from kbbx_xl.settings.policies import all_policies
from kbbx_xl.settings.strict import shipped_path

__all__ = ["BAD", "GOOD", "NOT_HERE", "Check", "render", "report"]
OLDEST = (3, 11)


def report(machine: Machine) -> list[Check]:
    """Every check; nothing is changed and nobody is named."""
    return [*_core_checks(machine), *windows_checks(machine, xlwings=wanted_xlwings())]


def render(checks: Sequence[Check], home: str) -> list[str]:
    """One line a check, ✓ good, ✗ wrong with the remedy, — does not apply; the user's folder is ~."""
    lines = []
    for check in checks:
        advice = f"。{check.remedy}" if check.state == BAD else ""
        line = f"{check.state} {check.name}：{check.text}{advice}"
        lines.append(re.sub(re.escape(home), "~", line, flags=re.I) if home else line)
    return lines


def wanted_xlwings() -> str:
    """The version of xlwings whose VBA the add-in carries, as the add-in's build record says."""
    record = json.loads(shipped_path("macros", RECORD).read_text(encoding="utf-8"))
    return str(record["versions"]["xlwings"])


def _core_checks(machine: Machine) -> Iterator[Check]:
    shown = ".".join(map(str, machine.python))
    new = machine.python[:2] >= OLDEST
    yield Check("Python", GOOD if new else BAD, shown, "请安装 Python 3.11 或更新版本")
    yield Check("表格声明", GOOD, f"{len(all_forms())} 套")
    yield Check("政策方案", GOOD, f"{len(all_policies())} 个")
    stale = build_all(shipped_path("workbooks"), check=True)
    state = BAD if stale else GOOD
    yield Check("模板", state, "、".join(stale) or "与声明一致", "请运行 kbbx-xl build")
    yield _addins()
    office = machine.soffice or "没有，只在导出 PDF 时需要"
    yield Check("LibreOffice", GOOD if machine.soffice else NOT_HERE, office)


def _addins() -> Check:
    """The built add-ins against their sources, where the tools to build them are."""
    if missing_tools():
        return Check("加载项源文件", NOT_HERE, "不适用，只在制作加载项的电脑上检查")
    stale = build_addins(shipped_path("macros"), check=True)
    state = BAD if stale else GOOD
    return Check("加载项源文件", state, "、".join(stale) or "与声明一致", "请运行 kbbx-xl build")
