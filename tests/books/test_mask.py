"""books.mask: nothing personal survives in any part of the copy, and all else stays in its place."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from kbbx_xl.books.files import write_whole
from kbbx_xl.books.mask import cells, mask_book, mask_file
from kbbx_xl.books.read import read_file
from kbbx_xl.books.read.sheets import Book, Grid, open_book
from kbbx_xl.books.seal import seal
from kbbx_xl.demo import make_county
from kbbx_xl.messages import InputError, OutputError
from kbbx_xl.model import FileRead, Period
from kbbx_xl.rules.masking import fold
from kbbx_xl.settings.forms import FieldType, all_forms
from kbbx_xl.settings.masking import Method, load_masking
from tests.books.sheets import ROSTER, ROSTER_HEAD, csv_bytes, write_xlsx

OCTOBER = Period(2026, 10)
SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample_county" / "county"
RULES = load_masking()
NUMBERS = (FieldType.ID, FieldType.STUDENT_NO, FieldType.PHONE)
FIELDS = [f for form in all_forms() for sheet in form.sheets for f in sheet.columns]
NAME_FIELDS = {f.name for f in FIELDS if (r := RULES.of_field(f)) and r.method is Method.PSEUDONYM}
NUMBER_FIELDS = {f.name for f in FIELDS if f.type in NUMBERS}


def package(path: Path) -> str:
    """Every part of a workbook and its file name, folded so that no spelling hides a name."""
    with zipfile.ZipFile(path) as parts:
        texts = [unescape(parts.read(name).decode("utf-8")) for name in parts.namelist()]
    return fold("\n".join([path.name, *texts])).text


def persons(read: FileRead) -> Iterator[str]:
    """Names, ids and phones that the reader of submissions finds in a file."""
    for table in read.tables:
        for name, column in table.columns.items():
            for value in column:
                if name in NUMBER_FIELDS and value is not None:
                    text = f"{value:.0f}" if isinstance(value, float) else str(value)
                    if len(text) > 6:
                        yield fold(text).text
                elif name in NAME_FIELDS and isinstance(value, str) and value != "待定":
                    yield from (n for n in re.split(r"[、,，;/ ]", value) if len(n) > 1)


def survivors(source: Path, copy: Path) -> list[str]:
    told = package(copy)
    read = read_file(source, source.name, period=OCTOBER)
    return [text for text in set(persons(read)) if fold(text).text in told]


def values(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def grids(path: Path) -> dict[str, list[list[object]]]:
    return {g.name: g.rows for g in open_book(path, path.name).grids}


def masked(tmp_path: Path, sheets: dict[str, list[list[object]]], **how: bool) -> Path:
    tmp_path.mkdir(exist_ok=True)
    source = write_xlsx(tmp_path / "来件.xlsx", sheets)
    return mask_file(source, tmp_path / "脱敏.xlsx", **how).path


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    make_county(folder, schools=3, students=60, month=OCTOBER, seed=7, messy=True)
    return folder


def some_of_the_sample() -> list[Path]:
    """Two files of every format and every kind of name."""
    found: dict[str, list[Path]] = {}
    for path in sorted(SAMPLE.rglob("*")):
        if path.suffix in (".xlsx", ".xls", ".csv", ".ods") and not path.name.startswith("~$"):
            kind = re.sub(r"[^一-鿿]", "", path.stem)[-4:] + path.suffix
            found.setdefault(kind, []).append(path)
    return [path for paths in found.values() for path in paths[:1]]


def test_nothing_survives_of_our_own_filled_workbooks(county: Path, tmp_path: Path) -> None:
    sources = sorted(county.rglob("*.xlsx"))
    assert len(sources) > 8
    for number, source in enumerate(sources):
        copy = mask_file(source, tmp_path / f"{number}.xlsx").path
        assert survivors(source, copy) == [], source.name


@pytest.mark.parametrize("source", some_of_the_sample(), ids=lambda p: p.name)
def test_nothing_survives_of_what_schools_send(source: Path, tmp_path: Path) -> None:
    copy = mask_file(source, tmp_path / "脱敏.xlsx").path
    assert survivors(source, copy) == []


def test_sheets_and_cells_keep_their_places(tmp_path: Path) -> None:
    shown = values(
        masked(tmp_path, {"名册": [["某校名册"], list(ROSTER_HEAD), *map(list, ROSTER)]})
    )
    assert list(shown) == ["名册", "脱敏说明", "_kbbx"]
    assert shown["名册"][1] == ROSTER_HEAD
    assert shown["名册"][2] == ("学生001", "男", "2017年", "520*************11-001", "三年级", "1班", "在读", "174******01")  # fmt: skip
    assert shown["名册"][3][0] == "学生002"


def test_one_child_has_one_number_and_two_children_of_one_name_have_two(tmp_path: Path) -> None:
    head = ["姓名", "身份证件号", "年级", "班级", "就读状态"]
    ids = ["520000201703050011", "520000201611200022", "520000201503180033"]
    roster = [["李伟", ids[0]], ["李伟", ids[1]], ["张一", ids[2]]]
    sheets = {
        "名册": [head, *([*row, "三年级", "1班", "在读"] for row in roster)],
        "谈话": [["序号", "事项"], [1, "李伟与张 一同行"], [2, f"G{ids[1]}"], [3, ids[2]]],
        "名单": [["序号", "姓名", "特长"], [1, "张一", "画画"], [2, "李伟", "唱歌"]],
    }
    shown = values(masked(tmp_path, sheets))
    assert [row[0] for row in shown["名册"][1:]] == ["学生001", "学生002", "学生003"]
    assert [row[1] for row in shown["谈话"][1:]] == [
        "学生004与学生003同行",
        "G520*************22-002",
        "520*************33-003",
    ]
    assert [row[1] for row in shown["名单"][1:]] == ["学生003", "学生004"]


def test_a_form_of_one_child_is_masked_to_its_sheet_name(tmp_path: Path) -> None:
    rows = [
        ["劝返记录表"],
        ["学生姓名", "张一", "性别", "女", "身份证号码", "520000201703050011"],
        ["监护人", "张大山", "电话", "17400000001", "住址", "某省某县某镇一村2号"],
        ["特长", "唱歌"],
        ["班主任：王芳　　校长：李四", "", "", "", "填报人：赵六"],
    ]
    blank = [["学生姓名", "", "性别", ""], ["监护人", "", "", ""]]
    shown = values(masked(tmp_path, {"张一": rows, "周小明": blank}))
    assert list(shown)[:2] == ["学生001", "一人一表"]
    form = shown["学生001"]
    assert form[1][:6] == (
        "学生姓名",
        "学生001",
        "性别",
        "女",
        "身份证号码",
        "520*************11-001",
    )
    assert form[2][:6] == ("监护人", "家长001", "电话", "174******01", "住址", "某省某县某镇＊＊")
    assert form[3][:2] == ("特长", "唱歌")
    assert form[4][0] == "班主任：人员001　　校长：人员002"
    assert form[4][4] == "填报人：人员003"


def test_prose_goes_unless_asked_for(tmp_path: Path) -> None:
    sheets = {"表": [["姓名", "年级", "原因", "备注"], ["张一", "三年级", "厌学", "与周小明家人同住，17400000001"]]}  # fmt: skip
    assert values(masked(tmp_path / "a", sheets))["表"][1][3] == "（略）"
    kept = values(masked(tmp_path / "b", sheets, keep_text=True))["表"][1][3]
    assert kept == "与周小明家人同住，174******01"


def test_nothing_but_values_is_carried_over(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.title = "张一的班主任"
    sheet = book.active
    for row in (["姓名", "电话"], ["张一", 17400000001], ["=A2", "=B2"]):
        sheet.append(row)
    sheet["A2"].comment = Comment("张一，520000201703050011", "张一")
    sheet["D9"], sheet["D10"] = "=1+1", '=HYPERLINK("tel:17400000001")'
    hidden = book.create_sheet("旧名单")
    hidden.append(["姓名"])
    hidden.append(["周小明"])
    hidden.sheet_state = "veryHidden"
    sheet["C5"] = "周小明也在"
    book.save(tmp_path / "a.xlsx")
    result = mask_file(tmp_path / "a.xlsx", tmp_path / "b.xlsx")
    told = package(result.path)
    assert result.left_out == 1
    assert "旧名单" not in told
    assert not [name for name in ("张一", "周小明", "17400000001", "<F>") if name in told]
    assert values(result.path)["Sheet"][4][2] == "学生002也在"
    assert any("1 张隐藏" in str(row[0]) for row in values(result.path)["脱敏说明"])


def test_the_proof_counts_what_was_done(tmp_path: Path) -> None:
    source = write_xlsx(tmp_path / "a.xlsx", {"名册": [ROSTER_HEAD, *ROSTER]})
    result = mask_file(source, tmp_path / "b.xlsx")
    rows = values(result.path)["脱敏说明"]
    table = [row for row in rows if row[0] == "名册"]
    assert ("名册", "A", "姓名", "学生姓名", 3, 2) in table
    assert ("名册", "D", "身份证件号", "证件号", 3, 2) in table
    assert sum(row[5] for row in table) == sum(result.masked.values()) == 8
    assert (
        sum(dict.fromkeys((r[1], r[4]) for r in table) and [r[4] for r in table]) == result.checked
    )
    assert any("剩余 0 处" in str(row[0]) for row in rows)


def test_masking_twice_changes_nothing_more_and_a_second_run_gives_the_same_bytes(
    county: Path, tmp_path: Path
) -> None:
    source = next(p for p in sorted(county.rglob("登记表.xlsx")))
    once = mask_file(source, tmp_path / "once.xlsx").path
    assert mask_file(source, tmp_path / "again.xlsx").path.read_bytes() == once.read_bytes()
    result = mask_file(once, tmp_path / "twice.xlsx")
    before, after = grids(once), grids(result.path)
    assert list(before) == list(after)
    del before["脱敏说明"], after["脱敏说明"]
    assert before == after
    assert result.masked == {}


def test_a_masked_copy_is_nobodys_submission(county: Path, tmp_path: Path) -> None:
    source = next(p for p in sorted(county.rglob("登记表.xlsx")))
    copy = mask_file(source, tmp_path / "copy.xlsx").path
    read = read_file(copy, copy.name, period=OCTOBER)
    assert (read.status, [f.params["reason"] for f in read.findings]) == ("ignored", ["脱敏件"])
    stamp = open_book(copy, copy.name).own
    assert (stamp["form"], stamp["of"]) == ("masked", "registration")


def test_a_name_in_the_file_name_is_masked_and_said(tmp_path: Path) -> None:
    source = write_xlsx(tmp_path / "a.xlsx", {"表": [ROSTER_HEAD, *ROSTER]})
    written = mask_file(source, tmp_path / "张一的材料.xlsx").written
    assert written.path.name == "学生001的材料.xlsx"
    assert "文件名" in written.note


def test_an_open_book_is_masked_from_its_grids(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["姓名", "生日", "到校"],
        ["张一", dt.date(2017, 3, 5), dt.time(8, 30)],
    ]
    result = mask_book(Book(grids=[Grid("表/一", rows), Grid("表_一", rows)]), tmp_path / "x.xlsx")
    shown = values(result.path)
    assert list(shown)[:2] == ["表_一", "表_一_2"]
    assert shown["表_一"][1] == ("学生001", "2017年", dt.time(8, 30))
    assert result.path.stat().st_mode & 0o077 == 0


def test_what_cannot_be_masked_is_said(tmp_path: Path) -> None:
    source = write_xlsx(tmp_path / "a.xlsx", {"表": [ROSTER_HEAD, *ROSTER]})
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(b"PK\x03\x04 no")
    for path, target, said in (
        (tmp_path / "none.xlsx", tmp_path / "x.xlsx", "找不到"),
        (source, source, "不能写在原件上"),
        (source, tmp_path / "x.xls", "以 .xlsx 结尾"),
        (broken, tmp_path / "x.xlsx", "损坏"),
    ):
        with pytest.raises(InputError, match=said):
            mask_file(path, target)
    hidden = Book(grids=[Grid("表", [["姓名"], ["张一"]], hidden=True)])
    with pytest.raises(InputError, match="隐藏"):
        mask_book(hidden, tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


def test_what_was_missed_is_found_when_the_copy_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_xlsx(tmp_path / "a.xlsx", {"表": [ROSTER_HEAD, *ROSTER]})
    monkeypatch.setattr(cells.BookMasker, "_cell", lambda self, value, *rest, **how: (value, ()))
    with pytest.raises(OutputError, match="复查发现") as failed:
        mask_file(source, tmp_path / "b.xlsx")
    assert "张一" not in str(failed.value)
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]


def test_gb18030_exports_are_masked(tmp_path: Path) -> None:
    (tmp_path / "名册.csv").write_bytes(csv_bytes([ROSTER_HEAD, *ROSTER], encoding="gb18030"))
    told = package(mask_file(tmp_path / "名册.csv", tmp_path / "x.xlsx").path)
    assert "学生002" in told
    assert not [n for row in ROSTER for n in (row[0], row[3], row[7]) if str(n) in told]


def level(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """Rows of one length, as a Grid has them."""
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


SURNAMES, GIVEN = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英",
)
NAMES = st.builds(
    lambda surname, given: surname + "".join(given),
    st.sampled_from(SURNAMES),
    st.lists(st.sampled_from(GIVEN), min_size=1, max_size=2),
)
IDS = st.builds(
    lambda day, n, last: f"520000{day:%Y%m%d}{n:03d}{last}",
    st.dates(dt.date(2008, 1, 1), dt.date(2020, 12, 31)),
    st.integers(0, 999),
    st.sampled_from("0123456789X"),
)
PHONES = st.integers(0, 10**7 - 1).map("1740{:07d}".format)
PEOPLE = st.lists(st.tuples(NAMES, IDS, NAMES, PHONES), min_size=1, max_size=5)
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
DRESSES = st.sampled_from(
    [str, lambda s: s.translate(WIDE), lambda s: f" {s[:6]} {s[6:]}", lambda s: f"’{s}", str.lower]
)
SENTENCES = st.sampled_from(["{}", "见{}。", "（{}）", "{}等", "与 {} 联系", "a{}b"])
HEADS = st.sampled_from(
    [
        ("姓名", "身份证件号", "监护人", "联系电话"),
        ("学生姓名", "公民身份号码", "家长信息", "手机号"),
        ("被帮扶学生姓名", "证件号码（18位）", "父亲", "父亲电话"),
        ("姓 名", "学籍号", "成员1姓名", "成员1联系电话"),
    ]
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    people=PEOPLE, head=HEADS, dress=DRESSES, sentence=SENTENCES, extra=st.permutations(range(6))
)
def test_no_planted_person_survives(tmp_path: Path, people, head, dress, sentence, extra) -> None:  # type: ignore[no-untyped-def]
    order = extra
    titles = [*head, "年级", "爱好"]
    records = [[p[0], dress(p[1]), p[2], dress(p[3]), "三年级", "画画"] for p in people]
    table = [
        ["某县某表"],
        [titles[i] for i in order],
        *([row[i] for i in order] for row in records),
    ]
    loose = [[sentence.format(text) for text in (p[0], dress(p[1]), p[2], p[3])] for p in people]
    numbers = [[float(p[3]), float(p[1].rstrip("X") or 0)] for p in people]
    form = [["学生姓名", people[0][0], "身份证号", dress(people[0][1])], ["家长", people[0][2]]]
    sheets = {"表一": table, f"{people[0][0]}的表": [*loose, *numbers], people[0][0]: form}
    book = Book(grids=[Grid(name, level(rows)) for name, rows in sheets.items()])
    path = mask_book(book, tmp_path / "out.xlsx").path
    told = package(path)
    left = [text for p in people for text in p if fold(text).text in told]
    assert left == []
    assert len(open_book(path, path.name).grids) == 4


def test_writing_leaves_the_old_copy_when_it_fails(tmp_path: Path) -> None:
    target = tmp_path / "x.xlsx"
    target.write_bytes(b"old")

    def fail(new: Path) -> None:
        raise OutputError("复查发现")

    with pytest.raises(OutputError):
        write_whole(target, lambda new: new.write_bytes(b"new"), fail)  # type: ignore[arg-type, func-returns-value]
    assert target.read_bytes() == b"old"


def test_columns_that_only_formulas_use_are_not_in_the_counts(county: Path, tmp_path: Path) -> None:
    source = next(p for p in sorted(county.rglob("*.xlsx")) if "登记表" in p.name)
    result = mask_file(source, tmp_path / "脱敏.xlsx")
    assert "学生姓名" in result.masked
    assert not [title for title in result.masked if "键" in title or "样式" in title]
    assert "学生键" not in str(values(result.path)["脱敏说明"])


def test_a_file_with_a_password_is_named(tmp_path: Path) -> None:
    plain = write_xlsx(tmp_path / "登记表.xlsx", {"名册": [ROSTER_HEAD, *ROSTER]})
    sealed = seal(plain, tmp_path / "登记表_加密.xlsx", "ShiQiao-2026").path
    with pytest.raises(InputError, match=r"“登记表_加密.xlsx”：文件有打开密码.*“解密”按钮"):
        mask_file(sealed, tmp_path / "脱敏.xlsx")
