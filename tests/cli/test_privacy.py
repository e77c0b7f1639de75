"""``mask``, ``seal`` and ``open`` as they are typed; no name, number or password is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from kbbx_xl.cli import privacy
from kbbx_xl.messages import InputError
from tests.books.sheets import ROSTER, ROSTER_HEAD, write_xlsx

PASSWORD = "澜山控辍2026"


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    privacy.register(made)
    return made


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "登记表.xlsx", {"名册": [ROSTER_HEAD, *ROSTER]})


def test_mask_tells_counts_and_no_names(app: typer.Typer, plain: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "脱敏.xlsx"
    told = CliRunner().invoke(app, ["mask", str(plain), "-o", str(out)])
    assert told.exit_code == 0, told.output
    assert out.is_file()
    assert "学生姓名 2 处" in told.output
    assert not [v for row in ROSTER for v in (row[0], row[3], row[7]) if str(v) in told.output]


def test_seal_and_open(app: typer.Typer, plain: Path, tmp_path: Path) -> None:
    secret = tmp_path / "密码.txt"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    sealed, opened = tmp_path / "密.xlsx", tmp_path / "明.xlsx"
    how = ["--password-file", str(secret)]
    first = CliRunner().invoke(app, ["seal", str(plain), "-o", str(sealed), *how])
    second = CliRunner().invoke(app, ["open", str(sealed), "-o", str(opened), *how])
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "没有加密" in first.output
    assert PASSWORD not in first.output + second.output
    assert opened.read_bytes() == plain.read_bytes()
    secret.write_text("别的密码2027", encoding="utf-8")
    third = CliRunner().invoke(app, ["open", str(sealed), "-o", str(tmp_path / "x.xlsx"), *how])
    assert isinstance(third.exception, InputError)
    assert "密码不对" in str(third.exception)


def test_a_password_has_no_place_on_the_command_line(app: typer.Typer, plain: Path) -> None:
    told = CliRunner().invoke(app, ["seal", str(plain), "-o", "x.xlsx", "--password", PASSWORD])
    assert told.exit_code == 2
