"""One machine or several, a worker killed or not: the same bytes.  And what a cluster refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kbbx_xl.books.engine import PROCESSES
from kbbx_xl.books.engine.cluster import Piece, _read, _see
from kbbx_xl.books.engine.machines import security_of
from kbbx_xl.books.engine.program import fingerprint
from kbbx_xl.books.files import json_result
from kbbx_xl.books.one_click import Order, read_county
from kbbx_xl.books.province import consolidate_province, counties_of, write_province
from kbbx_xl.books.writing.results import write_set
from kbbx_xl.demo.county import make_county
from kbbx_xl.flow.export import export
from kbbx_xl.messages import InputError
from tests.books.cluster_run import COUNTY, DAY, MONTH, POLICY, province
from tests.cli.running import run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A province: a messy county, one without trouble, and a folder that is no county."""
    made = tmp_path_factory.mktemp("全省")
    make_county(made / COUNTY, schools=6, students=200, messy=True)
    make_county(made / "乙县", schools=2, students=40, seed=2)
    (made / "丙县").mkdir()
    return made


@pytest.fixture(scope="module")
def spread(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """What two workers made of it, with and without a death."""
    out = tmp_path_factory.mktemp("cluster")
    command = [sys.executable, "-W", "error", "-m", "tests.books.cluster_run", folder, out]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    return out, json.loads(ran.stdout)


@pytest.mark.parametrize("kind", ["whole", "killed"])
def test_a_county_is_the_same_on_one_machine_and_on_several(
    kind: str, folder: Path, spread: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    order = Order(folder / COUNTY, MONTH, DAY, POLICY)
    alone = tmp_path / "alone.json"
    write_set([json_result(alone, export(read_county(order, out=tmp_path / "none")))])
    assert (spread[0] / f"{kind}.json").read_bytes() == alone.read_bytes()


def test_a_province_is_the_same_on_one_machine_and_on_several(
    folder: Path, spread: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """The table, every county's results and the JSON; one of the counties has none."""
    order, out = province(folder), tmp_path / "province"
    found = consolidate_province(counties_of(order, out), PROCESSES)
    write_province(found, order, out, json=tmp_path / "province.json")
    assert _content(tmp_path) == {
        name: data for name, data in _content(spread[0]).items() if name.startswith("province")
    }


def _content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_progress_is_shown_and_nothing_listens_outside(
    spread: tuple[Path, dict[str, Any]],
) -> None:
    told = spread[1]
    assert all(done == total for done, total in told["progress"])
    assert told["listening"] == told["listening of several"] == ["127.0.0.1"]
    assert told["threads"] == []


def test_a_worker_that_sees_another_folder_counts_nothing(tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    with pytest.raises(InputError, match=r"看不到.*共享文件夹"):
        _see(path, 3)
    path.write_bytes(b"four")
    with pytest.raises(InputError, match="与本机的不同"):
        _see(path, 3)
    _see(path, 4)


def test_a_worker_with_another_program_counts_nothing() -> None:
    with pytest.raises(InputError, match="同一版本"):
        _read(len, Piece((), (), "another"))  # type: ignore[arg-type]
    assert _read(len, Piece((), (), fingerprint())) == []  # type: ignore[arg-type]


WORDS = ("--month", "2026-10", "--as-of", "2026-10-20", "--engine", "dask")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ftp://127.0.0.1:1", "127.0.0.1:port"])
def test_nobody_at_the_address(
    address: str,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("county", folder / COUNTY, *WORDS, "-o", tmp_path / "out", "--scheduler", address)
    assert run(monkeypatch, *words) == 2
    assert re.search("连不上调度程序|地址应写成", capsys.readouterr().err)
    assert not (tmp_path / "out").exists()


def test_without_dask_it_says_how_to_install_it(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("machines", "cluster"):
        monkeypatch.delitem(sys.modules, f"kbbx_xl.books.engine.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(monkeypatch, "county", folder / COUNTY, *WORDS, "-o", tmp_path / "out") == 2
    assert 'pip install "kbbx_xl[cluster]"' in capsys.readouterr().err


def test_an_open_address_needs_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "scheduler", "--host", "0.0.0.0") == 2
    assert "对外监听必须加密" in capsys.readouterr().err
    (tmp_path / "ca.pem").touch()
    with pytest.raises(InputError, match=r"没有 cert\.pem、key\.pem"):
        security_of(tmp_path)
