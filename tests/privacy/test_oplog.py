"""操作记录: every tampering is seen and placed, no name gets in, and it never stops a command."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kbbx_xl.books import oplog
from kbbx_xl.cli import shared
from kbbx_xl.messages import OutputError
from tests.books.sheets import ROSTER, ROSTER_HEAD, write_xlsx
from tests.cli.running import run

CHILD, NUMBER = "欧阳雪莲花", "520000201604090011"


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "state"
    monkeypatch.setenv("KBBX_STATE", str(place))
    return place


def lines(state: Path) -> list[bytes]:
    return (state / oplog.LOG).read_bytes().splitlines(keepends=True)


def put(state: Path, raws: list[bytes]) -> None:
    (state / oplog.LOG).write_bytes(b"".join(raws))


def five(state: Path) -> None:
    for number in range(5):
        oplog.record("cli", "check", "done", read=[Path(f"/甲/{number}.xlsx")])


def test_an_untouched_log_is_whole_and_private(state: Path) -> None:
    five(state)
    log = oplog.read_log()
    assert [e.n for e in log.entries] == [1, 2, 3, 4, 5]
    assert not log.breaks
    assert not log.torn
    assert {p.name for p in state.iterdir()} == {oplog.LOG, oplog.HEAD, oplog.KEY, oplog.LOCK}
    assert {stat.S_IMODE(p.stat().st_mode) for p in state.iterdir()} == {0o600}


def changed(raws: list[bytes]) -> list[bytes]:
    return [*raws[:2], raws[2].replace(b'"done"', b'"none"'), *raws[3:]]


def rewritten(raws: list[bytes]) -> list[bytes]:
    """A line with its hashes made anew by somebody who has no key."""
    line = json.loads(raws[2])
    line["who"] = "somebody"
    line["mac"] = oplog._mac(b"guessed", oplog._text({k: v for k, v in line.items() if k != "mac"}))
    return [*raws[:2], oplog._text(line) + b"\n", *raws[3:]]


TAMPERED: dict[str, tuple[Callable[[list[bytes]], list[bytes]], int]] = {
    "changed": (changed, 3),
    "rewritten": (rewritten, 3),
    "taken out": (lambda r: r[:2] + r[3:], 3),
    "the first taken out": (lambda r: r[1:], 1),
    "end cut off": (lambda r: r[:3], 4),
    "end cut off in a line": (lambda r: [*r[:3], r[3][:50]], 4),
    "all but an empty file": (lambda r: [], 1),
    "moved": (lambda r: [r[0], r[2], r[1], *r[3:]], 2),
    "doubled": (lambda r: [*r[:3], r[2], *r[3:]], 4),
    "foreign line": (lambda r: [*r[:3], b"{}\n", *r[3:]], 4),
}


@pytest.mark.parametrize(("change", "line"), TAMPERED.values(), ids=TAMPERED)
def test_tampering_is_seen_where_it_begins(change: Callable[[list[bytes]], list[bytes]], line: int, state: Path) -> None:  # fmt: skip
    five(state)
    put(state, change(lines(state)))
    assert oplog.read_log().breaks[0].line == line
    oplog.record("cli", "check", "done")  # and stays seen when the log goes on
    assert oplog.read_log().breaks


@pytest.mark.parametrize("name", [oplog.LOG, oplog.HEAD, oplog.KEY])
def test_a_missing_file_is_seen_also_when_the_log_goes_on(name: str, state: Path) -> None:
    five(state)
    (state / name).unlink()
    assert oplog.read_log().breaks
    oplog.record("cli", "check", "done")
    assert oplog.read_log().breaks


def test_the_end_cut_off_together_with_its_mark_is_seen(state: Path) -> None:
    five(state)
    put(state, lines(state)[:3])
    (state / oplog.HEAD).unlink()
    oplog.record("cli", "check", "done")
    assert oplog.read_log().breaks


def test_a_line_that_broke_off_is_told_as_such_and_the_chain_goes_on(state: Path) -> None:
    five(state)
    put(state, [*lines(state), lines(state)[-1][:70]])
    assert oplog.read_log().torn == (6,)
    assert not oplog.read_log().breaks
    oplog.record("cli", "flag", "done")
    log = oplog.read_log()
    assert (log.torn, log.breaks, log.entries[-1].n) == ((6,), (), 6)
    raws = lines(state)
    put(state, [*raws[:5], b"{something else\n", raws[6]])  # the torn piece is in the chain as well
    assert oplog.read_log().breaks


def test_killed_between_line_and_mark_is_no_tampering(state: Path) -> None:
    five(state)
    before = (state / oplog.HEAD).read_bytes()
    oplog.record("cli", "flag", "done")
    (state / oplog.HEAD).write_bytes(before)
    assert not oplog.read_log().breaks
    oplog.record("cli", "flag", "done")
    assert [e.n for e in oplog.read_log().entries] == list(range(1, 8))
    assert not oplog.read_log().breaks


def _ten(_: int) -> None:
    for _n in range(10):
        oplog.record("cli", "check", "done")


def test_many_at_once_make_one_chain(state: Path) -> None:
    method = "fork" if os.name == "posix" else "spawn"
    with multiprocessing.get_context(method).Pool(4) as pool:
        pool.map(_ten, range(4))
    log = oplog.read_log()
    assert [e.n for e in log.entries] == list(range(1, 41))
    assert not log.breaks


def test_no_part_of_a_file_name_gets_in(state: Path) -> None:
    odd = [f"{CHILD}.xlsx", f"学籍_{CHILD}.{CHILD}", f"{NUMBER}/登记表_{NUMBER}.xls", f"{CHILD}/"]
    oplog.record("cli", "check", "done", read=[Path(one) for one in odd])
    text = (state / oplog.LOG).read_text(encoding="utf-8")
    assert not [word for word in (CHILD, "欧阳", NUMBER, NUMBER[:6]) if word in text]
    kinds = [(f.kind, f.suffix) for f in oplog.read_log().entries[0].files]
    assert kinds == [("", ".xlsx"), ("学籍", ""), ("登记表", ".xls"), ("", "")]
    assert oplog.mark_of(Path(odd[0])) == oplog.read_log().entries[0].files[0].mark


def test_every_command_that_ran_leaves_one_line(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = write_xlsx(tmp_path / f"{CHILD}.xlsx", {"名册": [ROSTER_HEAD, *ROSTER]})
    assert run(monkeypatch, "mask", book, "-o", tmp_path / "脱敏.xlsx") == 0
    assert run(monkeypatch, "mask", tmp_path / "没有.xlsx", "-o", tmp_path / "x.xlsx") == 2
    assert run(monkeypatch, "nonsense") == 2
    assert run(monkeypatch, "log", "--file", book) == 0
    assert "脱敏" in capsys.readouterr().out
    first, second, third = oplog.read_log().entries
    assert (first.action, first.outcome, second.outcome) == ("mask", "done", "InputError")
    assert first.counts == {"files": 2, "in": 1, "out": 1, "seconds": first.counts["seconds"]}
    assert [f.side for f in first.files] == ["in", "out"]
    assert third.action == "log"


def test_an_error_inside_is_one_line_without_its_text(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def bad(*_: object) -> None:
        raise ValueError(f"{CHILD} {NUMBER}")

    monkeypatch.setattr("kbbx_xl.cli.doctor.this_machine", bad)
    monkeypatch.setenv("KBBX_DEBUG", "1")
    assert run(monkeypatch, "doctor") == 2
    told = capsys.readouterr()
    assert "doctor.py" in told.err
    text = told.out + told.err + (state / oplog.LOG).read_text(encoding="utf-8")
    assert not [word for word in (CHILD, NUMBER) if word in text]
    assert oplog.read_log().entries[0].outcome == "ValueError"


def test_verify_tells_the_line_and_fails(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    five(state)
    assert run(monkeypatch, "log", "--verify") == 0
    put(state, changed(lines(state)))
    assert run(monkeypatch, "log", "--verify", "-o", tmp_path / "记录.xlsx") == 1
    assert "第 3 行" in capsys.readouterr().err
    page = load_workbook(tmp_path / "记录.xlsx")["操作记录"]
    assert "改动" in str(page["A1"].value)
    assert [page.cell(row, 1).value for row in range(1, page.max_row + 1)].count(1) == 1


def test_a_log_that_cannot_be_written_stops_nobody_and_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("KBBX_STATE", str(tmp_path / "file" / "below"))
    with pytest.raises(OutputError):
        oplog.record("cli", "check", "done")
    assert run(monkeypatch, "templates", tmp_path / "下发") == 0
    assert capsys.readouterr().err.count("操作记录写不进去") == 1


def test_a_reader_that_goes_away_is_logged(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        sys.exit(1)

    monkeypatch.setattr(shared.console, "print", gone)
    assert run(monkeypatch, "doctor") == 1
    assert oplog.read_log().entries[0].outcome == "unread"
