"""Declared forms: every mistake names file, line and key; Excel's limits hold before any build."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbbx_xl.messages import SettingsError
from kbbx_xl.model import Layout
from kbbx_xl.settings.forms import (
    MESSAGE_LIMIT,
    SHEET_NAME_LIMIT,
    TITLE_LIMIT,
    FieldType,
    Form,
    all_forms,
    load_form,
    read_form,
)
from kbbx_xl.settings.strict import load

GOOD = """form: sample
title: 样表
version: 1
sheets:
  - table: pupils
    sheet: 学生
    kind: 学籍导出
    layout: table
    recognise: [name]
    columns:
      - {name: name, title: 姓名, type: text, required: true}
      - {name: sex, title: 性别, type: choice, choices: sex}
      - {name: note, title: 备注, type: text, extra: true}
"""


def read(tmp_path: Path, text: str) -> Form:
    path = tmp_path / "sample.yaml"
    path.write_text(text, encoding="utf-8")
    return read_form(load(path))


def test_a_good_form_is_read(tmp_path: Path) -> None:
    form = read(tmp_path, GOOD)
    assert [f.title for f in form.sheets[0].columns] == ["姓名", "性别", "备注"]
    assert form.sheets[0].field("sex").type is FieldType.CHOICE


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sheet: 学生", f"sheet: {'生' * (SHEET_NAME_LIMIT + 1)}", ("sample.yaml:6", "31")),
        ("title: 姓名", f"title: {'名' * (TITLE_LIMIT + 1)}", ("sample.yaml:11", "title", "32")),
        (
            "title: 姓名",
            f"title: 姓名, message: {'长' * (MESSAGE_LIMIT + 1)}",
            ("sample.yaml:11", "message", "255"),
        ),
        ("choices: sex", "choices: sexx", ("sample.yaml:12", "choices", "'sex'")),
        ("[name]", "[nam]", ("sample.yaml:9", "recognise", "did you mean 'name'")),
        ("type: choice", "type: chioce", ("sample.yaml:12", "did you mean 'choice'")),
        ("required: true", "requierd: true", ("sample.yaml:11", "did you mean 'required'")),
        ("title: 备注", "title: 姓名", ("sample.yaml:13", "stands twice")),
        ("name: note", "name: sex", ("sample.yaml:13", "stands twice")),
        ("required: true", "extra: true", ("sample.yaml:12", "after an extra column")),
    ],
)
def test_a_mistake_names_file_line_and_near_miss(
    tmp_path: Path, old: str, new: str, said: tuple[str, ...]
) -> None:
    assert old in GOOD
    with pytest.raises(SettingsError) as error:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert all(word in str(error.value) for word in said), str(error.value)


def test_two_sheets_of_one_name_are_refused(tmp_path: Path) -> None:
    second = GOOD.partition("sheets:\n")[2].replace("pupils", "others")
    with pytest.raises(SettingsError, match=r"sample\.yaml:15: sheet: '学生' stands twice"):
        read(tmp_path, GOOD + second)


def test_every_declared_form_loads() -> None:
    assert {"registration", "monthly", "responsibility", "directory", "received"} <= {
        form.form for form in all_forms()
    }


def test_annex_1_has_exactly_four_columns_a_level() -> None:
    """YL-47, YL-48: 序号, 网格名称, 网格长姓名, 联系方式; one table for each of the four levels.

    网格监督员 (YL-04) is an optional column beside them.
    """
    grids = [s for s in load_form("responsibility").sheets if s.level]
    assert [s.level for s in grids] == ["镇级", "村级", "校级", "班级"]
    for sheet in grids:
        own = [f.title for f in sheet.columns if not f.extra]
        assert own == ["序号", "网格名称", "网格长姓名", "联系方式"]
        assert [f.title for f in sheet.columns if f.extra] == ["网格监督员"]


def test_sheets_stand_in_the_order_of_the_design() -> None:
    assert [s.sheet for s in load_form("registration").sheets] == [
        "本月要做",
        "填报信息",
        "学生名册",
        "点名表",
        "缺勤登记",
        "疑似辍学台账",
        "辍学台账",
        "劝返记录",
        "送教上门",
        "办理记录",
        "佐证登记",
        "送教计划",
        "适龄儿童台账",
        "学籍异动",
        "登记表打印",
        "本月月报",
        "填表说明",
    ]
    assert [s.sheet for s in load_form("monthly").sheets] == [
        "本月要做",
        "填报信息",
        "月报表",
        "疑似辍学名单",
        "辍学名单",
        "变动名单",
        "六项核对",
        "零报告声明",
        "填表说明",
    ]


def test_the_monthly_report_says_that_its_body_is_ours() -> None:
    """TH-46: annex 2 gives only the heading, the seal, the date and the signature."""
    first = load_form("monthly").notes[0]
    assert "附件2" in first
    assert "没有给出表身" in first


def test_ids_phones_and_student_numbers_are_declared_as_such() -> None:
    for form in all_forms():
        for sheet in form.sheets:
            for field in sheet.columns:
                if "电话" in field.title or "联系方式" in field.title:
                    assert field.type is FieldType.PHONE or "是否" in field.title, field
                if field.title.startswith(("身份证件号", "身份证号")):
                    assert field.type is FieldType.ID, field
                if "学籍号" in field.title:
                    assert field.type is FieldType.STUDENT_NO, field


def test_every_form_of_ours_ends_with_notes() -> None:
    for form in all_forms():
        if form.form != "received":
            assert form.sheets[-1].layout is Layout.NOTES
            assert form.notes
