"""Sources -> both add-in files and the record of what they were built from."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kbbx_xl.books.files import take_built, zip_parts
from kbbx_xl.excel.commands import COMMANDS
from kbbx_xl.excel.functions.table import FUNCTIONS
from kbbx_xl.excel.pack import sources
from kbbx_xl.excel.pack.agree import disagreements
from kbbx_xl.excel.pack.package import package
from kbbx_xl.excel.pack.ribbon import controls, ribbon_problems
from kbbx_xl.excel.pack.sheets import sheet_rows
from kbbx_xl.excel.pack.sources import VARIANTS, Module, Variant
from kbbx_xl.excel.pack.vba import procedures
from kbbx_xl.excel.pack.wrappers import wrapper_module
from kbbx_xl.messages import SettingsError

RECORD = "build.json"
TOOLS = {"xlwings": "xlwings", "pyopenvba": "pyOpenVBA"}  # what is imported -> what is installed
PACKAGES = ("kbbx_xl", "xlwings", "pyOpenVBA", "XlsxWriter")


def missing_tools() -> list[str]:
    """Packages the build of the add-in needs and this Python lacks."""
    return [package for module, package in TOOLS.items() if find_spec(module) is None]


def build_addins(folder: Path, *, check: bool = False) -> list[str]:
    """Build both add-ins and their record into ``folder``; return the names of files that differ.

    With ``check`` nothing is written; see ``files.take_built``.  SettingsError when a source is
    wrong; ImportError while ``missing_tools`` names any.
    """
    with tempfile.TemporaryDirectory() as made:
        _build(Path(made))
        names = sorted(path.name for path in Path(made).iterdir())
        return take_built(Path(made), folder, names, check=check)


def _build(folder: Path) -> None:
    rows = sheet_rows(sources.texts(), COMMANDS, FUNCTIONS)
    ribbon, modules = sources.ribbon(), {v.file: variant_modules(v) for v in VARIANTS}
    for file, code in modules.items():
        _refuse(file, ribbon, code)
        package(
            folder / file,
            sheets=rows,
            modules=code,
            workbook_code=sources.workbook_code(),
            ribbon=ribbon,
        )
    text = json.dumps(_record(folder, modules), ensure_ascii=False, indent=1)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8", newline="\n")


def _refuse(file: str, ribbon: bytes, modules: list[Module]) -> None:
    """SettingsError when the ribbon breaks a rule or the sources contradict each other."""
    code = procedures(modules)
    wrong = ribbon_problems(ribbon, code)
    wrong = wrong or disagreements(controls(ribbon), code, COMMANDS, FUNCTIONS)
    if wrong:
        raise SettingsError(f"{file}: {'; '.join(wrong)}")


def variant_modules(variant: Variant) -> list[Module]:
    """Every module of one add-in, in the order they are put in."""
    foreign = sources.xlwings_modules() if variant.engine == sources.XLWINGS else []
    return [*foreign, *sources.own_modules(variant.engine), wrapper_module(FUNCTIONS)]


def _record(folder: Path, modules: dict[str, list[Module]]) -> dict[str, Any]:
    """Versions of the tools; sha256 of every source, every module and every part."""
    return {
        "versions": {name: version(name) for name in PACKAGES},
        "sources": _hashes(
            (path.relative_to(sources.macros_path()).as_posix(), path.read_bytes())
            for path in sources.source_files()
        ),
        "addins": {
            file: {
                "modules": _hashes((m.name, m.source.encode()) for m in modules[file]),
                "parts": _hashes((zip_parts(folder / file) or {}).items()),
            }
            for file in modules
        },
    }


def _hashes(named: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in sorted(named)}
