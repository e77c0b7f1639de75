"""What schools typed is text in every file that any command writes: no formula, link or error of theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import docx
import openpyxl
import pytest
import python_calamine
from icalendar import Calendar

from tests.books.sheets import save, write_xlsx
from tests.books.small_school import Record, called, day, pupil, who, written
from tests.books.test_match import HOUSEHOLDS, REGISTER
from tests.books.test_movement import CHANGES, PRIMARY, UNITS, change, child, sent
from tests.cli import test_free_text
from tests.cli.running import run
from tests.cli.test_casework import LEDGER
from tests.cli.test_free_text import FREE, SCHOOL, WHEN, WHO
from tests.cli.test_tasks import TERM
from tests.cli.test_tasks import UNITS as COUNTY
from tests.ids import ONE

QUOTED = re.compile(r"'(?:[^']|'')*'!")
MARK = "恶"  # in every planted text, and in no word of ours
PLANTED = (
    f'=HYPERLINK("http://{MARK}.cn","{MARK}")',
    f"={MARK}!A1",
    f"+1+{MARK}",
    f"-1-{MARK}",
    f"@SUM({MARK})",
    f"\t={MARK}",
    f"\r={MARK}",
    f"_x0041_{MARK}",
    f"{MARK}\x07{MARK}",
    f"http://{MARK}.cn/",
    f"{{={MARK}}}",
    f"{MARK}{'长' * 32_000}",
    "#N/A",
)


def planted(rows: list[list[object]], texts: Iterator[str]) -> list[list[object]]:
    """Free texts, and the child's name, as somebody with bad intent would write them."""
    put = {FREE: lambda: next(texts), WHO: lambda: f"={MARK}甲"}
    return [[put[cell]() if cell in put else cell for cell in row] for row in rows]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county whose one school wrote such texts everywhere, also into names of files and sheets."""
    place = tmp_path_factory.mktemp("text") / "报送"
    school = place / SCHOOL
    school.mkdir(parents=True)
    others = [["529019", f"={MARK}小学", "柳河镇中心校", "学校", "小学"]]
    write_xlsx(place / "单位目录.xlsx", {"单位": [*COUNTY, *others], "校历": TERM})
    texts = cycle(PLANTED)
    for name, rows in test_free_text.sheets():
        write_xlsx(school / f"={MARK} {name}.xlsx", {f"={MARK}{name}": planted(rows, texts)})
    (school / f"{MARK}\udcff.xlsx").write_bytes(b"PK")
    (school / f"{MARK}\x07.xlsx").write_bytes(b"PK")
    return place


def checked(path: Path) -> bool:
    """Look through a file; whether anything planted is in it."""
    if path.suffix == ".xlsx":
        return _book(path)
    if path.suffix == ".docx":
        return MARK in "".join(p.text for p in docx.Document(str(path)).paragraphs)
    if path.suffix == ".ics":
        return MARK in str(Calendar.from_ical(path.read_bytes()))
    return MARK in str(json.loads(path.read_text(encoding="utf-8")))


def _book(path: Path) -> bool:
    found = False
    for sheet in openpyxl.load_workbook(path):
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if cell.data_type == "f":  # ours may name a sheet that is called after a unit
                own = QUOTED.sub("", str(cell.value))
                assert MARK not in own, (path.name, sheet.title, cell.coordinate)
            assert cell.data_type != "e", (path.name, sheet.title, cell.coordinate)
            target = (cell.hyperlink and cell.hyperlink.target) or ""
            assert not target.startswith("http"), (path.name, sheet.title, cell.coordinate)
            found |= MARK in str(cell.value)
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:  # a reader that knows _x0041_
        assert f"A{MARK}" not in str(book.get_sheet_by_name(name).to_python())
    return found


COMMANDS = (
    ("check", "{folder}", "-o", "{out}/问题.xlsx", "--json", "{out}/问题.json"),
    ("todo", "{folder}", "-o", "{out}/待办.xlsx", "--ics", "{out}/待办.ics", *WHEN, "--with-names"),
    ("assign", "{folder}", "-o", "{out}/交办.xlsx", *WHEN, "--with-names"),
    ("evidence", "{folder}", "-o", "{out}/佐证.xlsx", *WHEN, "--with-names"),
    ("case", "{folder}/" + SCHOOL, "-o", "{out}/个案.xlsx"),
    ("county", "{folder}", "-o", "{out}", "--json", "{out}/县.json", *WHEN, "--with-names",
     "--with-roster", "--jobs", 1),
    ("merge", "{folder}", "--unit", "529010", "-o", "{out}/中心校.xlsx", *WHEN, "--with-names"),
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_of_a_county(
    words: tuple[object, ...], folder: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    made = [str(w).format(folder=folder, out=tmp_path) for w in words]
    assert run(monkeypatch, *made) in (0, 1), capsys.readouterr().err
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert files
    found = {path.name: checked(path) for path in files}
    assert any(found.values()), found


def test_of_what_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    away = dict.fromkeys((9, 10, 12, 13, 14, 15, 16, 19, 20), "旷")
    one: Record = {**pupil(1), "name": f"={MARK}"}
    data: dict[str, list[Record]] = {"roster": [one], "roll_call": [called(one, away)]}
    book, out = written(tmp_path / f"={MARK}.xlsx", data, as_of=day(20)), tmp_path / "预警.xlsx"
    assert run(monkeypatch, "flag", book, "-o", out, "--as-of", "2026-10-20", "--with-names") == 0
    assert checked(out)


def test_of_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        *LEDGER[:3],
        [f"={MARK}", ONE, "四年级", "1班", PLANTED[8], "2026-10-08", 6, "疑似辍学"],
    ]
    ledger, out = save(tmp_path / f"={MARK}.xlsx", rows), tmp_path / "文书"
    words = ("letters", "劝返复学通知书", ledger, "-o", out, "--day", "2026-10-20")
    assert run(monkeypatch, *words) == 0
    (letter,), register = out.glob("*.docx"), out / "文书登记.xlsx"
    assert checked(letter)
    assert checked(register)


def test_of_masking(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, file in enumerate(sorted((folder / SCHOOL).glob(f"={MARK}*.xlsx"))):
        out = tmp_path / f"{number}.xlsx"
        assert run(monkeypatch, "mask", file, "-o", out, "--keep-text") == 0
        checked(out)


def test_of_lists_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = cycle(PLANTED[:-2])
    left = [
        *REGISTER,
        *([next(texts), "男", None, next(texts), next(texts), "在读"] for _ in "12345"),
    ]
    right = [*HOUSEHOLDS, *([9, next(texts), "子", None, "2016-05-10"] for _ in "12345")]
    files = save(tmp_path / f"={MARK}.xlsx", left), save(tmp_path / "户籍.xlsx", right)
    out, last = tmp_path / "出" / "比对.xlsx", tmp_path / "出" / "结果.xlsx"
    assert run(monkeypatch, "match", files[0], "--against", files[1], "-o", out) == 0
    assert checked(out)
    assert run(monkeypatch, "match", "--answers", out, "-o", last) == 0
    assert checked(last)


def test_of_movement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, before = tmp_path / "10月", tmp_path / "9月"
    now.mkdir()
    write_xlsx(now / "单位目录.xlsx", {"单位": UNITS})
    moves = [change("甲一", "转出", day(9), PLANTED[0])]
    assert len(CHANGES) == len(moves[0])
    odd = [f"={MARK}", *child("丙三")[1:-1], PLANTED[2]]
    sent(before, "2026年9月", PRIMARY, [child("甲一"), child("乙二"), odd])
    sent(now, "2026年10月", PRIMARY, [child("丁四", home=PLANTED[1])], moves)
    out = tmp_path / "学籍流动.xlsx"
    assert run(monkeypatch, "movement", now, "--before", before, "-o", out, "--with-names") in (
        0,
        1,
    )
    assert checked(out)


def test_of_a_school_s_own_month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """登记表 filled with such texts, the 月报表 made of it, and both carried over."""
    odd = {"ethnicity": PLANTED[0], "guardian": PLANTED[2], "address": PLANTED[4]}
    pupils = [pupil(1, **odd), {**pupil(2), "name": f"={MARK}"}]
    one: Record = {**who(pupils[0]), "first_absent": day(8), "listed_on": day(13), "reason": PLANTED[1]}  # fmt: skip
    book = written(tmp_path / "登记表.xlsx", {"roster": pupils, "suspected": [one]})
    report, after = tmp_path / "月报表.xlsx", tmp_path / "下月.xlsx"
    assert checked(book)
    assert run(monkeypatch, "report", book, "-o", report) in (0, 1)
    assert checked(report)
    assert run(monkeypatch, "carry", book, "-o", after) in (0, 1)
    assert checked(after)


def test_of_the_register_of_letters(tmp_path: Path) -> None:
    """Appended to by openpyxl, which escapes otherwise than Excel does."""
    from kbbx_xl.books.letters.register import FILE, Issued, append, read_register
    from kbbx_xl.flow.source import Source

    letters = [
        Issued(f"2026-{n:03d}", "书", unit, Source(unit, unit, 3), None, "ab", day(9), "a.docx")
        for n, unit in enumerate(PLANTED, 1)
    ]
    for one in letters:
        append(tmp_path, [one])
    assert checked(tmp_path / FILE)
    units = [one.unit for one in read_register(tmp_path)]
    whole = [n for n, text in enumerate(PLANTED) if len(text) < 100 and "\x07" not in text]
    assert [units[n] for n in whole] == [PLANTED[n] for n in whole]
