"""``kbbx-xl`` in this process."""

from __future__ import annotations

import sys

import pytest

from kbbx_xl import cli


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """The exit code of a command as a user types it."""
    monkeypatch.setattr(sys, "argv", ["kbbx-xl", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)
