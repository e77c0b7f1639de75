"""Where this computer keeps what is about itself (本机记忆): settings and log, never a child's data.

``KBBX_STATE`` names another folder, for tests and for computers that several clerks share.  What is
kept of read files, and can be deleted at any time, lies apart: ``KBBX_CACHE``.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "KBBX_STATE"
CACHE, OFF = "KBBX_CACHE", "off"


def state_folder() -> Path:
    """$KBBX_STATE, else %LOCALAPPDATA%\\kbbx on Windows, else ~/.local/state/kbbx."""
    chosen = Path(os.environ.get(VARIABLE, ""))
    if chosen.is_absolute():  # a relative one would land in whatever folder is being worked on
        return chosen
    local = os.environ.get("LOCALAPPDATA")
    return Path(local) / "kbbx" if local else Path.home() / ".local" / "state" / "kbbx"


def cache_folder() -> Path | None:
    """$KBBX_CACHE, else %LOCALAPPDATA%\\kbbx\\cache on Windows, else ~/.cache/kbbx; None for "off"."""
    named = os.environ.get(CACHE, "")
    if named == OFF:
        return None
    if Path(named).is_absolute():
        return Path(named)
    local = os.environ.get("LOCALAPPDATA")
    return Path(local) / "kbbx" / "cache" if local else Path.home() / ".cache" / "kbbx"
