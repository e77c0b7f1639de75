"""Words that users write freely may name people: no paper without names carries them on."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbbx_xl.books.one_click import Order, read_county
from kbbx_xl.flow.export import export
from kbbx_xl.model import Period
from kbbx_xl.settings.forms import all_forms
from kbbx_xl.settings.policies import load_policy
from tests.books.sheets import write_xlsx
from tests.cli.running import run
from tests.cli.test_tasks import TERM, UNITS
from tests.ids import ONE, TWO

WHO, CALL = "欧阳试二", "17400009999"
SCHOOL = "柳河镇中心小学"
FREE = f"{WHO}{CALL}"
WHEN = ("--month", "2026-10", "--as-of", "2026-10-20")
# what is not free text: who and where it is about, and the choices that make a case of it
KNOWN: dict[str, list[dict[str, object]]] = {
    "suspected": [
        {"姓名": WHO, "身份证件号": ONE, "年级": "四年级", "班级": "1班", "首次缺勤日期": "2026-10-08",
         "列入台账日期": "2026-10-09", "状态": "疑似辍学", "核查结果": "A"},
        {"姓名": WHO, "身份证件号": TWO, "年级": "四年级", "班级": "1班", "首次缺勤日期": "2026-10-08",
         "列入台账日期": "2026-10-09", "状态": "已返校", "销号去处": "已返校", "销号日期": "2026-10-16"},
    ],
    "case_steps": [
        {"姓名": WHO, "身份证件号": ONE, "办理环节": "宣传教育", "办理（发出）日期": "2026-10-10"},
        {"姓名": WHO, "身份证件号": ONE, "办理环节": "责令改正", "办理（发出）日期": "2026-10-12",
         "送达日期": "2026-10-12", "期限": "2026-10-19"},
    ],
    "evidence": [{"姓名": WHO, "身份证件号": ONE, "核查类别": "A", "出具日期": "2026-10-12"}],
    "home_plan": [{"姓名": WHO, "身份证件号": TWO, "开始日期": "2026-09-01"}],
    "home_teaching": [{"姓名": WHO, "身份证件号": TWO, "送教日期": "2026-10-12", "课时": 3}],
    "visits": [{"姓名": WHO, "身份证件号": ONE, "劝返时间": "2026-10-13"}],
    "work_log": [{"日期": "2026-09-08", "工作种类": "全面清查"}],
    "grid_changes": [{"网格级别": "校级", "网格名称": SCHOOL, "变动日期": "2026-10-12"}],
}  # fmt: skip


def sheets() -> Iterator[tuple[str, list[list[object]]]]:
    """Every sheet of ``KNOWN`` with all columns of its form; every text that nobody checks is free."""
    for form in all_forms():
        for sheet in form.sheets:
            rows = KNOWN.get(sheet.table, ())
            columns = [c for c in sheet.columns if "键" not in c.title and c.title != "学校"]
            if rows:
                lines = [
                    [
                        r.get(c.title, {"text": FREE, "phone": CALL}.get(str(c.type)))
                        for c in columns
                    ]
                    for r in rows
                ]
                yield (
                    sheet.sheet,
                    [[sheet.sheet], [f"填报单位：{SCHOOL}"], [c.title for c in columns], *lines],
                )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "报送"
    (place / SCHOOL).mkdir(parents=True)
    write_xlsx(place / "单位目录.xlsx", {"单位": UNITS, "校历": TERM})
    for name, rows in sheets():
        write_xlsx(place / SCHOOL / f"{name}.xlsx", {name: rows})
    return place


def written(path: Path) -> str:
    """All parts of a workbook, or the text of another file with its folded lines joined."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\n ", "")
    return str(json.loads(text)) if path.suffix == ".json" else text


@pytest.mark.parametrize("policy", ["TH", "YL"])
def test_free_text_of_the_logs_is_carried_into_no_paper_without_names(policy: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    out = tmp_path / "出"
    how = (*WHEN, "--policy", policy)
    for words in (
        ("todo", folder, "-o", out / "待办.xlsx", "--ics", out / "待办.ics", *how),
        ("assign", folder, "-o", out / "交办.xlsx", *how),
        ("evidence", folder, "-o", out / "佐证.xlsx", *how),
        ("county", folder, "-o", out, "--jobs", 1, *how),
    ):
        assert run(monkeypatch, *words) == 0, capsys.readouterr().err
    assert not [w for w in (WHO, CALL, ONE, TWO) if w in capsys.readouterr().out]
    month, day = Period(2026, 10), dt.date(2026, 10, 20)
    county = read_county(Order(folder, month, day, load_policy(policy), jobs=1), out=out)
    (out / "县.json").write_text(json.dumps(export(county, with_keys=False)), encoding="utf-8")
    made = [p for p in out.rglob("*") if p.suffix in (".xlsx", ".ics", ".json")]
    assert len(made) >= 6
    assert "限期复学的期限到期" in written(out / "待办.xlsx")  # the free words were read
    assert {p.name: [w for w in (WHO, CALL, ONE, TWO) if w in written(p)] for p in made} == {p.name: [] for p in made}  # fmt: skip
