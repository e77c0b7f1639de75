"""``kbbx-xl``: the command line (命令行).  It is in ``program``; what its exit codes mean, in ``codes``."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Any


def main() -> None:
    """Run the command that was typed; ends the process with its exit code.

    What is loaded and made in a run has no cycles to be found: looking for them cost every command
    150 ms before it began, and a tenth of its time after.
    """
    gc.disable()
    import_module("kbbx_xl.cli.program").main()


def __getattr__(name: str) -> Any:
    """``app``, for tests and pages made from the commands; it loads everything."""
    if name == "app":
        return import_module("kbbx_xl.cli.program").app
    raise AttributeError(name)
