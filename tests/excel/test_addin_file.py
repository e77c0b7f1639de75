"""The two add-in files as they are shipped: what checkers, LibreOffice and a VBA interpreter say."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
import pyvbaanalysis
from oletools.mraptor import MacroRaptor
from oletools.olevba import VBA_Parser
from openxml_audit import FileFormat, OpenXmlValidator
from pyopenvba import ExcelFile, check_file
from pyopenvba.interpreter import _values as vba
from pyvbaanalysis import DiagnosticSeverity
from vbalidator import precheck

from kbbx_xl.books.files import zip_parts
from kbbx_xl.excel.commands import COMMANDS, NONE
from kbbx_xl.excel.functions.table import FUNCTIONS
from kbbx_xl.excel.pack import macros_path, sources
from kbbx_xl.excel.pack.agree import disagreements
from kbbx_xl.excel.pack.package import RIBBON
from kbbx_xl.excel.pack.ribbon import controls, ribbon_problems
from kbbx_xl.excel.pack.sources import VARIANTS, WORKBOOK, Module
from kbbx_xl.excel.pack.vba import procedures
from tests.books.libreoffice import vba_modules
from tests.excel.addin import PythonServer
from tests.excel.pc import PC

STANDARD, QUIET = (variant.file for variant in VARIANTS)
FILES = (STANDARD, QUIET)
VALUE, NA = -2146826273, -2146826246  # #VALUE! and #N/A as Python sees them over COM
CANNOT_CREATE = 429  # VBA: the COM server is not registered
FOREIGN = frozenset({"xlwings", "Dictionary"})  # xlwings' own modules, shipped as they come


def path(name: str) -> Path:
    return macros_path(name)


@cache
def code(name: str) -> Mapping[str, str]:
    """Module -> source, as it stands in the file."""
    with ExcelFile(path(name)) as file:
        return file.vba_modules()


@cache
def words(name: str) -> str:
    """All VBA of a file, as a virus scanner would extract it."""
    parser = VBA_Parser(str(path(name)))
    try:
        return str(parser.get_vba_code_all_modules())
    finally:
        parser.close()


@pytest.mark.parametrize("name", FILES)
class TestCheckers:
    def test_package_and_vba_project_are_sound(self, name: str) -> None:
        report = check_file(path(name))
        assert report.ok
        assert report.complete
        assert report.issues == ()

    def test_excel_is_expected_to_open_it_clean(self, name: str) -> None:
        result = OpenXmlValidator(file_format=FileFormat.OFFICE_2010).validate(path(name))
        assert result.errors == []

    def test_the_type_is_that_of_an_addin(self, name: str) -> None:
        parts = zip_parts(path(name)) or {}
        assert b"vnd.ms-excel.addin.macroEnabled.main+xml" in parts["[Content_Types].xml"]
        assert parts["_rels/.rels"].count(RIBBON.encode()) == 1

    def test_ribbon_and_code_in_the_file_agree_with_the_tables(self, name: str) -> None:
        ribbon = (zip_parts(path(name)) or {})[RIBBON]
        found = procedures(Module(n, source) for n, source in code(name).items())
        assert ribbon_problems(ribbon, found) == []
        assert disagreements(controls(ribbon), found, COMMANDS, FUNCTIONS) == []

    def test_our_code_is_ascii(self, name: str) -> None:
        assert [n for n, s in code(name).items() if n not in FOREIGN and not s.isascii()] == []

    def test_analysis_of_the_whole_project_finds_nothing(self, name: str) -> None:
        """Nothing at all in our modules, no error in xlwings' own."""
        found = pyvbaanalysis.analyze_workbook(path(name))
        wrong = [
            f"{module}: {one.code} {one.message}"
            for module, diagnostics in found.items()
            for one in diagnostics
            if module not in FOREIGN or one.severity is DiagnosticSeverity.ERROR
        ]
        assert wrong == []

    def test_our_modules_are_compile_safe(self, name: str, tmp_path: Path) -> None:
        """Checked without xlwings' module, of which they use a name and a function.

        The checker knows no code behind workbooks; it is shown to it as a class.
        """
        for module, source in code(name).items():
            if module == WORKBOOK:
                events = source.replace(f'VB_Name = "{WORKBOOK}"', 'VB_Name = "Events"')
                (tmp_path / "Events.cls").write_text(events, encoding="ascii")
            elif module not in FOREIGN and not module.startswith("Sheet"):
                (tmp_path / f"{module}.bas").write_text(source, encoding="ascii")
        if name == STANDARD:
            (tmp_path / "xlwings.bas").write_text(XLWINGS_FACE, encoding="ascii")
        result = precheck(tmp_path, host="excel")
        assert result.issues == []

    def test_no_module_starts_by_itself(self, name: str) -> None:
        """Virus scanners look for code that runs on opening and then writes or executes."""
        raptor = MacroRaptor(words(name))
        raptor.scan()
        assert not raptor.suspicious
        assert "A" not in raptor.get_flags()

    def test_no_sign_of_a_virus_in_our_code(self, name: str) -> None:
        """What olevba remarks is known beforehand; anything new must be looked at."""
        parser = VBA_Parser(str(path(name)))
        try:
            remarks = {(kind, word.lower()) for kind, word, _ in parser.analyze_macros()}
        finally:
            parser.close()
        assert not [word for kind, word in remarks if kind == "AutoExec"]
        if name == QUIET:
            assert {word for kind, word in remarks if kind == "Suspicious"} <= {
                "open", "run", "command", "createobject", "exec", "hex strings", "base64 strings",
            }  # fmt: skip


XLWINGS_FACE = """Attribute VB_Name = "xlwings"
Option Explicit

Public Const PROJECT_NAME As String = "kbbx"

Public Function XLPy() As Object
    Set XLPy = Nothing
End Function
"""
SEED = """Attribute VB_Name = "Seed"
Option Explicit

Public Sub Seed()
    {line}
End Sub
"""


@pytest.mark.parametrize(
    "line", ["total = 1", "If True Then", "Call Nowhere", "Dim book As Workbok"]
)
def test_the_analysis_would_see_a_mistake(line: str, tmp_path: Path) -> None:
    seeded = tmp_path / "Seed.bas"
    seeded.write_text(SEED.format(line=line), encoding="ascii")
    found = pyvbaanalysis.analyze_loose_file(seeded, whole_project=True)
    assert found or precheck(tmp_path, host="excel").issues


@pytest.mark.libreoffice
def test_libreoffice_loads_every_module(tmp_path: Path) -> None:
    copies = [Path(shutil.copy(path(name), tmp_path)) for name in FILES]
    for name, loaded in zip(FILES, vba_modules(copies), strict=True):
        assert loaded.keys() == code(name).keys()
        assert min(loaded.values()) > 0


@pytest.fixture(params=FILES)
def pc(request: pytest.FixtureRequest) -> PC:
    return PC(path(request.param))


def told(pc: PC) -> list[str]:
    return [message.prompt for message in pc.messages]


class TestCode:
    """Our VBA run by pyOpenVBA, without Python behind it."""

    def test_without_a_workbook_only_what_needs_none_is_on(self, pc: PC) -> None:
        assert {c.id for c in COMMANDS if pc.enabled(c.id)} == {
            c.id for c in COMMANDS if NONE in c.forms
        }

    @pytest.mark.parametrize(
        "kind", ["registration", "monthly", "responsibility", "directory", "summary", ""]
    )
    def test_the_stamp_decides_which_buttons_are_on(self, pc: PC, kind: str) -> None:
        book = pc.new()
        if kind:
            book.sheets.add("_kbbx")["A1:B1"].value = ["form", kind]
        assert {c.id for c in COMMANDS if pc.enabled(c.id)} == {
            c.id for c in COMMANDS if (kind or "other") in c.forms
        }

    def test_the_ribbon_asks_again_when_another_workbook_comes_to_the_front(self, pc: PC) -> None:
        before = pc.addin.ribbon.refreshed
        pc.new()
        assert pc.addin.ribbon.refreshed == before + 1

    def test_a_click_that_does_not_fit_says_why(self, pc: PC) -> None:
        pc.click("check")
        pc.new()
        pc.click("explain")
        assert told(pc) == [sources.texts()["need_workbook"], sources.texts()["wrong_workbook"]]
        assert pc.messages[0].title == "控辍保学"

    def test_a_python_out_of_reach_is_one_message_that_says_what_to_do(
        self, pc: PC, monkeypatch: pytest.MonkeyPatch
    ) -> None:

        def fails(name: str) -> object:
            raise vba.error(CANNOT_CREATE, name)

        monkeypatch.setattr(pc.addin.interpreter.host, "create", fails)
        pc.new()
        pc.click("check")
        assert told(pc) == [sources.texts()["unreachable"]]
        assert "install.cmd" in told(pc)[0]

    def test_a_python_that_dies_half_way_leaves_excel_usable(
        self, pc: PC, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def dies(command_id: str) -> None:
            app = pc.app
            app.screen_updating = app.display_alerts = app.enable_events = False
            app.calculation, app.status_bar = "manual", "汇总"
            assert app.api.EnableCancelKey == 0  # or Esc would stop in the debugger afterwards
            raise SystemExit(1)

        monkeypatch.setattr("kbbx_xl.excel.main.run", dies)
        monkeypatch.setattr(PythonServer, "_call", broken_off(PythonServer._call))
        pc.new()
        pc.click("check")
        app = pc.app
        assert (app.screen_updating, app.display_alerts, app.enable_events) == (True, True, True)
        assert (app.calculation, app.status_bar) == ("automatic", False)
        assert app.api.EnableCancelKey == 1
        assert told(pc) == [sources.texts()["unreachable"]]

    @pytest.mark.parametrize(
        ("given", "wanted"),
        [
            ("正确", "正确"),
            ("", ""),
            (5.0, 5.0),
            ("#VALUE!", VALUE),
            ("#N/A", NA),
            (["甲", "#N/A"], ("甲", NA)),
            ([["甲", "#VALUE!"], ["#N/A", 2.0]], (("甲", VALUE), (NA, 2.0))),
        ],
    )
    def test_marker_texts_become_error_values(self, pc: PC, given: object, wanted: object) -> None:
        assert pc.addin.run("KbbxResult", given) == wanted

    def test_functions_are_described_to_the_wizard_once(self, pc: PC) -> None:
        pc.new()
        pc.new()
        described = pc.excel.host.application.macro_options
        assert [(name.rpartition("!")[2], *rest) for name, *rest in described] == [
            (f.name, f.doc, "控辍保学", tuple(a.doc for a in f.arguments)) for f in FUNCTIONS
        ]


def broken_off(call: Callable[..., object]) -> Callable[..., object]:
    """A call to a server that ends in the middle: RPC_E_SERVERFAULT for VBA."""

    def calling(server: PythonServer, name: str, *args: object) -> object:
        try:
            return call(server, name, *args)
        except SystemExit as end:
            raise vba.error(CANNOT_CREATE, "the remote procedure call failed") from end

    return calling


def test_a_workbook_with_settings_for_xlwings_is_refused() -> None:
    """Its sheet could name any program as the Python to start."""
    pc = PC(path(STANDARD))
    book = pc.new()
    book.sheets.add("kbbx.conf")["A1:B1"].value = ["INTERPRETER_WIN", r"\\elsewhere\python.exe"]
    pc.click("check")
    assert told(pc) == [sources.texts()["foreign_settings"]]


def test_a_command_that_needs_no_workbook_gets_an_empty_one_to_talk_through() -> None:
    pc = PC(path(STANDARD))
    assert pc.addin.run("KbbxReady", "doctor")
    assert len(pc.books()) == 1
