"""Word documents as PDF, by the LibreOffice of this computer: one start for many."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from kbbx_xl.books.writing.results import Result, writing
from kbbx_xl.messages import InputError, OutputError

WINDOWS_PLACES = ("PROGRAMFILES", "PROGRAMFILES(X86)")  # variables that name folders of programs
INSIDE = Path("LibreOffice", "program", "soffice.exe")
MAC = Path("/Applications/LibreOffice.app/Contents/MacOS/soffice")
BATCH = 60  # files a start: keeps the command line short enough for Windows
SECONDS_TO_START, SECONDS_A_FILE = 120, 10
HEAD = b"%PDF-"
NO_OFFICE = (
    "Word 文书已经写好，PDF 没有出：这台电脑没有 LibreOffice。"
    "请用 Word 或 WPS 打开文书，“另存为”选 PDF；或者装上 LibreOffice 后用 --pdf 再出"
)


def find_office() -> str:
    """The program of LibreOffice; "" where there is none."""
    folders = [Path(os.environ[name]) for name in WINDOWS_PLACES if name in os.environ]
    places = [*(folder / INSIDE for folder in folders), MAC]
    installed = next((str(place) for place in places if place.is_file()), "")
    return shutil.which("soffice") or shutil.which("libreoffice") or installed


def to_pdf(documents: Sequence[Path]) -> list[Path]:
    """Each document as .pdf beside it, all or none; what stood there before keeps a dated name.

    Raises InputError where LibreOffice is missing, and OutputError when it fails.
    """
    if not documents:
        return []
    office = find_office()
    if not office:
        raise InputError(NO_OFFICE)
    targets = [path.with_suffix(".pdf") for path in documents]
    with writing(targets) as desk:
        # children's data: not into the system's folder, where a killed process would leave them
        scratch = desk.scratch(targets[0])
        made = scratch / "made"
        for first in range(0, len(documents), BATCH):
            _convert(office, documents[first : first + BATCH], made, scratch)
        found = [(made / target.name, target) for target in targets]
        for new, target in found:
            if not new.is_file():
                raise OutputError(f"LibreOffice 没有写出“{target.name}”，Word 文书已在")
        results = [Result(target, partial(_copy, new), _verify) for new, target in found]
        desk.publish([desk.stage(result) for result in results])
    return targets


def _convert(office: str, documents: Sequence[Path], made: Path, scratch: Path) -> None:
    """Run LibreOffice with a profile of its own: one that is open on the screen is left alone."""
    profile = (scratch / "profile").as_uri()
    command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to"]
    aside = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(scratch))
    try:
        subprocess.run(  # noqa: S603 (a program found on this computer, no stranger's words)
            [*command, "pdf", "--outdir", str(made), *map(str, documents)],
            check=True,
            capture_output=True,
            env={**os.environ, **aside},
            timeout=SECONDS_TO_START + SECONDS_A_FILE * len(documents),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise OutputError(
            "LibreOffice 没有转成 PDF。Word 文书已在，可用 Word 另存为 PDF"
        ) from error


def _copy(new: Path, place: Path) -> None:
    shutil.copyfile(new, place)


def _verify(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(len(HEAD)) != HEAD:
            raise OutputError("写出的 PDF 读不回来，没有采用")
