"""``pack``, ``seal``, ``open``, ``receive``, ``return`` as they are typed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.books.package.zips import PASSWORD, plain, replaced
from tests.books.sheets import write_xlsx
from tests.books.small_school import UNIT, pupil, written
from tests.cli.running import run

Said = pytest.CaptureFixture[str]


@pytest.fixture
def school(tmp_path: Path) -> Path:
    home = tmp_path / "材料" / UNIT.name
    home.mkdir(parents=True)
    written(home / "登记表.xlsx", {"roster": [pupil(1)]})
    written(home / "月报表.xlsx", {}, form="monthly")
    (home / "~$登记表.xlsx").write_bytes(b"x")
    return home


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "密码.txt"
    path.write_text(f"{PASSWORD}\n", encoding="utf-8")
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_from_the_school_to_the_bureau(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, school: Path, secret: Path, tmp_path: Path
) -> None:
    inbox, out = tmp_path / "收件箱", tmp_path / "收"
    inbox.mkdir()
    word = ("--password-file", secret)
    assert run(monkeypatch, "seal", school, "-o", inbox / "包.zip", *word) == 0
    told = capsys.readouterr().out
    assert f"{UNIT.name} 2026-10：2 个文件" in told
    assert "没有放进去：~$登记表.xlsx" in told
    assert PASSWORD not in told
    assert run(monkeypatch, "receive", inbox, "-o", out) == 1
    assert "有密码" in capsys.readouterr().out
    assert run(monkeypatch, "receive", inbox, "-o", out, *word) == 0
    assert "原样 1 包" in capsys.readouterr().out
    assert set(files(out / "报送")) == {f"{UNIT.name}/登记表.xlsx", f"{UNIT.name}/月报表.xlsx"}
    assert (out / "报送" / UNIT.name / "登记表.xlsx").read_bytes() == (
        school / "登记表.xlsx"
    ).read_bytes()


def test_pack_and_open_tell_of_every_file(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, school: Path, tmp_path: Path
) -> None:
    package, out = tmp_path / "包.zip", tmp_path / "解"
    assert (
        run(monkeypatch, "pack", school, "-o", package, "--unit", "某校", "--month", "2026-09") == 0
    )
    packed = capsys.readouterr().out
    assert run(monkeypatch, "open", package, "-o", out) == 0
    told = capsys.readouterr().out
    assert "某校 2026-09" in told
    assert packed[packed.index("校验码") :][:24].strip() in told
    assert told.count("未改动 ") == 3
    package.write_bytes(replaced(package.read_bytes(), {"月报表.xlsx": None, "新.txt": b"x"}))
    assert run(monkeypatch, "open", package, "-o", tmp_path / "二") == 1
    told = capsys.readouterr().out
    assert "封后有改动" in told
    assert "封后缺少 月报表.xlsx" in told
    assert "封后新增 新.txt" in told


@pytest.mark.parametrize(
    ("data", "said"),
    [(plain()[:99], "没有传完"), (b"Rar!\x1a\x07\x00", "RAR"), (b"", "0 字节")],
)
def test_what_is_no_package_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path, data: bytes, said: str
) -> None:
    path = tmp_path / "包.zip"
    path.write_bytes(data)
    assert run(monkeypatch, "open", path, "-o", tmp_path / "解") == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "解").exists()


def test_open_asks_for_the_password_of_a_workbook(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, school: Path, secret: Path, tmp_path: Path
) -> None:
    sealed = tmp_path / "密.xlsx"
    assert (
        run(monkeypatch, "seal", school / "登记表.xlsx", "-o", sealed, "--password-file", secret)
        == 0
    )
    assert run(monkeypatch, "open", sealed, "-o", tmp_path / "明.xlsx") == 2
    assert "--password-file" in capsys.readouterr().err
    wrong = ("--unit", UNIT.name, "--password-file", secret)
    assert run(monkeypatch, "seal", sealed, "-o", tmp_path / "x.xlsx", *wrong) == 2
    assert "只用于文件夹" in capsys.readouterr().err


def test_a_chinese_password_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, school: Path, secret: Path, tmp_path: Path
) -> None:
    secret.write_text("澜山控辍2026", encoding="utf-8")
    package = tmp_path / "包.zip"
    assert run(monkeypatch, "seal", school, "-o", package, "--password-file", secret) == 0
    assert "7-Zip" in capsys.readouterr().out
    assert run(monkeypatch, "open", package, "-o", tmp_path / "解", "--password-file", secret) == 0


def _directory(folder: Path) -> None:
    units = [
        ["单位编码", "单位名称", "上级单位", "层级"],
        ["529000", "东山县教育局", "", "县"],
        ["529010", UNIT.parent, "东山县教育局", "中心校"],
        [UNIT.code, UNIT.name, UNIT.parent, "学校"],
    ]
    write_xlsx(folder / "单位目录.xlsx", {"单位": units})


def test_return_of_one_unit_and_of_all(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, school: Path, tmp_path: Path
) -> None:
    folder = school.parent
    _directory(folder)
    child = pupil(3, id_no="520000201601010011")
    written(school / "登记表.xlsx", {"roster": [pupil(1), child]})
    how = ("--month", "2026-10", "--as-of", "2026-10-20")
    one = tmp_path / "退回.xlsx"
    said = f"月报表没有盖章；{child['name']}的号码 {child['id_no']} 不对"
    words = ("return", folder, "--unit", UNIT.code, *how, "-o", one, "--reason", said)
    assert run(monkeypatch, *words) == 0
    capsys.readouterr()
    before = one.read_bytes()
    assert run(monkeypatch, *words) == 0
    assert one.read_bytes() == before
    text = _text(one)
    assert "月报表没有盖章" in text
    assert "登记表.xlsx" in text
    assert str(child["id_no"]) not in text
    assert run(monkeypatch, "return", folder, "--all", *how, "-o", tmp_path / "退") == 0
    assert [p.name for p in (tmp_path / "退").iterdir()] == [f"退回_{UNIT.name}.xlsx"]


def _text(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    return "\n".join(
        str(c) for s in book for row in s.iter_rows(values_only=True) for c in row if c
    )


def test_return_says_why_it_cannot(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, school: Path, tmp_path: Path
) -> None:
    folder, out = school.parent, tmp_path / "退回.xlsx"
    how = ("--month", "2026-10", "--as-of", "2026-10-20", "-o", out)
    for words, said in (
        ((), "二者选一"),
        (("--all", "--unit", UNIT.name), "二者选一"),
        (("--unit", "无此校"), f"送来材料的有：{UNIT.name}"),
    ):
        assert run(monkeypatch, "return", folder, *how, *words) == 2
        assert said in capsys.readouterr().err
    well = tmp_path / "名册.xlsx"
    titles = ("姓名", "性别", "身份证件号", "年级", "班级", "学生状态")
    fields = ("name", "sex", "id_no", "grade", "class_name", "status")
    write_xlsx(well, {"名册": [titles, [pupil(1)[name] for name in fields]]})
    assert run(monkeypatch, "return", well, *how, "--unit", "本单位") == 2
    assert "用 --reason 写明原因" in capsys.readouterr().err
    _directory(folder)
    assert run(monkeypatch, "return", folder, *how, "--unit", UNIT.parent) == 2
    assert "没有收到" in capsys.readouterr().err
    assert not out.exists()
