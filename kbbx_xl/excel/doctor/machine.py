"""The machine as the checks see it (这台电脑): a value, and the one place that asks the real machine."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kbbx_xl.books.pdf import find_office
from kbbx_xl.excel.windows.registry import Registry, this_registry

Read = Callable[[str, int], bytes | None]


@dataclass(frozen=True, slots=True)
class Machine:
    """What a check may look at.

    ``read(path, size)`` gives the first bytes of a file (all for -1), None when there is no such file.
    ``registry`` is None off Windows; ``workbook`` is the path of the workbook the button was pressed in.
    """

    python: tuple[int, int, int]
    home: str
    environment: Mapping[str, str]
    registry: Registry | None
    read: Read
    xlwings: str = ""
    soffice: str = ""
    workbook: str = ""


def this_machine(workbook: str = "") -> Machine:
    """The machine this runs on."""
    return Machine(
        python=(sys.version_info.major, sys.version_info.minor, sys.version_info.micro),
        home=str(Path.home()),
        environment=dict(os.environ),
        registry=this_registry(),
        read=read_file,
        xlwings=installed_version("xlwings"),
        soffice=find_office(),
        workbook=workbook,
    )


def read_file(path: str, size: int) -> bytes | None:
    """The first ``size`` bytes; a stream such as ``x.xlam:Zone.Identifier`` is a file, too."""
    try:
        with open(path, "rb") as stream:
            return stream.read(size)
    except OSError:
        return None


def installed_version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
