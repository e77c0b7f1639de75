"""Every hostile kind is met in one of the ways it allows, within 20 s and 1 GB."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.hostile import limits
from tests.hostile.judge import Outcome, allowed, outcome, same
from tests.hostile.kinds import FINDING, REFUSED, UNCHANGED, Hostile, all_kinds
from tests.hostile.known import KNOWN
from tests.hostile.package import book_parts, pack, pupils
from tests.hostile.readers import Seen, kbbx, warm

SECONDS, MEMORY = 20, limits.GIB
KINDS = all_kinds()


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    warm(["kbbx_xl"])


def _cases() -> list[object]:
    return [
        pytest.param(
            kind,
            id=slug,
            marks=[pytest.mark.xfail(strict=True, reason="known")] if slug in KNOWN else [],
        )
        for slug, kind in KINDS.items()
        if not kind.heavy  # seconds each: `make hostile` runs them
    ]


@pytest.mark.parametrize("kind", _cases())
def test_a_hostile_file_is_met_as_it_must_be(kind: Hostile, tmp_path: Path) -> None:
    path = kind.place(tmp_path)
    ran = limits.run(lambda: kbbx(path), seconds=SECONDS, memory=MEMORY)
    result = outcome(kind, ran, findings=True)
    assert allowed(kind, result), f"{result}: {ran.how} {ran.said[-300:]} {ran.value}"
    assert ran.memory < MEMORY


def test_what_is_listed_as_known_exists() -> None:
    assert set(KINDS) >= KNOWN


def test_every_kind_says_what_it_is() -> None:
    for kind in KINDS.values():
        assert kind.title, kind.slug
        assert kind.danger, kind.slug
        assert set(kind.allowed) <= {REFUSED, FINDING, UNCHANGED}
        assert kind.allowed


def test_makers_make_the_same_bytes_again(tmp_path: Path) -> None:
    for slug in ("zip-overlap", "rows-same-address", "ods-error", "csv-open-quote", "macro-xlm"):
        paths = [KINDS[slug].place(_folder(tmp_path, f"{slug}{n}")) for n in (1, 2)]
        assert paths[0].read_bytes() == paths[1].read_bytes(), slug


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


def test_the_sound_roster_is_read_right(tmp_path: Path) -> None:
    path = tmp_path / "学籍.xlsx"
    path.write_bytes(pack(book_parts()))
    seen = kbbx(path)
    assert not seen.refused
    assert not seen.warned
    assert same(pupils(), seen.pupils)


def test_the_judge_notices_what_is_wrong() -> None:
    kind = KINDS["rows-same-address"]
    lost = limits.Ran("ok", Seen(refused=False, pupils=pupils()[1:]))
    other = [{**p, "id_no": p["id_no"][:-1] + "0"} for p in pupils()]
    assert outcome(kind, lost, findings=True) is Outcome.WRONG
    assert outcome(kind, limits.Ran("ok", Seen(False, other)), findings=True) is Outcome.WRONG
    assert outcome(kind, limits.Ran("error", said="x"), findings=True) is Outcome.CRASH
    reported = limits.Ran("ok", Seen(False, other, ["两行"], warned=True))
    assert outcome(kind, reported, findings=True) is Outcome.REPORTED
    assert not allowed(kind, Outcome.WRONG)


def test_limits_end_what_does_not_end_by_itself() -> None:
    assert limits.run(lambda: 7).value == 7
    assert limits.run(lambda: time.sleep(30), seconds=0.2).how == "hang"
    assert limits.run(os.abort).how == "killed"
    assert limits.run(lambda: bytearray(3 * limits.GIB), memory=limits.GIB).how == "memory"
    assert limits.run(lambda: 1 // 0).how == "error"
