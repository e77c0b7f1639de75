"""Where this computer keeps what is about itself (本机记忆): settings, log; never a child's data.

``KBBX_STATE`` names another folder, for tests and for computers that several clerks share.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "KBBX_STATE"


def state_folder() -> Path:
    """$KBBX_STATE, else %LOCALAPPDATA%\\\\kbbx on Windows, else ~/.local/state/kbbx."""
    chosen = Path(os.environ.get(VARIABLE, ""))
    if chosen.is_absolute():  # a relative one would land in whatever folder is being worked on
        return chosen
    local = os.environ.get("LOCALAPPDATA")
    return Path(local) / "kbbx" if local else Path.home() / ".local" / "state" / "kbbx"
