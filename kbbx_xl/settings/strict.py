"""YAML read strictly: every mistake names its file, line, key and the near miss.

``load`` turns a file into plain dicts and lists that remember their lines; ``build`` turns such a
mapping into a frozen dataclass, checking names and types against the dataclass itself.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import types
import typing
from collections.abc import Iterable, Mapping
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import yaml
from yaml.constructor import SafeConstructor

from kbbx_xl.messages import SettingsError

T = TypeVar("T")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it
DEEPEST = 20  # mappings and lists within each other
TEXT_TAG = "tag:yaml.org,2002:str"


class Block(dict[str, Any]):
    """A YAML mapping that knows the file and line it came from."""

    file: str = ""
    line: int = 0
    lines: dict[str, int]

    def at(self, key: str | None = None) -> str:
        line = self.lines.get(key, self.line) if key else self.line
        return f"{self.file}:{line}"


def shipped_path(room: str, *parts: str) -> Path:
    """A file of config/ or workbooks/: beside the package in a checkout, inside it in a wheel."""
    packaged = Path(str(resources.files("kbbx_xl"))) / room
    root = packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / room
    return root.joinpath(*parts)


def config_path(*parts: str) -> Path:
    """A file or folder of config/."""
    return shipped_path("config", *parts)


def load(path: Path, *, foreign: bool = False) -> Block:
    """Read one YAML file whose top is a mapping; SettingsError when it is not well formed.

    ``foreign``: it may come from anybody; see ``parse``.
    """
    try:
        return parse(path.read_text(encoding="utf-8"), path.name, foreign=foreign)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name}: cannot be read: {error}") from error


def parse(text: str, name: str, *, foreign: bool = False) -> Block:
    """``load`` of a text; a ``foreign`` one that could swell or never end is refused, unread."""
    try:
        if foreign:
            _look_through(text, name)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise SettingsError(f"{name}: cannot be read: {error}") from error
    value = _plain(node, name) if node is not None else None
    if not isinstance(value, Block):
        raise SettingsError(f"{name}:1: a mapping is expected at the top of the file")
    return value


def _look_through(text: str, name: str) -> None:
    """Aliases make a short text endless, and deep nesting ends the reader."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise SettingsError(f"{_at(event, name)}: an alias (*) is not allowed")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise SettingsError(f"{_at(event, name)}: nested too deeply")


def _at(event: yaml.Event, name: str) -> str:
    return f"{name}:{event.start_mark.line + 1}" if event.start_mark else name


def _plain(node: yaml.Node, file: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        block = Block()
        block.file, block.line, block.lines = file, node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in block:
                raise SettingsError(f"{file}:{line}: key '{key}' stands twice")
            block[key], block.lines[key] = _plain(value_node, file), line
        return block
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, file) for child in node.value]
    return _scalar(node, file)


def _scalar(node: yaml.Node, file: str) -> Any:
    if node.tag == TEXT_TAG:
        return node.value
    try:
        return SafeConstructor().construct_object(node, deep=True)
    except (ValueError, yaml.YAMLError) as error:
        raise SettingsError(f"{file}:{node.start_mark.line + 1}: bad value: {error}") from error


def near_miss(key: str, known: Iterable[str]) -> str:
    """'; did you mean X?' when some known word is close, else ''."""
    near = difflib.get_close_matches(key, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def reference(value: str, known: Iterable[str], block: Block, key: str, what: str) -> str:
    """Return ``value`` when it is one of ``known``; otherwise say where, what and what is near."""
    names = known if isinstance(known, Mapping) else list(known)
    if value not in names:
        raise SettingsError(
            f"{block.at(key)}: {key}: unknown {what} '{value}'{near_miss(value, names)}"
        )
    return value


@functools.cache
def _fields(cls: Any) -> tuple[dict[str, Any], dict[str, dataclasses.Field[Any]]]:
    """Types and fields of a dataclass by name."""
    return typing.get_type_hints(cls), {f.name: f for f in dataclasses.fields(cls) if f.init}


@functools.cache
def _shape(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """tuple[str, ...] -> tuple, (str, ...); None for a plain type."""
    return typing.get_origin(hint), typing.get_args(hint)


@functools.cache
def _members(cls: type[Enum]) -> dict[str, Enum]:
    return {str(m.value): m for m in cls}


def build(cls: type[T], block: Mapping[str, Any], **extra: Any) -> T:
    """Make ``cls`` (a dataclass) from a Block; unknown, missing or mistyped keys raise SettingsError.

    ``extra`` gives fields that do not come from the file.
    """
    if not isinstance(block, Block):
        raise SettingsError(f"{cls.__name__}: a mapping is expected, not {block!r}")
    hints, fields = _fields(typing.cast(Any, cls))
    for key in block:
        if key not in fields or key in extra:
            allowed = [n for n in fields if n not in extra]
            raise SettingsError(f"{block.at(key)}: unknown key '{key}'{near_miss(key, allowed)}")
    values = dict(extra)
    for name, spec in fields.items():
        if name in block:
            values[name] = _convert(block[name], hints[name], block, name)
        elif name not in values and _required(spec):
            raise SettingsError(f"{block.at()}: key '{name}' is missing")
    return cls(**values)


def _required(spec: dataclasses.Field[Any]) -> bool:
    return spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING


def _convert(value: Any, hint: Any, block: Block, key: str) -> Any:
    if type(value) is hint:
        return value
    origin, args = _shape(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in args:
            return None
        inner = [a for a in args if a is not type(None)]
        return _convert(value, inner[0], block, key) if len(inner) == 1 else value
    if origin is tuple:
        if not isinstance(value, list):
            raise SettingsError(f"{block.at(key)}: '{key}' must be a list")
        return tuple(_convert(item, args[0], block, key) for item in value)
    if origin in (dict, Mapping) or getattr(origin, "__name__", "") == "Mapping":
        if not isinstance(value, dict):
            raise SettingsError(f"{block.at(key)}: '{key}' must be a mapping")
        return {k: _convert(v, args[1], block, key) for k, v in value.items()}
    return _convert_plain(value, hint, block, key)


def _convert_plain(value: Any, hint: Any, block: Block, key: str) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, Block):
            raise SettingsError(f"{block.at(key)}: '{key}' must be a mapping, not {value!r}")
        return build(hint, value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        known = _members(hint)
        return known[reference(str(value), known, block, key, hint.__name__)]
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint in (str, int, float, bool) and type(value) is not hint:
        raise SettingsError(
            f"{block.at(key)}: '{key}' must be {hint.__name__}, not {type(value).__name__} {value!r}"
        )
    return value
