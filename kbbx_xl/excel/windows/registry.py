"""The registry (注册表) as a value to be given: one protocol, and Windows' own behind it.

Keys are written "HKCU\\Software\\..."; a text is REG_SZ, a whole number REG_DWORD, bytes REG_BINARY.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

Value = str | int | bytes


class Registry(Protocol):
    """What the installer and doctor need of a registry; a missing key or value is no error."""

    def values(self, key: str) -> dict[str, Value]:
        """Value by name; {} when the key is missing."""

    def subkeys(self, key: str) -> list[str]:
        """Names of the keys below; [] when the key is missing."""

    def exists(self, key: str) -> bool:
        """Whether the key is there."""

    def put(self, key: str, name: str, value: Value) -> None:
        """Write one value, making the key; OSError when Windows refuses."""

    def drop(self, key: str, name: str) -> None:
        """Delete one value."""

    def drop_key(self, key: str) -> None:
        """Delete a key that holds nothing; one that holds something stays."""


def get(registry: Registry, key: str, name: str = "") -> Value | None:
    """One value; None when it or its key is missing.  Names are compared as Windows does."""
    wanted = name.casefold()
    return next((v for n, v in registry.values(key).items() if n.casefold() == wanted), None)


def text(registry: Registry, key: str, name: str = "") -> str:
    """One value as text; "" when it is missing or no text."""
    value = get(registry, key, name)
    return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Change:
    """One value the installer wrote, and what stood there before (None: nothing)."""

    key: str
    name: str
    value: str | int
    before: str | int | None
    made: tuple[str, ...]  # keys that did not exist before, deepest first


def write(registry: Registry, key: str, name: str, value: str | int) -> Change:
    """Put one value and say how to take it back."""
    old = get(registry, key, name)
    made = tuple(above for above in _upwards(key) if not registry.exists(above))
    registry.put(key, name, value)
    return Change(key, name, value, None if isinstance(old, bytes) else old, made)


def undo(registry: Registry, change: Change) -> None:
    """Take one change back, unless somebody has written something else there since."""
    if get(registry, change.key, change.name) == change.value:
        if change.before is None:
            registry.drop(change.key, change.name)
        else:
            registry.put(change.key, change.name, change.before)
    for key in change.made:
        if not registry.values(key) and not registry.subkeys(key):
            registry.drop_key(key)


def _upwards(key: str) -> Iterator[str]:
    """The key and those above it, without the root."""
    parts = key.split("\\")
    for length in range(len(parts), 1, -1):
        yield "\\".join(parts[:length])


if sys.platform == "win32":
    import winreg

    ROOTS = {
        "HKCU": winreg.HKEY_CURRENT_USER,
        "HKLM": winreg.HKEY_LOCAL_MACHINE,
        "HKCR": winreg.HKEY_CLASSES_ROOT,
    }

    class WindowsRegistry:
        """The registry of this PC."""

        def values(self, key: str) -> dict[str, Value]:
            try:
                with winreg.OpenKey(*_split(key)) as handle:
                    count = winreg.QueryInfoKey(handle)[1]
                    entries = [winreg.EnumValue(handle, number) for number in range(count)]
            except OSError:
                return {}
            return {
                name: value for name, value, _ in entries if isinstance(value, str | int | bytes)
            }

        def subkeys(self, key: str) -> list[str]:
            try:
                with winreg.OpenKey(*_split(key)) as handle:
                    count = winreg.QueryInfoKey(handle)[0]
                    return [winreg.EnumKey(handle, number) for number in range(count)]
            except OSError:
                return []

        def exists(self, key: str) -> bool:
            try:
                winreg.OpenKey(*_split(key)).Close()
            except OSError:
                return False
            return True

        def put(self, key: str, name: str, value: Value) -> None:
            kinds = {str: winreg.REG_SZ, int: winreg.REG_DWORD, bytes: winreg.REG_BINARY}
            with winreg.CreateKey(*_split(key)) as handle:
                winreg.SetValueEx(handle, name, 0, kinds[type(value)], value)

        def drop(self, key: str, name: str) -> None:
            root, path = _split(key)
            try:
                with winreg.OpenKey(root, path, 0, winreg.KEY_SET_VALUE) as handle:
                    winreg.DeleteValue(handle, name)
            except FileNotFoundError:
                return

        def drop_key(self, key: str) -> None:
            try:
                winreg.DeleteKey(*_split(key))
            except OSError:  # already gone, or not empty
                return

    def _split(key: str) -> tuple[int, str]:
        root, _, path = key.partition("\\")
        return ROOTS[root], path


def this_registry() -> Registry | None:
    """The registry of this machine; None where there is none."""
    if sys.platform == "win32":
        return WindowsRegistry()
    return None
