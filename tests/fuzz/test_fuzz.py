"""A short run of the mutation of files, and proof that its oracle and its pool notice what is wrong."""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import Random

import pytest

from kbbx_xl.model import FileRead, Finding
from tests.fuzz import cells, mutants, oracle, packages, pool
from tests.fuzz.__main__ import summary
from tests.fuzz.corpus import bases, by_cells, sheets
from tests.fuzz.known import KNOWN, is_known
from tests.fuzz.writer import write
from tests.hostile.package import ROSTER

SEED, COUNT = 1, 150
NUMBER = next(n for n in by_cells() if bases()[n].name == ROSTER.name)


def test_a_short_run_finds_nothing_new() -> None:
    results = list(pool.run(SEED, range(COUNT), jobs=2))
    assert len(results) == COUNT
    new = [r for r in results if r.bad and not is_known(r.signature)]
    assert not new, "\n".join(summary(new, SEED, 0.0))


def test_a_mutant_is_the_same_again() -> None:
    for number in range(12):
        first, second = mutants.make(7, number), mutants.make(7, number)
        assert (first.name, first.data, first.what) == (second.name, second.data, second.what)


def test_every_sound_file_is_read_without_a_loss() -> None:
    for number, base in enumerate(bases()):
        facts = mutants._facts(number)
        assert facts.content, base.name


def _sound() -> tuple[oracle.Facts, cells.Mutant, FileRead]:
    mutant = cells.start(sheets(NUMBER))
    facts = mutants._written_facts(NUMBER, "xlsx")
    return facts, mutant, mutants._read("来件.xlsx", write("xlsx", mutant.sheets))


def test_the_oracle_has_nothing_against_a_sound_file() -> None:
    facts, mutant, read = _sound()
    assert len(facts.rows) > 20
    assert oracle.judge_cells(facts, mutant, read) == ""


def test_the_oracle_notices_a_lost_row() -> None:
    facts, mutant, read = _sound()
    table = read.tables[0]
    row = table.rows.pop()
    for column in table.columns.values():
        column.pop()
    assert oracle.judge_cells(facts, mutant, read) == "row lost, untouched"
    read.findings.append(Finding("R03", read.path, table.sheet, f"A{row}"))
    assert oracle.judge_cells(facts, mutant, read) == ""


def test_the_oracle_notices_a_changed_id() -> None:
    facts, mutant, read = _sound()
    column = read.tables[0].columns["id_no"]
    column[3] = str(column[3])[:-1] + "0"
    assert oracle.judge_cells(facts, mutant, read) == "value changed: id_no"


def test_the_oracle_notices_other_content_of_a_package(tmp_path: Path) -> None:
    facts, _, read = _sound()
    read.tables[0].columns["name"][0] = "别人"
    path = tmp_path / "来件.xlsx"
    path.write_bytes(write("xlsx", cells.start(sheets(NUMBER)).sheets))
    assert oracle.judge_package(facts, read, raw=True, path=path)
    assert oracle.judge_package(facts, read, raw=False, path=path) == ""  # openpyxl agrees with it
    assert oracle.conserved(facts, read) == ""  # one line may change
    for column in read.tables[0].columns.values():
        del column[5:]
    del read.tables[0].rows[5:]
    assert oracle.conserved(facts, read)


@pytest.mark.parametrize("step", [*packages.RAW[3:], *packages.BYTES[-2:]])
def test_raw_mutators_change_bytes(step) -> None:  # type: ignore[no-untyped-def]
    data = bases()[NUMBER].data
    assert any(step(data, Random(n)) != data for n in range(5))


def test_the_pool_reports_what_dies_hangs_or_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_under_watch", lambda seed, result: result)
    monkeypatch.setattr(pool, "read_bare", lambda path: os.abort())
    assert [r.how for r in pool.run(SEED, range(2), jobs=1)] == ["CRASH", "CRASH"]
    monkeypatch.setattr(pool, "read_bare", lambda path: 1 // 0)
    (raised,) = pool.run(SEED, range(1), jobs=1)
    assert (raised.how, raised.why) == ("TRACEBACK", "ZeroDivisionError in ?")
    monkeypatch.setattr(pool, "SECONDS", 0.3)
    monkeypatch.setattr(pool, "GRACE", 0.2)
    monkeypatch.setattr(pool, "read_bare", lambda path: time.sleep(60))
    assert [r.how for r in pool.run(SEED, range(1), jobs=1)] == ["HANG"]


def test_what_kills_the_reader_alone_is_a_refusal_under_watch() -> None:
    """Number 1424 of seed 7, an .xls with bytes made zero, aborts calamine."""
    crashed = pool.Result(1424, "bytes", "", "CRASH", "signal -6")
    watched = pool._under_watch(7, crashed)
    assert (watched.how, watched.why) == ("refused", "watched: signal -6")
    sound = pool.Result(0, "cell", "", "CRASH", "signal -6")
    assert pool._under_watch(7, sound) is sound


def test_no_signature_is_a_licence() -> None:
    assert not is_known("TRACEBACK cell: ValueError in sections.position")
    assert not is_known("LOST zip: content changed under a wrong checksum")
    assert not is_known("LOST cell: value changed: id_no")
    assert not KNOWN  # nothing is tolerated today
