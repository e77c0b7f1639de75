"""Building the add-in: the same bytes each time, and nothing built from sources that disagree."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from kbbx_xl.books.files import zip_parts
from kbbx_xl.cli import app
from kbbx_xl.excel import main
from kbbx_xl.excel.commands import COMMANDS, NONE, OTHER
from kbbx_xl.excel.functions.table import FUNCTIONS, Argument, Function
from kbbx_xl.excel.pack import build, build_addins, macros_path, missing_tools, sources
from kbbx_xl.excel.pack.agree import disagreements
from kbbx_xl.excel.pack.build import variant_modules
from kbbx_xl.excel.pack.ribbon import controls, ribbon_problems
from kbbx_xl.excel.pack.sources import VARIANTS, Module
from kbbx_xl.excel.pack.vba import Procedure, procedures
from kbbx_xl.excel.pack.wrappers import wrapper_module
from kbbx_xl.excel.windows.places import HOME_VARIABLE
from kbbx_xl.messages import SettingsError

RIBBON = sources.ribbon().decode("utf-8")
MODULES = variant_modules(VARIANTS[0])
CODE = procedures(MODULES)
FILES = ["build.json", "kbbx.xlam", "kbbx_com.xlam"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("addins")
    assert build_addins(folder) == FILES
    return folder


class TestBuilding:
    def test_the_same_sources_give_the_same_bytes(self, built: Path, tmp_path: Path) -> None:
        build_addins(tmp_path)
        assert [(tmp_path / f).read_bytes() for f in FILES] == [
            (built / f).read_bytes() for f in FILES
        ]

    def test_what_is_committed_is_what_the_sources_give(self) -> None:
        assert build_addins(macros_path(), check=True) == []

    def test_check_names_what_differs_and_writes_nothing(self, built: Path, tmp_path: Path) -> None:
        for name in FILES[:2]:
            (tmp_path / name).write_bytes((built / name).read_bytes())
        (tmp_path / "kbbx.xlam").write_bytes(b"no package")
        assert build_addins(tmp_path, check=True) == ["kbbx.xlam", "kbbx_com.xlam"]
        assert (tmp_path / "kbbx.xlam").read_bytes() == b"no package"
        assert not (tmp_path / "kbbx_com.xlam").exists()

    def test_the_variants_differ_in_the_engine_and_xlwings_own_code_alone(self) -> None:
        standard, quiet = ({m.name: m.source for m in variant_modules(v)} for v in VARIANTS)
        assert standard.keys() - quiet.keys() == {"xlwings", "Dictionary"}
        assert {n for n in quiet if quiet[n] != standard.get(n)} == {"KbbxEngine"}
        assert 'PROJECT_NAME As String = "kbbx"' in standard["xlwings"]
        assert "BSD 3-clause license" in standard["xlwings"]

    def test_the_record_names_versions_sources_modules_and_parts(self, built: Path) -> None:
        record = json.loads((built / "build.json").read_text(encoding="utf-8"))
        assert record["versions"].keys() == {"kbbx_xl", "xlwings", "pyOpenVBA", "XlsxWriter"}
        assert "vba/KbbxRibbon.bas" in record["sources"]
        for variant in VARIANTS:
            addin, parts = record["addins"][variant.file], zip_parts(built / variant.file)
            assert addin["modules"].keys() == {m.name for m in variant_modules(variant)}
            assert parts is not None
            assert addin["parts"].keys() == parts.keys()

    def test_the_sheets_carry_settings_texts_commands_and_functions(self, built: Path) -> None:
        with (built / "kbbx.xlam").open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
            rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
        settings = dict(rows["kbbx.conf"])
        assert settings["INTERPRETER_WIN"] == rf"%{HOME_VARIABLE}%\python\pythonw.exe"
        assert settings["UDF MODULES"] == "kbbx_xl.excel.functions.udfs"
        assert dict(rows["kbbx.text"]) == sources.texts()
        assert dict(rows["kbbx.commands"]) == {c.id: " ".join(c.forms) for c in COMMANDS}
        named = {row[0]: row[1:] for row in rows["kbbx.functions"][1:]}
        assert named.keys() == {f.name for f in FUNCTIONS}
        for function in FUNCTIONS:
            told = [t for t in named[function.name] if t]
            assert told == [function.doc, "控辍保学", *(a.doc for a in function.arguments)]

    def test_every_setting_xlwings_asks_for_is_given(self) -> None:
        """A key missing from the sheet would be looked for in files beside the workbook."""
        [code] = [m.source for m in MODULES if m.name == "xlwings"]
        asked = set(re.findall(r'GetConfig\("([^"]+)"', code)) - {"TEMP DIR"}
        parts = dict(build.sheet_rows({}, (), ())["kbbx.conf"])
        assert asked <= parts.keys()


class TestMissingTools:
    @pytest.mark.parametrize("arguments", [["build"], ["build", "--check"]])
    def test_the_command_says_what_to_install(
        self, arguments: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(build, "find_spec", lambda name: None)
        assert missing_tools() == ["xlwings", "pyOpenVBA"]
        monkeypatch.setattr("kbbx_xl.cli.make.build_all", lambda folder, check: [])
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 2
        assert "缺少 xlwings、pyOpenVBA" in result.stderr
        assert "pip install" in result.stderr


def changed(old: str, new: str) -> bytes:
    """The ribbon with one change."""
    assert old in RIBBON
    return RIBBON.replace(old, new, 1).encode("utf-8")


class TestRibbonRules:
    def test_the_ribbon_keeps_them(self) -> None:
        assert ribbon_problems(sources.ribbon(), CODE) == []

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("2009/07/customui", "2006/01/customui", "the root is"),
            ("</customUI>", "", "not XML"),
            ("<tabs>", "<tabs><gallery/>", "gallery may not stand in tabs"),
            ("<tabs>", "<tabs><gallery/>", "unknown element gallery"),
            (' keytip="C"', ' keytip="C" colour="red"', "unknown attribute colour"),
            ('id="flag"', 'id="check"', "id check stands 2 times"),
            ('id="flag"', 'id="1 flag"', "no id that XML takes"),
            ('keytip="F"', 'keytip="C"', "key tip C hides C"),
            ('keytip="F"', 'keytip="CF"', "key tip C hides CF"),
            ('keytip="F"', 'keytip="abcd"', "key tip abcd"),
            ('label="填报"', 'label=""', "label of 0 characters"),
            ('<group id="kbbxFill" label="填报">', '<group id="kbbxFill">', "no label"),
            ('screentip="校验本表"', f'screentip="{"长" * 1025}"', "screentip of 1025 characters"),
            (' size="large"', ' size="large" getSize="KbbxEnabled"', "both size and getSize"),
            ('onLoad="KbbxOnLoad"', 'onLoad="KbbxStart"', "onLoad=KbbxStart: 0 procedures"),
            ('onLoad="KbbxOnLoad"', 'onLoad="KbbxEnabled"', "takes 2 parameters, not 1"),
            ('getEnabled="KbbxEnabled"', 'getEnabled="KbbxRun"', "takes 1 parameters, not 2"),
            ('onAction="KbbxRun"', 'onAction="KbbxIsTable"', "0 procedures"),  # a private one
        ],
    )
    def test_a_broken_rule_is_named(self, old: str, new: str, told: str) -> None:
        assert any(told in problem for problem in ribbon_problems(changed(old, new), CODE))

    def test_a_callback_may_not_stand_twice(self) -> None:
        double = [*CODE, *(p for p in CODE if p.name == "KbbxRun")]
        assert any("2 procedures" in p for p in ribbon_problems(sources.ribbon(), double))


LAST = FUNCTIONS[-1]
EXTRA = Function("KBBX_EXTRA", "extra", "多出来的", ())


def renamed(old: str, new: str) -> list[Procedure]:
    """The code with one change in its source."""
    modules = [Module(m.name, m.source.replace(old, new), m.is_class) for m in MODULES]
    assert modules != MODULES
    return procedures(modules)


class TestAgreement:
    def test_ribbon_vba_commands_and_functions_agree(self) -> None:
        assert disagreements(controls(sources.ribbon()), CODE, COMMANDS, FUNCTIONS) == []

    @pytest.mark.parametrize(
        ("seed", "told"),
        [
            (lambda: {"ribbon": changed('id="zero"', 'id="nil"')}, "button nil: no such command"),
            (lambda: {"ribbon": changed('id="zero"', 'id="nil"')}, "command zero: no button"),
            (lambda: {"ribbon": changed('label="零报告"', 'label="空报告"')}, "label is '空报告'"),
            (lambda: {"ribbon": changed('label="填报"', 'label="填写"')}, "group is '填写'"),
            (
                lambda: {"ribbon": changed('onAction="KbbxRun"', 'onAction="KbbxRefresh"')},
                "onAction is 'KbbxRefresh'",
            ),
            (
                lambda: {"ribbon": changed(' getEnabled="KbbxEnabled"', "")},
                "getEnabled is '', not 'KbbxEnabled'",
            ),
            (lambda: {"commands": COMMANDS[1:]}, "button check: no such command"),
            (
                lambda: {"commands": (*COMMANDS, replace(COMMANDS[0], id="extra"))},
                "command extra: no button",
            ),
            (lambda: {"commands": (*COMMANDS, COMMANDS[0])}, "command check: stands twice"),
            (lambda: {"functions": FUNCTIONS[:-1]}, f"VBA {LAST.name}: no such function"),
            (lambda: {"functions": (*FUNCTIONS, EXTRA)}, "function KBBX_EXTRA: no VBA wrapper"),
            (lambda: {"functions": (*FUNCTIONS, LAST)}, f"function {LAST.name}: stands twice"),
            (
                lambda: {
                    "functions": (
                        *FUNCTIONS[:-1],
                        replace(LAST, arguments=(*LAST.arguments, Argument("more", "又一个"))),
                    )
                },
                f"VBA {LAST.name}: parameters",
            ),
            (
                lambda: {"functions": (*FUNCTIONS[:-1], replace(LAST, python="other"))},
                f"VBA {LAST.name}: calls",
            ),
            (
                lambda: {"code": renamed(LAST.name, "KBBX_OTHER")},
                "VBA KBBX_OTHER: no such function",
            ),
            (lambda: {"code": renamed(f'"{LAST.python}"', '"other"')}, f"VBA {LAST.name}: calls"),
        ],
    )
    def test_a_seeded_disagreement_is_named(
        self, seed: Callable[[], dict[str, object]], told: str
    ) -> None:
        given = {"ribbon": sources.ribbon(), "code": CODE, "commands": COMMANDS} | seed()
        found = disagreements(
            controls(given["ribbon"]),
            given["code"],
            given["commands"],
            given.get("functions", FUNCTIONS),
        )
        assert any(told in line for line in found), found

    @pytest.mark.parametrize("broken", [b"<customUI/>", changed('id="zero"', 'id="nil"')])
    def test_nothing_is_built_from_sources_that_disagree(
        self, broken: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(sources, "ribbon", lambda: broken)
        with pytest.raises(SettingsError, match=r"kbbx\.xlam: "):
            build_addins(tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_texts_and_the_code_that_shows_them_agree(self) -> None:
        own = "".join(m.source for m in MODULES if m.name.startswith("Kbbx"))
        asked = set(re.findall(r'(?:KbbxSay |KbbxText\(|ENGINE_ERROR, )"(\w+)"', own))
        assert asked == sources.texts().keys()

    def test_python_has_a_handler_for_each_command_and_no_other(self) -> None:
        assert main.HANDLERS.keys() == {command.id for command in COMMANDS}

    def test_each_command_is_shown_on_the_kinds_of_workbook_vba_knows(self) -> None:
        [code] = [m.source for m in MODULES if m.name == "KbbxBook"]
        assert {f'"{NONE}"', f'"{OTHER}"'} <= set(re.findall(r'"\w+"', code))


class TestWrappers:
    def test_a_wrapper_passes_its_arguments_on(self) -> None:
        function = Function(
            "KBBX_TRY",
            "attempt",
            "试",
            (Argument("first", "一"), Argument("second", "二", optional=True)),
            volatile=True,
            caller=True,
        )
        code = wrapper_module([function]).source
        assert "Function KBBX_TRY(ByVal first As Variant, Optional ByVal second As Variant)" in code
        assert "Application.Volatile" in code
        assert "Array(first, second, Nothing), Nothing, Application.Caller))" in code
        assert "KBBX_TRY = CVErr(xlErrValue)" in code

    @pytest.mark.parametrize(
        ("function", "told"),
        [
            (Function("KBBX_X", "x", "试", (Argument("date", "日期"),)), "'date' is not a name"),
            (Function("KBBX_X", "x", "试", (Argument("日期", "日期"),)), "is not a name for VBA"),
            (Function("Next", "x", "试", ()), "'Next' is not a name"),
            (
                Function(
                    "KBBX_X", "x", "试", (Argument("a", "一", optional=True), Argument("b", "二"))
                ),
                "optional arguments come last",
            ),
        ],
    )
    def test_what_vba_would_not_take_is_refused(self, function: Function, told: str) -> None:
        with pytest.raises(SettingsError, match=told):
            wrapper_module([function])

    @pytest.mark.parametrize("text", ["", "长" * 256])
    def test_a_description_the_wizard_cannot_hold_is_refused(self, text: str) -> None:
        with pytest.raises(SettingsError, match="a description of"):
            build.sheet_rows({}, (), [Function("KBBX_X", "x", text, ())])


def test_a_chinese_literal_in_vba_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The project's code page would turn it into question marks."""
    (tmp_path / "vba").mkdir()
    (tmp_path / "vba" / "KbbxX.bas").write_text('MsgBox "请保存"', encoding="utf-8")
    monkeypatch.setattr(sources, "macros_path", tmp_path.joinpath)
    with pytest.raises(SettingsError, match=r"KbbxX\.bas: VBA must be ASCII"):
        sources.own_modules("xlwings")
