"""LibreOffice as the second opinion: recalculate, print and photograph workbooks.

One start serves many files, since a start costs two seconds; each test process keeps a profile of its
own, set to calculate every formula anew on loading.  Tests that use this carry the mark
``libreoffice``: tests/conftest.py skips them where LibreOffice is missing, or fails with CI=true.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

SYSTEM_PYTHON = "/usr/bin/python3"  # the one that python3-uno belongs to
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode">
<value>0</value></prop></item>
</oor:items>
"""
BATCH = 60  # files a start: keeps the command line and the memory small
SECONDS = 240
FONTS = Path(__file__).parents[2] / "tools" / "fonts.conf"


@cache
def _profile() -> tempfile.TemporaryDirectory[str]:
    """A profile that lives as long as the process."""
    made = tempfile.TemporaryDirectory(prefix="kbbx_lo_")
    user = Path(made.name) / "user"
    user.mkdir()
    (user / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    return made


def convert(files: Sequence[Path], suffix: str, folder: Path) -> list[Path]:
    """Save every file as ``suffix`` ("xlsx", "ods", "pdf") into ``folder``; AssertionError for one that fails."""
    profile = Path(_profile().name)
    folder.mkdir(parents=True, exist_ok=True)
    target = {"xlsx": "xlsx:Calc MS Excel 2007 XML"}.get(suffix, suffix)
    for start in range(0, len(files), BATCH):
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless",
                "--convert-to",
                target,
                "--outdir",
                str(folder),
                *map(str, files[start : start + BATCH]),
            ],
            check=True,
            capture_output=True,
            timeout=SECONDS,
            env={**os.environ, "FONTCONFIG_FILE": str(FONTS)},
        )
    made = [folder / f"{path.stem}.{suffix}" for path in files]
    missing = [path.name for path in made if not path.is_file()]
    assert not missing, f"LibreOffice did not write {missing}"
    return made


def calculated(files: Sequence[Path]) -> list[dict[str, dict[str, str | float]]]:
    """Sheet -> address -> value of every formula cell, calculated anew; one start for all files."""
    values: list[dict[str, dict[str, str | float]]] = []
    for start in range(0, len(files), BATCH):
        values += _asked("uno_values.py", files[start : start + BATCH])
    return values


def vba_modules(files: Sequence[Path]) -> list[dict[str, int]]:
    """Module -> lines of its code, as LibreOffice loads them from macro workbooks; nothing is run."""
    return _asked("uno_modules.py", files)


def _asked(script: str, files: Sequence[Path]) -> list[dict[str, Any]]:
    """What a script beside this one says of the files, one JSON line each."""
    done = subprocess.run(
        [
            SYSTEM_PYTHON,
            str(Path(__file__).with_name(script)),
            _profile().name,
            *map(str, files),
        ],
        check=True,
        stdout=subprocess.PIPE,
        timeout=SECONDS,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def recalculate(files: Sequence[Path], folder: Path) -> list[Path]:
    """Copies of the workbooks whose every formula LibreOffice has calculated anew."""
    return convert(files, "xlsx", folder)


def pictures(pdf: Path, *, dpi: int = 80) -> list[Path]:
    """One PNG a page, beside the PDF."""
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(pdf.with_suffix(""))],
        check=True,
        capture_output=True,
    )
    return sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))
