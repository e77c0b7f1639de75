"""What the add-in is made from: the files of macros/ and xlwings' own VBA."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.strict import load, shipped_path

PROJECT = "kbbx"  # xlwings reads its settings from the sheet <project>.conf
ENGINE = "KbbxEngine"
WORKBOOK = "ThisWorkbook"
XLWINGS, COM = "xlwings", "com"


@dataclass(frozen=True, slots=True)
class Variant:
    """One add-in file: how its VBA reaches Python."""

    engine: str
    file: str


VARIANTS = (Variant(XLWINGS, "kbbx.xlam"), Variant(COM, "kbbx_com.xlam"))


@dataclass(frozen=True, slots=True)
class Module:
    """One VBA module: ``is_class`` for a class module."""

    name: str
    source: str
    is_class: bool = False


def macros_path(*parts: str) -> Path:
    """A file of macros/."""
    return shipped_path("macros", *parts)


def ribbon() -> bytes:
    return macros_path("ribbon", "customUI14.xml").read_bytes()


def texts() -> dict[str, str]:
    """Key -> what the VBA shows by itself (macros/texts.yaml)."""
    return {key: str(text) for key, text in load(macros_path("texts.yaml")).items()}


def own_modules(engine: str) -> list[Module]:
    """Our standard modules in the order of their names, with the engine of that variant.

    SettingsError for a file that is not ASCII: the code page of the project would lose the text.
    """
    modules = []
    for path in sorted(macros_path("vba").glob("*.bas")):
        name, _, variant = path.stem.partition(".")
        if variant in ("", engine):
            modules.append(Module(name, _ascii(path)))
    return modules


def workbook_code() -> str:
    """The code behind ThisWorkbook, without its attributes."""
    return _ascii(macros_path("vba", f"{WORKBOOK}.cls"))


def xlwings_modules() -> list[Module]:
    """xlwings' stand-alone VBA and the class it uses, with their notices, for our project name."""
    folder = _package("xlwings")
    code = (folder / "xlwings_custom_addin.bas").read_text(encoding="utf-8")
    code, changed = re.subn(r'(PROJECT_NAME As String = )"\w+"', rf'\1"{PROJECT}"', code)
    if changed != 1:
        raise SettingsError("xlwings_custom_addin.bas: PROJECT_NAME is not where it was")
    dictionary = (folder / "addin" / "Dictionary.cls").read_text(encoding="utf-8")
    return [Module("xlwings", code), Module("Dictionary", dictionary, is_class=True)]


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise SettingsError(f"{name} is not installed")
    return Path(spec.origin).parent


def _ascii(path: Path) -> str:
    try:
        return path.read_bytes().decode("ascii")
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path.name}: VBA must be ASCII; move the text to texts.yaml"
        ) from error


def source_files() -> list[Path]:
    """Every file of macros/ the add-ins are made from."""
    places = ("ribbon/*.xml", "vba/*.bas", "vba/*.cls", "texts.yaml")
    return sorted(path for place in places for path in macros_path().glob(place))
