"""Where the add-in keeps what it remembers on this computer (本机记忆): folders picked, policy, log.

Only paths and settings, never a value from a workbook.
"""

from __future__ import annotations

import json
from pathlib import Path

from kbbx_xl.books.files import write_whole
from kbbx_xl.books.state import state_folder

__all__ = ["folder_of", "remember_folder", "remember_policy", "state_folder", "usual_policy"]

REMEMBERED = 200  # workbooks whose folder is kept


def folder_of(workbook: str) -> str:
    """The folder last gathered from this workbook; "" when none is known or it is gone."""
    folder = _read().get("folders", {}).get(workbook, "")
    return folder if folder and Path(folder).is_dir() else ""


def remember_folder(workbook: str, folder: Path) -> None:
    """Keep the folder for this workbook."""
    known = _read()
    folders = {**known.get("folders", {})}
    folders.pop(workbook, None)
    folders[workbook] = str(folder)
    kept = dict(list(folders.items())[-REMEMBERED:])
    _write({**known, "folders": kept})


def usual_policy() -> str:
    """The policy profile last chosen on this computer; "" when none was."""
    return str(_read().get("policy", ""))


def remember_policy(profile: str) -> None:
    """Keep the policy profile for workbooks that carry none."""
    _write({**_read(), "policy": profile})


def _file() -> Path:
    return state_folder() / "remembered.json"


def _read() -> dict[str, dict[str, str]]:
    try:
        known = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(known: object) -> None:
    text = json.dumps(known, ensure_ascii=False, indent=1) + "\n"

    def make(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    write_whole(_file(), make, lambda path: json.loads(path.read_text(encoding="utf-8")))
