"""The window after a command, dialogs and messages, as a person at real Excel meets them."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import xlwings as xw
from pyopenvba.interpreter._values import NOTHING, error

from kbbx_xl.excel.desk import IN_FRONT
from tests.excel.host import HostApplication
from tests.excel.office import SCHOOLS
from tests.excel.pc import PC
from tests.excel.refusals import share

FIRST = SCHOOLS[0].name
AUTOMATIC = -4105


def book_of(office: Path) -> Path:
    return office / "报送" / FIRST / "登记表.xlsx"


def test_excel_is_as_before_when_it_refuses_manual_calculation(
    pc: PC, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: HostApplication, value: object) -> None:
        raise error(1004)

    pc.new()
    members = HostApplication._vba_members
    monkeypatch.setitem(members, "calculation", replace(members["calculation"], setter=refuse))
    pc.click("help")
    app = pc.app
    assert (app.screen_updating, app.display_alerts, app.enable_events) == (True, True, True)
    assert "Excel 正忙" in pc.messages[-1].prompt


def test_the_list_in_front_may_go_and_come(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    pc.click("check")
    book.sheets["问题清单"].activate()
    pc.click("check")
    assert "校验完毕" in pc.messages[-1].prompt
    assert book.sheets.active.name == "问题清单"
    pc.click("clear")
    assert "已清除" in pc.messages[-1].prompt
    assert xw._xlwindows.BOOK_CALLER is None


def test_the_message_stands_before_the_window_with_the_result(pc: PC, office: Path) -> None:
    pc.open(book_of(office))
    pc.click("mask")
    told = pc.messages[-1]
    assert told.owner == pc.app.api.Hwnd
    assert told.style & IN_FRONT


def test_a_result_whose_name_is_taken_in_excel_is_told(pc: PC, office: Path) -> None:
    elsewhere = office / "别处"
    elsewhere.mkdir()
    shutil.copy(office / "单位目录.xlsx", elsewhere / "登记表_脱敏.xlsx")
    pc.open(elsewhere / "登记表_脱敏.xlsx")
    pc.open(book_of(office))
    pc.click("mask")
    assert "两本不能同时打开" in pc.messages[-1].prompt
    assert (book_of(office).parent / "登记表_脱敏.xlsx").exists()


def test_the_folder_dialog_opens_inside_the_folder_of_last_time(pc: PC, office: Path) -> None:
    pc.open(office / "单位目录.xlsx")
    pc.answers.folder.extend([office, None])
    pc.click("progress")
    pc.activate(next(b for b in pc.app.books if b.name == "单位目录.xlsx"))
    pc.click("progress")
    assert pc.excel.desk.starts == ["", os.path.join(office, "")]


def test_a_row_that_a_filter_hides_is_not_selected(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    ledger = book.sheets["疑似辍学台账"]
    ledger.activate()
    ledger.range("B3:B9").select()
    ledger.range("4:4").api.EntireRow.Hidden = True
    pc.click("print")
    assert not pc.printed
    assert "选中要打印的学生" in pc.messages[-1].prompt


def test_a_chart_in_front_is_no_selection(
    pc: PC, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = pc.open(book_of(office))
    book.sheets["疑似辍学台账"].activate()
    for name in ("selection", "activecell"):
        members = HostApplication._vba_members
        none = replace(members[name], getter=lambda *_: NOTHING)
        monkeypatch.setitem(members, name, none)
    pc.click("print")
    assert "选中要打印的学生" in pc.messages[-1].prompt


def test_sealing_saves_in_the_persons_mode_and_only_after_the_password(
    pc: PC, office: Path
) -> None:
    book = pc.open(book_of(office))
    model = book.api._object
    book.sheets["学生名册"]["B6"].value = "改过"
    pc.click("seal")
    assert "没保存的改动" in pc.dialogs[-1][1]
    assert not model.saved
    pc.answers.input.append("ShiQiao-2026")
    pc.click("seal")
    assert "加密件" in pc.messages[-1].prompt
    assert model.saved
    assert vars(model)["saved_calculation"] == AUTOMATIC


def test_a_shared_workbook_keeps_its_policy(pc: PC, office: Path) -> None:
    book = pc.open(book_of(office))
    share(book.api._object)
    pc.answers.input.append("yanling")
    pc.click("policy")
    assert "共享" in pc.messages[-1].prompt
    assert book.sheets["_kbbx"]["B6"].value == "tanghe"


def test_the_log_names_no_kind_but_ours(pc: PC, office: Path, tmp_path: Path) -> None:
    book = pc.new()
    book.sheets[0].name = "_kbbx"
    book.sheets[0]["A1:B1"].value = ["form", "梁知行的表"]
    pc.addin.run("KbbxExec", "from kbbx_xl.excel.main import run; run('clear')")
    log = (tmp_path / "local" / "kbbx" / "kbbx.log").read_text(encoding="utf-8")
    assert "clear other" in log
    assert "梁知行" not in log
