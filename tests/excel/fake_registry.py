"""A registry in memory that behaves as Windows' does, for the installer and the self-check."""

from __future__ import annotations

from kbbx_xl.excel.windows.registry import Value


class FakeRegistry:
    """Keys are compared without case; writing a key makes those above it."""

    def __init__(self, content: dict[str, dict[str, Value]] | None = None) -> None:
        self._keys: dict[str, tuple[str, dict[str, Value]]] = {}
        for key, values in (content or {}).items():
            self._make(key)
            for name, value in values.items():
                self.put(key, name, value)

    def _make(self, key: str) -> None:
        parts = key.split("\\")
        for length in range(1, len(parts) + 1):
            above = "\\".join(parts[:length])
            self._keys.setdefault(above.casefold(), (above, {}))

    def values(self, key: str) -> dict[str, Value]:
        return dict(self._keys.get(key.casefold(), ("", {}))[1])

    def subkeys(self, key: str) -> list[str]:
        top = key.casefold() + "\\"
        below = (name for low, (name, _) in self._keys.items() if low.startswith(top))
        return [n[len(top) :] for n in below if "\\" not in n[len(top) :]]

    def exists(self, key: str) -> bool:
        return key.casefold() in self._keys

    def put(self, key: str, name: str, value: Value) -> None:
        self._make(key)
        self._keys[key.casefold()][1][name] = value

    def drop(self, key: str, name: str) -> None:
        if self.exists(key):
            self._keys[key.casefold()][1].pop(name, None)

    def drop_key(self, key: str) -> None:
        if not self.subkeys(key):
            self._keys.pop(key.casefold(), None)

    def snapshot(self) -> dict[str, dict[str, Value]]:
        return {name: dict(values) for name, values in self._keys.values()}
