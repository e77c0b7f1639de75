"""Letters as PDF where there is a LibreOffice, and what is said where there is none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from kbbx_xl.books import pdf
from kbbx_xl.books.letters import Wish, write_letters
from kbbx_xl.messages import InputError, OutputError
from tests.books.test_letters import reads
from tests.flow.test_letters import DAY


def test_without_libreoffice_the_letters_are_there_and_the_way_out_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_office", lambda: "")
    made = write_letters("visit", reads(), tmp_path, Wish(DAY, pdf=True))
    assert len(made.issued) == len(list(tmp_path.glob("*.docx"))) == 2
    assert made.register is not None
    assert made.pdf == []
    assert "另存为”选 PDF" in made.no_pdf
    with pytest.raises(InputError, match="没有 LibreOffice"):
        pdf.to_pdf([tmp_path / made.issued[0].file])


def test_libreoffice_is_found_where_windows_keeps_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(pdf, "MAC", tmp_path / "none")
    monkeypatch.setenv("PROGRAMFILES", str(tmp_path))
    assert pdf.find_office() == ""
    program = tmp_path / pdf.INSIDE
    program.parent.mkdir(parents=True)
    program.touch()
    assert pdf.find_office() == str(program)


@pytest.mark.parametrize("fails", [True, False])
def test_a_libreoffice_that_writes_nothing_is_said(
    fails: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object, **__: object) -> None:
        if fails:
            raise subprocess.TimeoutExpired("soffice", 1)

    monkeypatch.setattr(pdf, "find_office", lambda: "soffice")
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(OutputError, match="LibreOffice 没有"):
        pdf.to_pdf([tmp_path / "文书.docx"])


@pytest.mark.libreoffice
def test_each_letter_has_its_pdf_beside_it(tmp_path: Path) -> None:
    made = write_letters("visit", reads(), tmp_path, Wish(DAY, pdf=True))
    assert [path.name for path in made.pdf] == [f"{one.file[:-5]}.pdf" for one in made.issued]
    assert all(path.read_bytes().startswith(b"%PDF-") for path in made.pdf)
    assert made.no_pdf == ""
