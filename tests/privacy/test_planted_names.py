"""No name, number or phone of a planted child anywhere that promises none, whatever is run.

Looked through after every command: what it showed, its log, its temporary folder, the names of what
it wrote, and every part of the results that promise no names.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from docx import Document

from kbbx_xl.books import oplog
from tests.cli.running import run
from tests.privacy.planted import (
    CENTER,
    PASSWORD,
    RARE,
    SCHOOL,
    SIMA,
    SNOW,
    county,
    found_in,
    own_book,
    texts,
)

WHEN = ("--month", "2026-10", "--as-of", "2026-10-20", "--policy", "tanghe")
Words = Sequence[object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return county(tmp_path / "报送")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return own_book(tmp_path / f"{SNOW}登记表.xlsx")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary place of the run, which must be empty afterwards."""
    place = tmp_path / "tmp"
    place.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return place


@pytest.fixture
def said(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:  # fmt: skip
    """Run a command; what it showed, after all that must hold of any command was checked."""
    state = tmp_path / "state"
    monkeypatch.setenv("KBBX_STATE", str(state))
    monkeypatch.setenv("KBBX_DEBUG", "1")
    monkeypatch.setenv("COLUMNS", "400")

    def do(*words: object, codes: Sequence[int] = (0, 1)) -> str:
        code = run(monkeypatch, *words)
        told = capfd.readouterr()
        shown = told.out + told.err
        assert code in codes, shown
        assert "Traceback (" not in shown
        assert found_in(shown.replace("\n", "")) == [], words[0]
        assert {p.name: found_in(texts(p)) for p in state.iterdir()} == {
            name: [] for name in (oplog.LOG, oplog.HEAD, oplog.KEY, oplog.LOCK)
        }
        assert list(temporary.rglob("*")) == []
        assert not oplog.read_log().breaks
        return shown

    return do


def results(out: Path) -> list[Path]:
    return sorted(p for p in out.rglob("*") if p.is_file())


def private(out: Path) -> None:
    """Only this account may read what was written."""
    modes = {p.name: oct(stat.S_IMODE(p.stat().st_mode)) for p in results(out)}
    assert modes == dict.fromkeys(modes, "0o600")


def without_names(out: Path, *, least: int = 1) -> None:
    made = results(out)
    assert len(made) >= least
    assert {p.name: found_in(texts(p)) for p in made} == {p.name: [] for p in made}
    private(out)


COUNTY: dict[str, Callable[[Path, Path], Words]] = {
    "check": lambda f, o: ("check", f, "--json", o / "查.json", "-o", o / "问题.xlsx", *WHEN),
    "flag": lambda f, o: ("flag", f, "-o", o / "待办.xlsx", "--json", o / "待办.json", *WHEN),
    "todo": lambda f, o: ("todo", f, "-o", o / "待办.xlsx", "--ics", o / "待办.ics", *WHEN),
    "assign": lambda f, o: ("assign", f, "-o", o / "交办.xlsx", *WHEN),
    "evidence": lambda f, o: ("evidence", f, "-o", o / "佐证.xlsx", *WHEN),
    "county": lambda f, o: ("county", f, "-o", o, "--jobs", 1, "--without-names", "--json", o / "县.json", *WHEN),
    "county, two processes": lambda f, o: ("county", f, "-o", o, "--jobs", 2, *WHEN),
    "merge": lambda f, o: ("merge", f, "--unit", CENTER, "-o", o / "中心校.xlsx", "--without-names", "--json", o / "中心校.json", *WHEN),
    "movement": lambda f, o: ("movement", f, "-o", o / "流动.xlsx", "--month", "2026-10"),
    "letters bulletin": lambda f, o: ("letters", "bulletin", f, "-o", o, "--month", "2026-10", "--day", "2026-10-20"),
    "letters summary": lambda f, o: ("letters", "summary", f, "-o", o, "--month", "2026-10", "--day", "2026-10-20"),
    "templates": lambda f, o: ("templates", o, "--directory", f / "单位目录.xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("command", COUNTY)
def test_of_a_whole_county(command: str, folder: Path, tmp_path: Path, said: Callable[..., str]) -> None:  # fmt: skip
    out = tmp_path / "出"
    said(*COUNTY[command](folder, out))
    without_names(out)


@pytest.mark.parametrize("command", ["check", "flag", "todo", "assign", "evidence"])
def test_of_one_file_called_after_a_child(command: str, book: Path, tmp_path: Path, said: Callable[..., str]) -> None:  # fmt: skip
    out = tmp_path / "出"
    said(*COUNTY[command](book, out))
    without_names(out)


@pytest.mark.parametrize("command", ["check", "todo"])
def test_of_each_odd_file_alone(command: str, folder: Path, tmp_path: Path, said: Callable[..., str]) -> None:  # fmt: skip
    for number, path in enumerate(sorted((folder / SCHOOL).iterdir())):
        out = tmp_path / "出" / str(number)
        said(*COUNTY[command](path, out), codes=(0, 1, 2))
        if out.exists():
            assert {p.name: found_in(texts(p)) for p in results(out)} == {p.name: [] for p in results(out)}  # fmt: skip


def test_explain_of_a_summary(folder: Path, tmp_path: Path, said: Callable[..., str]) -> None:
    out = tmp_path / "出"
    said("county", folder, "-o", out, "--jobs", 1, *WHEN)
    (summary,) = out.glob("全县汇总*.xlsx")
    for cell in ("人数汇总!C7", "六项核对!C6", "个案统计!C6", "劝返汇总!C6", "月报汇总!C6"):
        said("explain", summary, cell, codes=(0, 1, 2))


@pytest.mark.parametrize(
    "words",
    [("report",), ("carry",), ("letters", "persuade"), ("letters", "visit"), ("case",)],
    ids=" ".join,
)  # fmt: skip
def test_papers_that_must_name_say_nothing_on_the_way(words: Words, book: Path, tmp_path: Path, said: Callable[..., str]) -> None:  # fmt: skip
    out = tmp_path / "出"
    target = (out,) if words[0] == "letters" else (out / "果.xlsx",)
    said(*words, book, "-o", *target)
    assert [found_in(p.name) for p in results(out)] == [[]] * len(results(out))
    private(out)
    if words[0] == "letters":
        (register,) = out.glob("文书登记.xlsx")
        assert found_in(texts(register)) == []
        for letter in out.glob("*.docx"):
            known = Document(str(letter)).core_properties
            assert found_in(f"{known.title}{known.subject}{known.author}{known.comments}") == []


def test_match_of_two_lists(folder: Path, tmp_path: Path, said: Callable[..., str]) -> None:
    school = folder / SCHOOL
    said("match", school / "学籍.xlsx", "--against", school / f"{RARE}.csv", "--as", "户籍", "-o", tmp_path / "出" / "比.xlsx")  # fmt: skip
    said("match", "--answers", tmp_path / "出" / "比.xlsx", "-o", tmp_path / "出" / "二.xlsx", codes=(0, 1, 2))  # fmt: skip
    private(tmp_path / "出")


def test_zero_report(tmp_path: Path, said: Callable[..., str]) -> None:
    book = own_book(tmp_path / f"{SIMA}登记表.xlsx", zero=True)
    said("zero", book, "-o", tmp_path / "出" / "零.xlsx")
    said("zero", own_book(book), "-o", tmp_path / "出" / "二.xlsx", codes=(2,))


def test_masked_copies(folder: Path, book: Path, tmp_path: Path, said: Callable[..., str]) -> None:
    out = tmp_path / "出"
    for number, path in enumerate(
        [book, *sorted(p for p in (folder / SCHOOL).rglob("*") if p.is_file())]
    ):
        said("mask", path, "-o", out / f"{number}.xlsx", codes=(0, 2))
    without_names(out, least=10)
    said("mask", book, "-o", out / f"{SNOW}_脱敏.xlsx")
    without_names(out)


def test_sealed_and_opened(book: Path, tmp_path: Path, said: Callable[..., str]) -> None:
    secret = tmp_path / "密码.txt"
    secret.write_text(PASSWORD, encoding="utf-8")
    out = tmp_path / "出"
    said("seal", book, "-o", out / "密.xlsx", "--password-file", secret)
    without_names(out)
    said("open", out / "密.xlsx", "-o", out / "明.xlsx", "--password-file", secret)
    private(out)


def test_doctor_log_and_retain(folder: Path, tmp_path: Path, said: Callable[..., str]) -> None:
    said("doctor")
    said("retain", folder, "--years", 0, "--as-of", "2040-10-01")
    said("log", "-o", tmp_path / "出" / "操作记录.xlsx", "--file", folder / SCHOOL / f"{SNOW}.docx")
    without_names(tmp_path / "出")


INSIDE = {
    "check": "kbbx_xl.cli.inspect.check_reads",
    "flag": "kbbx_xl.cli.inspect.check_reads",
    "county": "kbbx_xl.flow.unit.sort_out",
    "county, two processes": "kbbx_xl.books.judge.analyse_unit",
}


@pytest.mark.parametrize("error", [ValueError, KeyError, OSError, UnicodeError])
@pytest.mark.parametrize("command", INSIDE)
def test_an_error_inside_that_quotes_a_row(command: str, error: type[Exception], folder: Path, tmp_path: Path, said: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def bad(*_: object, **__: object) -> None:
        try:
            int(SNOW)
        except ValueError:
            raise error(f"{SNOW} {SIMA} {RARE}") from RuntimeError(RARE)

    monkeypatch.setattr(INSIDE[command], bad)
    shown = said(*COUNTY[command](folder, tmp_path / "出"), codes=(2,))
    assert "内部出错" in shown or "读写失败" in shown
    assert os.environ["KBBX_DEBUG"] == "1"
