"""books.package.inbox: 250 packages at once, of which not all are well."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import openpyxl
import pytest

from kbbx_xl.books.package import MANIFEST, Member
from kbbx_xl.books.package.inbox import Received, receive
from kbbx_xl.books.package.register import FILE
from kbbx_xl.books.package.writing import encrypted_package
from kbbx_xl.books.read import read_file
from kbbx_xl.messages import InputError
from kbbx_xl.model import Period
from tests.books.package.zips import FILES, NOON, PASSWORD, UNIT, plain, raw_zip, replaced, zipped

HOUR = dt.timedelta(hours=1)
NEWER = (Member("月报表.xlsx", b"corrected"),)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    made = tmp_path / "收件箱"
    made.mkdir()
    return made


def took(inbox: Path, *, at: dt.datetime = NOON, password: str | None = None) -> Received:
    return receive(inbox, inbox.parent / "材料", now=at, password=password)


def lines(inbox: Path) -> list[dict[str, str]]:
    sheet = openpyxl.load_workbook(inbox.parent / "材料" / FILE)["收件登记"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if isinstance(row[0], int)]  # type: ignore[arg-type]


def laid_out(inbox: Path) -> dict[str, bytes]:
    home = inbox.parent / "材料" / "报送"
    return {p.relative_to(home).as_posix(): p.read_bytes() for p in home.rglob("*") if p.is_file()}


def test_each_unit_has_its_folder_and_each_package_its_line(inbox: Path) -> None:
    (inbox / "甲.zip").write_bytes(plain())
    (inbox / "乙").mkdir()
    (inbox / "乙" / "包.zip").write_bytes(plain(unit="双河镇第二小学"))
    got = took(inbox)
    assert {got.state(r) for r in got.records} == {"原样"}
    assert set(laid_out(inbox)) == {
        f"{unit}/{f.name}" for unit in (UNIT, "双河镇第二小学") for f in FILES
    }
    told = lines(inbox)
    assert [(line["文件"], line["单位"], line["月份"], line["状态"]) for line in told] == [
        ("甲.zip", UNIT, "2026-10", "原样"),
        ("乙/包.zip", "双河镇第二小学", "2026-10", "原样"),
    ]
    assert told[0]["封装时间"] == "2026-10-20 12:00"


def test_a_second_run_adds_nothing(inbox: Path) -> None:
    (inbox / "甲.zip").write_bytes(plain())
    (inbox / "坏.zip").write_bytes(plain()[:99])
    took(inbox)
    before = (laid_out(inbox), (inbox.parent / "材料" / FILE).read_bytes())
    took(inbox, at=NOON + HOUR)
    assert (laid_out(inbox), (inbox.parent / "材料" / FILE).read_bytes()) == before
    assert len(list((inbox.parent / "材料").iterdir())) == 2


def test_every_trouble_is_a_line_and_stops_nobody(inbox: Path) -> None:
    bad = {
        "坏.zip": (plain()[:200], "没有传完"),
        "空.zip": (b"", "0 字节"),
        "翻.zip": (bytes([*plain()[:60], plain()[60] ^ 1, *plain()[61:]]), "损坏"),
        "密.zip": (encrypted_package(plain(unit="密小学"), PASSWORD), "有密码"),
        "外.zip": (raw_zip([(b"../x", b"x")]), "写到别处"),
        "包.rar": (b"Rar!\x1a\x07", "RAR"),
    }
    for name, (data, _) in bad.items():
        (inbox / name).write_bytes(data)
    (inbox / "改.zip").write_bytes(replaced(plain(unit="改小学"), {"月报表.xlsx": b"changed"}))
    (inbox / "甲.zip").write_bytes(plain())
    (inbox / "名册.xlsx").write_bytes(b"x")
    got = took(inbox)
    told = {line["文件"]: line for line in lines(inbox)}
    assert set(told) == {*bad, "改.zip", "甲.zip"}
    for name, (_, cause) in bad.items():
        assert told[name]["状态"] == "没有打开"
        assert cause in told[name]["原因"]
        assert told[name]["怎么办"]
    assert told["改.zip"]["状态"] == "封后有改动"
    assert told["改.zip"]["改动了哪些文件"] == "月报表.xlsx（封后改动）"
    assert told["甲.zip"]["状态"] == "原样"
    assert {name.split("/")[0] for name in laid_out(inbox)} == {UNIT, "改小学"}
    assert got.others == ("名册.xlsx",)
    assert not list(inbox.parent.glob("x"))


def test_with_the_password_it_opens_and_stays_open(inbox: Path) -> None:
    (inbox / "密.zip").write_bytes(encrypted_package(plain(), PASSWORD))
    assert [line["状态"] for line in (took(inbox), lines(inbox))[1]] == ["没有打开"]
    took(inbox, password="Wrong-2026")
    assert "密码不对" in lines(inbox)[0]["原因"]
    took(inbox, password=PASSWORD)
    assert lines(inbox)[0]["状态"] == "原样"
    kept = laid_out(inbox)
    took(inbox)
    assert lines(inbox)[0]["状态"] == "原样"
    assert laid_out(inbox) == kept


def test_a_newer_package_takes_the_place_and_nothing_is_lost(inbox: Path) -> None:
    (inbox / "一.zip").write_bytes(plain())
    took(inbox)
    (inbox / "二.zip").write_bytes(plain(NEWER, now=NOON + HOUR))
    took(inbox, at=NOON + HOUR)
    assert {line["文件"]: line["状态"] for line in lines(inbox)} == {
        "一.zip": "已被新版取代",
        "二.zip": "原样",
    }
    files = laid_out(inbox)
    assert files[f"{UNIT}/月报表.xlsx"] == b"corrected"
    assert f"{UNIT}/佐证/家访.pdf" not in files
    assert sorted(files.values()) == sorted([b"corrected", *(f.data for f in FILES)])
    aside = [name for name in files if "_备份2026" in name or "_备份20" in name]
    assert len(aside) == 2
    home = inbox.parent / "材料" / "报送"
    ignored = [read_file(home / name, name, period=Period(2026, 10)).status for name in aside]
    assert ignored == ["ignored", "ignored"]


def test_an_older_package_that_comes_late_changes_nothing(inbox: Path) -> None:
    (inbox / "二.zip").write_bytes(plain(NEWER, now=NOON + HOUR))
    took(inbox)
    before = laid_out(inbox)
    (inbox / "一.zip").write_bytes(plain())
    took(inbox, at=NOON + HOUR)
    assert laid_out(inbox) == before
    assert {line["文件"]: line["状态"] for line in lines(inbox)}["一.zip"] == "旧版"


def test_what_was_received_is_known_without_the_inbox(inbox: Path) -> None:
    (inbox / "一.zip").write_bytes(plain())
    took(inbox)
    (inbox / "一.zip").rename(inbox / "改名.zip")
    took(inbox, at=NOON + HOUR)
    (line,) = lines(inbox)
    assert line["文件"] == "一.zip、改名.zip"
    (inbox / "改名.zip").unlink()
    took(inbox)
    assert len(lines(inbox)) == 1


def test_a_correction_by_the_bureau_is_not_undone(inbox: Path) -> None:
    (inbox / "一.zip").write_bytes(plain())
    took(inbox)
    mine = inbox.parent / "材料" / "报送" / UNIT / "月报表.xlsx"
    mine.write_bytes(b"by hand")
    took(inbox)
    assert mine.read_bytes() == b"by hand"


def test_packages_without_a_list_have_folders_of_their_own(inbox: Path) -> None:
    (inbox / "双河.zip").write_bytes(zipped({"月报表.xlsx": b"1"}))
    (inbox / "再").mkdir()
    (inbox / "再" / "双河.zip").write_bytes(zipped({"月报表.xlsx": b"2"}))
    took(inbox)
    assert sorted(laid_out(inbox).values()) == [b"1", b"2"]
    assert {line["状态"] for line in lines(inbox)} == {"没有清单"}


def test_a_list_that_was_spoilt_is_a_change_and_nobodys_paper(inbox: Path) -> None:
    (inbox / "一.zip").write_bytes(replaced(plain(), {MANIFEST: b"{}"}))
    took(inbox)
    (line,) = lines(inbox)
    assert (line["状态"], line["改动了哪些文件"]) == ("封后有改动", "报送清单.json（封后改动）")
    assert not (inbox.parent / "材料" / "报送").exists()


def test_a_unit_that_is_no_folder_name_leads_nowhere(inbox: Path) -> None:
    (inbox / "一.zip").write_bytes(plain(unit="../../外"))
    (inbox / "二.zip").write_bytes(plain(unit="CON"))
    (inbox / "三.zip").write_bytes(plain(unit=""))
    took(inbox)
    homes = {name.split("/")[0] for name in laid_out(inbox)}
    assert len(homes) == 3
    assert all(home.startswith("单位_") for home in homes)


def test_the_register_holds_long_lists_whole(inbox: Path) -> None:
    files = [Member(f"{'佐证' * 30}/{'佐证' * 30}{n}.pdf", b"x") for n in range(299)]
    (inbox / "多.zip").write_bytes(plain(files))
    took(inbox)
    again = took(inbox, at=NOON + HOUR)
    assert len(again.records[0].put) == 299
    assert again.records[0].put[0][1] == hashlib.sha256(b"x").hexdigest()


def test_a_register_that_is_open_or_not_ours_is_left_alone(inbox: Path) -> None:
    (inbox / "一.zip").write_bytes(plain())
    took(inbox)
    register = inbox.parent / "材料" / FILE
    lock = register.with_name(f"~${FILE}")
    lock.touch()
    with pytest.raises(InputError, match="正开着"):
        took(inbox)
    lock.unlink()
    register.write_bytes(b"x")
    with pytest.raises(InputError, match="不是程序写的"):
        took(inbox)
    with pytest.raises(InputError, match="找不到文件夹"):
        receive(inbox / "无", inbox, now=NOON)


def test_results_may_lie_in_the_inbox(inbox: Path) -> None:
    (inbox / "一.zip").write_bytes(plain())
    for _ in range(2):
        got = receive(inbox, inbox, now=NOON)
        assert (len(got.records), got.others) == (1, ())
    nested = receive(inbox, inbox / "结果", now=NOON)
    assert len(nested.records) == 1


def test_a_folder_that_waits_for_the_unit_is_used(inbox: Path) -> None:
    """Setting up a county makes one below each central school; two of one name decide nothing."""
    (inbox / "甲.zip").write_bytes(plain())
    waiting = inbox.parent / "材料" / "报送" / "双河镇中心校" / UNIT
    waiting.mkdir(parents=True)
    took(inbox)
    assert set(laid_out(inbox)) == {f"双河镇中心校/{UNIT}/{f.name}" for f in FILES}


def test_of_two_folders_that_wait_neither_is_used(inbox: Path) -> None:
    (inbox / "甲.zip").write_bytes(plain())
    for center in ("双河镇中心校", "柳林镇中心校"):
        (inbox.parent / "材料" / "报送" / center / UNIT).mkdir(parents=True)
    took(inbox)
    assert set(laid_out(inbox)) == {f"{UNIT}/{f.name}" for f in FILES}
