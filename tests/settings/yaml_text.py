"""Settings files written by the tests."""

from __future__ import annotations

from pathlib import Path

from kbbx_xl.settings.strict import Block, config_path, load


def block(folder: Path, text: str, name: str = "file.yaml") -> Block:
    """A Block read from ``text``."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load(path)


def changed(folder: Path, file: str, old: str, new: str) -> Block:
    """A real settings file with one place changed; the place must be there once or more."""
    path = config_path(*file.split("/"))
    text = path.read_text(encoding="utf-8")
    assert old in text
    return block(folder, text.replace(old, new, 1), path.name)
