"""The headless Excel behaves as Excel does over COM, where our macros rely on it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwings as xw
from openpyxl.styles import PatternFill
from pyopenvba import ExcelFile

from kbbx_xl.books.template.build import build_workbook
from kbbx_xl.settings.forms import load_form
from tests.excel.com import HeadlessExcel, NotModelledError
from tests.excel.conftest import QUIET, STANDARD
from tests.excel.pc import PC
from tests.excel.winstub import KEY_DOWN, VK_ESCAPE, ComError

NOT_AVAILABLE, DIVIDED = -2146826246, -2146826281
VERY_HIDDEN = 2
FOLDER, FILE = 4, 3
ADDIN = """Attribute VB_Name = "KbbxRibbon"
Public Sub KbbxRun(control As IRibbonControl)
    On Error GoTo failed
    If control.ID = "ask" Then
        If MsgBox("Go?", vbYesNo, "kbbx") = vbNo Then Exit Sub
    End If
    RunPython "import xlwings as xw; xw.Book.caller().sheets[0]['A1'].value = '" & control.ID & "'"
    If control.ID = "fail" Then RunPython "1 / 0"
    Exit Sub
failed:
    MsgBox Err.Description
End Sub
Public Sub KbbxEnabled(control As IRibbonControl, ByRef returnedVal As Variant)
    returnedVal = (control.ID = "ask")
End Sub
Public Function KBBX_TWICE(ByVal numbers As Variant, Optional ByVal more As Variant) As Variant
    KBBX_TWICE = XLPy().CallUDF("tests.excel.functions", "twice", _
        Array(numbers, more), ActiveWorkbook, Application.Caller)
End Function
Public Function KBBX_WRONG() As Variant
    KBBX_WRONG = CVErr(xlErrNA)
End Function
"""
THIS_WORKBOOK = """
Private WithEvents m_excel As Application
Public Switched As String
Private Sub Workbook_Open()
    Set m_excel = Application
End Sub
Private Sub m_excel_WorkbookActivate(ByVal Wb As Workbook)
    Switched = Switched & "+" & Wb.Name
End Sub
Private Sub m_excel_WorkbookDeactivate(ByVal Wb As Workbook)
    Switched = Switched & "-" & Wb.Name
End Sub
"""


@pytest.fixture
def sheet_file(tmp_path: Path) -> Path:
    """A small workbook: text, number, date, error and formula with the value a program had stored."""
    path = tmp_path / "样表.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("数据")
    sheet.write_row("A1", ["姓名", 5, None, "第三行"])
    sheet.write_datetime(
        "B2", dt.datetime(2026, 9, 1), book.add_format({"num_format": "yyyy-mm-dd"})
    )
    sheet.write_formula("C2", "=B1*2", None, 99)
    sheet.write_formula("D2", "=NA()", None, "#N/A")
    sheet.write_formula("E2", "=1/0", None, "#DIV/0!")
    book.add_worksheet("_隐藏").very_hidden()
    book.close()
    return path


@pytest.fixture
def addin(tmp_path: Path) -> Path:
    """A few lines of VBA in a real add-in file."""
    path = tmp_path / "small.xlam"
    with ExcelFile.create_new(path) as file:
        file.vba_project().add_module("KbbxRibbon", ADDIN.replace("\n", "\r\n"))
        file.save()
        head = file.get_module("ThisWorkbook").rstrip("\r\n")
        file.set_module("ThisWorkbook", head + THIS_WORKBOOK.replace("\n", "\r\n"))
        file.save()
    return path


def test_values_arrive_as_from_pywin32(excel: HeadlessExcel, sheet_file: Path) -> None:
    sheet = excel.open(sheet_file).sheets["数据"]

    assert sheet.api.UsedRange.Value == (
        ("姓名", 5.0, None, "第三行", None),
        (None, dt.datetime(2026, 9, 1, tzinfo=dt.UTC), 99.0, NOT_AVAILABLE, DIVIDED),
    )
    assert sheet["B2"].value == dt.datetime(2026, 9, 1)
    assert sheet.api.Range("A1:A4").Value == (("姓名",), (None,), (None,), (None,))
    assert sheet.api.Range("B9:C10").Formula == (("", ""), ("", ""))


def test_a_whole_sheet_is_one_call_to_read_and_one_to_write(
    excel: HeadlessExcel, sheet_file: Path
) -> None:
    api = excel.open(sheet_file).sheets["数据"].api
    target = api.Range("A11:C60")

    before = excel.calls
    assert len(api.UsedRange.Value) == 2
    target.Value = [["一", 2, dt.datetime(2026, 9, 30)]] * 50

    assert excel.calls - before == 3  # UsedRange, Value, Value
    assert api.Range("C60").Value == dt.datetime(2026, 9, 30, tzinfo=dt.UTC)


def test_stored_values_stand_until_a_recalculation_is_asked_for(
    excel: HeadlessExcel, sheet_file: Path
) -> None:
    sheet = excel.open(sheet_file).sheets["数据"]
    sheet["F2"].formula = "=B1+1"
    assert (sheet["C2"].value, sheet["F2"].value) == (99, 6)
    sheet.book.close()

    sheet = excel.open(sheet_file, recalculate=True).sheets["数据"]
    assert sheet["C2"].value == 10
    sheet["B1"].value = 7
    assert sheet["C2"].value == 14


def test_colours_of_a_union_and_back(excel: HeadlessExcel, tmp_path: Path) -> None:
    book = excel.new()
    api = book.sheets[0].api
    api.Range("B3,C5:C9").Interior.Color = 0x0000FF
    api.Range("C6").Interior.Pattern = -4142  # xlPatternNone
    api.Range("A1").Interior.ThemeColor = 5
    api.Range("A1").Interior.TintAndShade = 0.4

    assert api.Range("C5").Interior.Color == 0x0000FF
    assert book.sheets[0]["C6"].color is None
    assert api.Range("A1").Interior.ThemeColor == 5
    saved = openpyxl.load_workbook(excel.save(book, tmp_path / "色.xlsx")).active
    assert saved["C9"].fill == PatternFill(
        "solid", fgColor="FFFF0000", bgColor=saved["C9"].fill.bgColor
    )
    assert saved["A1"].fill.fgColor.tint == pytest.approx(0.4, abs=0.001)


def test_an_address_longer_than_excel_takes_is_refused(excel: HeadlessExcel) -> None:
    api = excel.new().sheets[0].api

    with pytest.raises(ComError):
        api.Range(",".join(f"A{row}" for row in range(1, 90)))


def test_notes_and_links(excel: HeadlessExcel, tmp_path: Path) -> None:
    book = excel.new()
    api = book.sheets[0].api
    api.Range("B2").AddComment("身份证号：校验码不对")
    api.Hyperlinks.Add(
        Anchor=api.Range("A1"), Address="", SubAddress="Sheet1!B2", TextToDisplay="去看"
    )
    assert api.Range("A5").Comment is None
    assert api.Range("B2").Comment.Text() == "身份证号：校验码不对"

    saved = openpyxl.load_workbook(excel.save(book, tmp_path / "注.xlsx")).active
    assert saved["B2"].comment.text == "身份证号：校验码不对"
    assert (saved["A1"].value, saved["A1"].hyperlink.location) == ("去看", "Sheet1!B2")

    api.Range("B2").Comment.Delete()
    assert api.Range("B2").Comment is None


def test_a_protected_sheet_refuses_and_keeps_its_permissions(excel: HeadlessExcel) -> None:
    api = excel.new().sheets[0].api
    api.Range("A1").Locked = False
    api.Protect(Password="kbbx", AllowFormattingCells=True)
    api.Range("A1").Value = "可以"

    with pytest.raises(ComError, match="protected sheet"):
        api.Range("B1").Value = "不行"
    assert api.ProtectContents is True
    assert api.Protection.AllowFormattingCells is True
    assert api.Protection.AllowFiltering is False
    api.Unprotect("kbbx")
    assert api.ProtectContents is False


def test_names_hidden_sheets_and_selection(excel: HeadlessExcel, sheet_file: Path) -> None:
    book = excel.open(sheet_file)
    book.api.Names.Add(Name="kbbx_区域", RefersTo="=数据!$A$1:$B$2")
    assert book.api.Names("kbbx_区域").RefersTo == "=数据!$A$1:$B$2"
    assert book.sheets["_隐藏"].api.Visible == VERY_HIDDEN

    book.sheets["数据"].api.Visible = False
    book.sheets.add("新", before=book.sheets["数据"])
    again = openpyxl.load_workbook(excel.save(book, sheet_file.with_name("又.xlsx")))
    states = [(sheet.title, sheet.sheet_state) for sheet in again]
    assert states == [("新", "visible"), ("数据", "hidden"), ("_隐藏", "veryHidden")]
    book.sheets["数据"].api.Visible = True
    book.sheets["数据"].activate()
    book.sheets["数据"]["B2"].select()
    assert excel.com.Selection.Address == "$B$2"
    assert excel.com.ActiveSheet.Name == "数据"


def test_application_settings_are_kept_and_restored(excel: HeadlessExcel) -> None:
    app = excel.new().app
    with app.properties(screen_updating=False, calculation="manual", enable_events=False):
        assert excel.com.ScreenUpdating is False
        assert app.calculation == "manual"
    assert excel.com.ScreenUpdating is True
    assert app.calculation == "automatic"
    assert excel.com.International(5) == ","  # xlListSeparator
    assert (app.version.major, app.hwnd) == (16, 1234)
    app.display_alerts = False
    assert excel.com.DisplayAlerts is False


def test_dialogs_take_the_queued_answers_or_are_cancelled(excel: HeadlessExcel) -> None:
    answers, com = excel.desk.answers, excel.new().app.api
    answers.folder.append("/data/上报")
    answers.file.append(["/a.xlsx", "/b.xlsx"])
    answers.input.append("初一")
    answers.save.append("/out.xlsx")

    folder, files, cancelled = (com.FileDialog(kind) for kind in (FOLDER, FILE, FOLDER))
    folder.Title = "选择文件夹"
    files.Filters.Clear()
    files.Filters.Add("工作簿", "*.xlsx")
    assert (folder.Show(), files.Show(), cancelled.Show()) == (-1, -1, 0)
    assert folder.SelectedItems(1) == "/data/上报"
    assert list(files.SelectedItems) == ["/a.xlsx", "/b.xlsx"]
    assert com.InputBox("哪个年级？", Type=2) == "初一"
    assert com.InputBox("再问一次") is False
    assert com.GetSaveAsFilename(InitialFilename="x.xlsx") == "/out.xlsx"
    assert com.GetOpenFilename() is False
    assert excel.desk.dialogs[0] == ("folder", "选择文件夹")
    assert answers.left() == {}


def test_message_boxes_and_the_status_bar_are_recorded(excel: HeadlessExcel) -> None:
    app = excel.new().app
    excel.desk.answers.box.extend(["no", "cancel"])

    assert app.alert("覆盖吗？", title="控辍保学", buttons="yes_no") == "no"
    assert app.alert("继续？", buttons="ok_cancel") == "cancel"
    assert app.alert("完成", mode="info") == "ok"
    app.status_bar = "读取 1/3"
    app.status_bar = False
    assert [box.prompt for box in excel.desk.messages] == ["覆盖吗？", "继续？", "完成"]
    assert excel.desk.status == ["读取 1/3"]
    with pytest.raises(ComError):
        app.status_bar = "长" * 256


def test_a_held_key_is_seen() -> None:
    import win32api
    import win32gui

    pc = PC()
    assert win32api.GetAsyncKeyState(VK_ESCAPE) == 0
    pc.press(VK_ESCAPE)
    assert win32api.GetAsyncKeyState(VK_ESCAPE) == KEY_DOWN
    pc.release(VK_ESCAPE)
    assert win32api.GetAsyncKeyState(VK_ESCAPE) == 0
    assert win32gui.GetForegroundWindow() == pc.app.hwnd


def test_printing_and_export_are_recorded(excel: HeadlessExcel) -> None:
    sheet = excel.new().sheets[0]
    sheet.api.PageSetup.PrintArea = "$A$1:$C$9"
    sheet.api.PrintPreview()
    sheet.api.PrintOut(Copies=2)
    sheet.api.ExportAsFixedFormat(0, "/out.pdf")

    assert sheet.api.PageSetup.PrintArea == "$A$1:$C$9"
    assert excel.desk.printed == [
        ("PrintPreview", "Sheet1", {}),
        ("PrintOut", "Sheet1", {"Copies": 2}),
        ("ExportAsFixedFormat", "Sheet1", {"Type": 0, "Filename": "/out.pdf"}),
    ]


def test_save_copy_open_and_close(excel: HeadlessExcel, tmp_path: Path) -> None:
    book = excel.new()
    book.sheets[0]["A1:B2"].value = [["学校", dt.date(2026, 9, 30)], ["合计", 3.5]]
    book.sheets[0].api.Columns("A:B").AutoFit()
    assert excel.desk.fitted == ["$A:$B"]
    book.save(tmp_path / "甲.xlsx")
    book.api.SaveCopyAs(str(tmp_path / "副本.xlsx"))
    assert (book.name, book.fullname) == ("甲.xlsx", str(tmp_path / "甲.xlsx"))

    other = book.app.books.open(tmp_path / "副本.xlsx")
    assert book.app.books.active.name == "副本.xlsx"
    assert other.sheets[0]["A1:B2"].value == [["学校", dt.datetime(2026, 9, 30)], ["合计", 3.5]]
    other.close()
    active = excel.active()
    assert active is not None
    assert active.name == "甲.xlsx"
    cells = openpyxl.load_workbook(tmp_path / "甲.xlsx").active
    assert [[c.value for c in row] for row in cells.iter_rows()] == [
        ["学校", dt.datetime(2026, 9, 30)],
        ["合计", 3.5],
    ]


def test_a_workbook_of_ours_opens_reads_and_comes_back(
    excel: HeadlessExcel, tmp_path: Path
) -> None:
    path = tmp_path / "月报表.xlsx"
    build_workbook(load_form("monthly"), path)
    book = excel.open(path)

    assert book.sheets["_kbbx"]["B1"].value == "monthly"
    blocks = [sheet.used_range.options(ndim=2).value for sheet in book.sheets]
    assert all(blocks)
    again = openpyxl.load_workbook(excel.save(book, tmp_path / "又.xlsx"))
    assert again.sheetnames == [sheet.name for sheet in book.sheets]


def test_what_nobody_models_is_said_and_kept() -> None:
    excel = HeadlessExcel()

    with pytest.raises(NotModelledError, match="ChartObjects"):
        excel.new().sheets[0].api.ChartObjects()
    assert excel.lacking == ["Worksheet.ChartObjects"]


def test_a_click_runs_vba_then_python_on_the_active_workbook(addin: Path) -> None:
    pc = PC(addin)
    first, second = pc.new(), pc.new()
    pc.activate(first)
    pc.answers.box.append("no")
    pc.click("ask")
    assert first.sheets[0]["A1"].value is None

    pc.click("ask")
    pc.activate(second)
    pc.click("other")
    assert first.sheets[0]["A1"].value == "ask"
    assert second.sheets[0]["A1"].value == "other"
    assert [box.answer for box in pc.messages] == ["no", "yes"]
    assert (pc.enabled("ask"), pc.enabled("other")) == (True, False)


def test_an_error_of_python_is_an_error_of_vba(addin: Path) -> None:
    pc = PC(addin)
    pc.new()
    pc.click("fail")

    assert isinstance(pc.failures[0], ZeroDivisionError)
    assert "division by zero" in pc.messages[-1].prompt


def test_the_add_in_is_hidden_and_hears_of_switched_workbooks(addin: Path) -> None:
    pc = PC(addin)
    assert (pc.books(), pc.active()) == ([], None)
    pc.new()
    pc.new()

    assert pc.books() == ["Book1", "Book2"]
    switched = pc.addin.book.vba_get("Switched")
    assert switched == "+Book1-Book1+Book2"


def test_functions_go_through_vba_and_the_converters_of_xlwings(addin: Path) -> None:
    pc = PC(addin)
    book = pc.new()
    book.sheets[0]["A1:A2"].value = [[4], [None]]

    assert pc.call("KBBX_TWICE", 2) == 4
    assert pc.call("KBBX_TWICE", book.sheets[0]["A1:A2"]) == ((8.0,), ("",))
    assert pc.call("KBBX_TWICE", [[1, "x"]], 5) == (7.0, "")
    assert pc.call("KBBX_WRONG") == NOT_AVAILABLE


@pytest.mark.parametrize("pc", [STANDARD, QUIET], indirect=True)
def test_both_variants_of_our_add_in_load_and_reach_python(pc: PC) -> None:
    assert pc.enabled("check") is False
    pc.click("check")
    assert len(pc.messages) == 1
    pc.new()
    assert pc.call("KBBX_ID_CHECK", [[None]]) == ""
    assert pc.addin.ribbon.refreshed >= 1


def test_xlwings_believes_in_windows() -> None:
    excel = HeadlessExcel()
    excel.new()
    assert xw.engines.active.name == "excel"
    sheet = xw.apps.active.books.active.sheets[0]
    sheet["A1"].value = "经重试包装"
    sheet.api.Hyperlinks.Add(Anchor=sheet["A1"].api, Address="https://example.org/")
    assert excel.host.sheet(1).value("A1") == "经重试包装"
    assert xw.func.__module__ == "xlwings.udfs"
