"""books.package.folder: a school's folder into a package and out of it again."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from kbbx_xl.books.package import Member, State, folder, open_package
from kbbx_xl.books.package.folder import collect, pack, unpack
from kbbx_xl.books.package.reading import read_package
from kbbx_xl.books.package.writing import encrypted_package
from kbbx_xl.messages import InputError, OutputError
from kbbx_xl.model import Period
from tests.books.package.zips import NOON, PASSWORD, plain, replaced, zipped
from tests.books.small_school import UNIT, pupil, written

LATER = NOON + dt.timedelta(days=1)


@pytest.fixture
def school(tmp_path: Path) -> Path:
    home = tmp_path / "上报"
    home.mkdir()
    written(home / "登记表.xlsx", {"roster": [pupil(1)]})
    (home / "佐证").mkdir()
    (home / "佐证" / "家访.pdf").write_bytes(b"%PDF-1.4")
    return home


def test_unit_and_month_are_those_of_the_files(school: Path, tmp_path: Path) -> None:
    target = tmp_path / "包.zip"
    packed = pack(school, target, now=NOON)
    assert (packed.manifest.unit, packed.manifest.month) == (UNIT.name, "2026-10")
    package = open_package(target.read_bytes())
    assert package.state is State.INTACT
    assert [m.name for m in package.members] == ["佐证/家访.pdf", "登记表.xlsx"]
    assert package.members[1].data == (school / "登记表.xlsx").read_bytes()
    assert target.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_packed_again_nothing_changes_until_a_file_does(
    school: Path, tmp_path: Path, password: str | None
) -> None:
    target = tmp_path / "包.zip"
    pack(school, target, now=NOON, password=password)
    before = target.read_bytes()
    again = pack(school, target, now=LATER, password=password)
    assert target.read_bytes() == before
    assert "没有重写" in again.written.note
    assert again.manifest.sealed_at == NOON
    (school / "说明.txt").write_text("x", encoding="utf-8")
    third = pack(school, target, now=LATER, password=password)
    assert third.written.backup is not None
    assert third.written.backup.read_bytes() == before
    assert third.manifest.sealed_at == LATER


def test_another_password_writes_another_package(school: Path, tmp_path: Path) -> None:
    target = tmp_path / "包.zip"
    pack(school, target, now=NOON)
    pack(school, target, now=NOON, password=PASSWORD)
    assert read_package(target, PASSWORD).encrypted
    pack(school, target, now=NOON, password="Another-2027")
    assert read_package(target, "Another-2027").state is State.INTACT


def test_noise_and_our_own_results_stay_out_and_are_told(school: Path, tmp_path: Path) -> None:
    (school / "汇总结果_2026-10").mkdir()
    secret = school / "密码.txt"
    secret.write_text(PASSWORD, encoding="utf-8")
    for name in (
        "~$登记表.xlsx", "登记表_备份20261020-080000.xlsx", ".DS_Store", "Thumbs.db", "x.exe",
        "报送清单.json", "收件登记.xlsx", "采用登记_2026-10.json", "退回_某校.xlsx",
        "汇总结果_2026-10/全县汇总.xlsx",
    ):  # fmt: skip
        (school / name).write_bytes(b"x")
    (school / "旧包.zip").write_bytes(plain())
    (school / "旧密包.zip").write_bytes(encrypted_package(plain(), PASSWORD))
    (school / "照片.zip").write_bytes(zipped({"1.jpg": b"x"}))
    (school / "链接.xlsx").symlink_to(school / "登记表.xlsx")
    (school / "外面").symlink_to(tmp_path, target_is_directory=True)
    found = collect(school, NOON.date(), but=[secret])
    assert [f.name for f in found.files] == ["佐证/家访.pdf", "照片.zip", "登记表.xlsx"]
    told = dict(found.left_out)
    assert len(told) == 15
    assert all(told.values())
    assert told["密码.txt"] == "不是材料"
    assert told["外面"] == told["链接.xlsx"] == "链接"


def test_the_package_itself_is_not_packed(school: Path) -> None:
    target = school / "包.zip"
    pack(school, target, now=NOON)
    assert [name for name, _ in pack(school, target, now=NOON).left_out] == ["包.zip"]


def test_what_cannot_be_packed_says_what_to_do(tmp_path: Path, school: Path) -> None:
    empty = tmp_path / "空"
    empty.mkdir()
    silent = tmp_path / "说明"
    silent.mkdir()
    (silent / "说明.txt").write_text("x", encoding="utf-8")
    target = tmp_path / "包.zip"
    for work, said in (
        (lambda: pack(empty, target, now=NOON), "没有要报送的文件"),
        (lambda: pack(tmp_path / "无", target, now=NOON), "找不到文件夹"),
        (lambda: pack(silent, target, now=NOON), "用 --month 写明"),
        (lambda: pack(school, tmp_path / "包.rar", now=NOON), "以 .zip 结尾"),
        (lambda: pack(school, target, now=NOON, password="12345678"), "密码太弱"),
        (lambda: pack(school, target, now=NOON, unit="长" * 101), "单位名称过长"),
    ):
        with pytest.raises(InputError, match=said):
            work()
    assert not target.exists()
    packed = pack(silent, target, now=NOON, month=Period(2026, 9))
    assert (packed.manifest.unit, packed.manifest.month) == ("说明", "2026-09")


def test_too_much_is_refused_before_it_is_read(
    school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (school / "录像.bin").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(InputError, match="放不进报送包"):
        pack(school, tmp_path / "包.zip", now=NOON)


def test_a_package_that_does_not_read_back_is_not_published(
    school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "plain_package", lambda files, manifest: plain())
    with pytest.raises(OutputError, match="不一致"):
        pack(school, tmp_path / "包.zip", now=NOON)
    assert not (tmp_path / "包.zip").exists()


def test_unpacked_beside_what_is_there(tmp_path: Path) -> None:
    out = tmp_path / "解开"
    out.mkdir()
    (out / "月报表.xlsx").write_bytes(b"mine")
    package = open_package(replaced(plain(), {"佐证/家访.pdf": None, "新.txt": b"n"}))
    told = {one.name: (one.label, one.path) for one in unpack(package, out)}
    assert told["月报表.xlsx"] == ("未改动", out / "月报表_新1.xlsx")
    assert told["新.txt"] == ("封后新增", out / "新.txt")
    assert told["佐证/家访.pdf"] == ("封后缺少", None)
    assert (out / "月报表.xlsx").read_bytes() == b"mine"
    assert next(one.path for one in unpack(package, out)) != out / "月报表.xlsx"
    assert len(list(out.iterdir())) == 3 + 1  # the second time only the file that differs is new


def test_a_link_in_the_result_folder_leads_nowhere(tmp_path: Path) -> None:
    outside, out = tmp_path / "外", tmp_path / "解开"
    outside.mkdir()
    out.mkdir()
    (out / "佐证").symlink_to(outside, target_is_directory=True)
    (out / "月报表.xlsx").symlink_to(outside / "月报表.xlsx")
    with pytest.raises(OutputError, match="链接"):
        unpack(open_package(plain()), out)
    (out / "佐证").unlink()
    unpack(open_package(plain()), out)
    assert not list(outside.iterdir())
    assert (out / "月报表_新1.xlsx").is_file()


def test_a_pipe_is_no_package(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "包.zip")
    with pytest.raises(Exception, match="管道"):
        read_package(tmp_path / "包.zip")


def test_a_bare_zip_says_that_it_has_no_list(tmp_path: Path) -> None:
    package = open_package(zipped({"月报表.xlsx": b"x"}))
    (one,) = unpack(package, tmp_path)
    assert (one.label, package.state) == ("没有清单", State.BARE)
    assert package.members == (Member("月报表.xlsx", b"x"),)
