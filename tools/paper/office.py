"""Copies of products to be printed by LibreOffice (tests.books.libreoffice starts it)."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from kbbx_xl.books.print_areas import with_fixed_areas


def numbered(files: Sequence[Path], folder: Path) -> list[Path]:
    """Copies called 000, 001 … so that stems differ; print areas as Excel would work them out."""
    folder.mkdir(parents=True, exist_ok=True)
    copies = []
    for number, path in enumerate(files):
        copy = folder / f"{number:03}{path.suffix}"
        if path.suffix == ".xlsx":
            with_fixed_areas(path, copy)
        else:
            shutil.copyfile(path, copy)
        copies.append(copy)
    return copies
