"""Our own workbooks: filled, sent in and read back, every value comes out as it went in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kbbx_xl.books.template.build import FORMS, build_workbook
from kbbx_xl.model import Kind, Table
from kbbx_xl.settings.forms import load_form
from tests.books.sheets import codes, read

DAY = dt.date(2026, 10, 8)
FILLED: dict[str, dict[str, list[dict[str, object]]]] = {
    "registration": {
        "roster": [
            {"name": "张一", "sex": "男", "id_no": "520000201703050011", "grade": "三年级", "class_name": "1班", "status": "在读", "birth": dt.date(2017, 3, 5)},
            {"name": "李二", "sex": "女", "id_no": "520000201611200022", "grade": "四年级", "class_name": "2班", "status": "休学", "guardian_phone": "17400000001"},
        ],
        "absence": [{"name": "张一", "id_no": "520000201703050011", "grade": "三年级", "class_name": "1班", "start": DAY, "leave_kind": "旷课", "back": dt.date(2026, 10, 12)}],
        "suspected": [{"name": "张一", "id_no": "520000201703050011", "grade": "三年级", "class_name": "1班", "first_absent": DAY, "closing": "转出", "closed": DAY, "closing_basis": "接收函1号", "listed_on": DAY, "reason": "厌学"}],
        "visits": [{"name": "张一", "id_no": "520000201703050011", "visit_date": DAY, "visitors": "王五", "record": "家长表示配合，学生不愿返校"}],
        "changes": [{"name": "李二", "id_no": "520000201611200022", "grade": "四年级", "change": "休学", "change_date": DAY}],
    },
    "monthly": {
        "list_suspected": [{"name": "张一", "id_no": "520000201703050011", "grade": "三年级", "first_absent": DAY, "case_status": "疑似辍学"}],
    },
    "responsibility": {
        "grid_village": [{"grid_name": "红星村", "head": "王五", "phone": "17400000001"}],
        "grid_class": [{"grid_name": "红星小学三年级1班", "head": "赵六", "phone": "17400000002"}],
    },
    "directory": {
        "units": [{"code": "529001", "unit_name": "红星小学", "parent": "石桥镇中心校", "level": "学校", "stage": "小学"}],
        "villages": [{"town": "石桥镇", "village": "红星村", "school": "红星小学"}],
        "calendar": [{"date": DAY, "day_kind": "上课", "note": "补课"}],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_blank_workbook_is_known_whole_and_holds_nobody(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.xlsx"
    form = load_form(name)
    build_workbook(form, path)
    result = read(path)
    assert (result.own["form"], result.own["version"]) == (name, str(form.version))
    assert codes(result) == []
    assert not any(value for table in result.tables for value in table.get("name"))
    assert not any(table.zero_report for table in result.tables)


@pytest.mark.parametrize("name", FORMS)
def test_what_is_filled_in_comes_out_in_its_own_sheet(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.xlsx"
    build_workbook(load_form(name), path, data=FILLED[name])
    result = read(path)
    assert codes(result) == []
    tables: dict[str, Table] = {table.table: table for table in result.tables}
    for wanted, records in FILLED[name].items():
        table = tables[wanted]
        assert len(table) == len(records)
        for index, record in enumerate(records):
            assert {key: table.get(key)[index] for key in record} == record


def test_lists_within_our_monthly_report_are_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    build_workbook(load_form("monthly"), path, data=FILLED["monthly"])
    kinds = {table.table: table.kind for table in read(path).tables}
    assert kinds["list_suspected"] is Kind.REPORT_CASES
    assert Kind.CASES not in kinds.values()
