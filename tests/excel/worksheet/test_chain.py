"""Every function as a formula calls it: VBA wrapper, xlwings' server and converters, Python, and back."""

from __future__ import annotations

import datetime as dt
import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlwings as xw

from kbbx_xl.excel.functions.table import CATEGORY, FUNCTIONS, LONGEST_DOC, MODULE
from tests.excel.conftest import STANDARD
from tests.excel.pc import PC
from tests.ids import with_check

VALUE, NA = -2146826273, -2146826246  # #VALUE! and #N/A, as cells hold them
GOOD, OTHER = with_check("52000020130315011"), with_check("52000020140802022")
LEDGER = [["学校", "状态"], ["甲校", "辍学"], ["乙校", "疑似辍学"], ["甲校", "辍学"]]


def day(year: int, month: int, number: int) -> dt.datetime:
    return dt.datetime(year, month, number, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def office(addins: Path) -> Iterator[tuple[PC, xw.Sheet]]:
    """A workbook of ours, as far as functions read it, on a computer with the add-in."""
    pc = PC(addins / STANDARD)
    book = pc.new()
    sheet = book.sheets[0]
    sheet["A1:A2"].number_format = "@"
    sheet["A1:A5"].value = [[GOOD], [OTHER], [None], [float(GOOD[:17] + "0")], [True]]
    sheet["A6"].formula = "=NA()"
    sheet["A7"].formula = "=1/0"
    sheet["B1:B3"].value = [[day(2013, 3, 15)], [day(2014, 9, 2)], [None]]
    sheet["D1:H1"].value = [[day(2026, 10, n) for n in (8, 9, 10, 11, 12)]]
    sheet["D2:H4"].value = [["×", "×", "旷", None, "半"], [None] * 5, ["√", "病", "×", None, "√"]]
    sheet["J1:J3"].value = [[day(2026, 10, 8)], [day(2026, 10, 9)], [day(2026, 10, 12)]]
    sheet["L1:M4"].value = LEDGER
    sheet["O1"].value = day(2026, 10, 9)
    stamp = book.sheets.add("_kbbx", after=sheet)
    stamp["A1:B2"].value = [["form", "registration"], ["policy", "tanghe"]]
    book.names.add("上课日", f"={sheet.name}!$J$1:$J$3")
    book.names.add("截至日", f"={sheet.name}!$O$1")
    yield pc, sheet
    assert not pc.lacking


Case = tuple[str, Callable[[xw.Sheet], tuple[object, ...]], object]
CASES: list[Case] = [
    ("KBBX_ID_CHECK", lambda s: (s["A1:A7"],), [["正确"], ["正确"], [""], ["后三位丢失"], [VALUE], [NA], [VALUE]]),
    ("KBBX_ID_CHECK", lambda s: (GOOD,), "正确"),
    ("KBBX_ID_CHECK", lambda s: (s["A3"],), ""),
    ("KBBX_ID_BIRTH", lambda s: (s["A1:A4"],), [[day(2013, 3, 15)], [day(2014, 8, 2)], [""], [VALUE]]),
    ("KBBX_ID_BIRTH", lambda s: (GOOD,), day(2013, 3, 15)),
    ("KBBX_ID_SEX", lambda s: (s["A1:A4"],), [["男"], ["女"], [""], [VALUE]]),
    ("KBBX_ID_REGION", lambda s: (s["A1:A4"],), [["520000"], ["520000"], [""], [VALUE]]),
    ("KBBX_XJH_CHECK", lambda s: ("G" + GOOD, s["A1:A3"]), [["正确"], ["与身份证件号不同"], ["正确"]]),
    ("KBBX_XJH_CHECK", lambda s: ([["L" + OTHER, GOOD]],), ["正确", "格式不对"]),
    ("KBBX_AGE", lambda s: (s["B1:B3"], day(2026, 9, 1)), [[13], [11], [""]]),
    ("KBBX_AGE", lambda s: (s["A1"], 46266), 13),
    ("KBBX_AGE", lambda s: (s["B1"], "开学"), VALUE),
    ("KBBX_GRADE", lambda s: ([["初一"], ["三(2)班"], ["高一"]],), [["七年级"], ["三年级"], [VALUE]]),
    ("KBBX_GRADE", lambda s: ("2026级", s["O1"], "初中"), "七年级"),
    ("KBBX_SCHOOL_DAYS", lambda s: (s["B1"], s["B2"]), NA),
    ("KBBX_SCHOOL_DAYS", lambda s: (s["D1:H1"], s["H1"]), [3, 2, 1, 1, 1]),
    ("KBBX_SCHOOL_DAYS", lambda s: (s["D1"], s["H1"], s["D1:H1"]), 5),
    ("KBBX_ABSENT_DAYS", lambda s: (s["D2:H4"], s["D1:H1"], None, s["H1"]), [[2.5], [""], [0]]),
    ("KBBX_ABSENT_DAYS", lambda s: (s["D4:H4"], s["D1:H1"], "病假"), 1),
    ("KBBX_LONGEST_RUN", lambda s: (s["D2:H4"], s["D1:H1"]), [[2], [""], [0]]),
    ("KBBX_LONGEST_RUN", lambda s: (s["D2:H2"], s["D1:H1"], s["H1"], None, s["D1:H1"]), 3),
    ("KBBX_LONGEST_RUN", lambda s: (s["D2:H2"], s["D1:G1"]), VALUE),
    ("KBBX_STEP", lambda s: ([[0.5], [3], ["多次"], [None]],), [["联系家长"], ["家访劝返"], [VALUE], [""]]),
    ("KBBX_STEP", lambda s: (3, "病假"), ""),
    ("KBBX_STEP", lambda s: (3, None, "没有这个县"), VALUE),
    ("KBBX_DUE", lambda s: (s["D1"], "家访劝返"), day(2026, 10, 8)),
    ("KBBX_DUE", lambda s: (s["G1"], [["家访劝返", "没有这一级"]]), [day(2026, 10, 12), VALUE]),
    ("KBBX_DUE", lambda s: (day(2027, 3, 1), "家访劝返", "TH", s["D1:H1"]), NA),
    ("KBBX_RATE", lambda s: ([[49], [3], [None]], [[50], [0], [1]]), [[0.98], ["—"], [""]]),
    ("KBBX_RATE", lambda s: (s["A7"], 3), VALUE),
    ("KBBX_MASK", lambda s: (s["A1:A3"],), [["520*************" + GOOD[-2:]], ["520*************" + OTHER[-2:]], [""]]),
    ("KBBX_MASK", lambda s: ("王小明", "姓名"), "＊＊"),
    ("KBBX_MATCH", lambda s: (s["A1:A4"], OTHER), [["键", "结果", "左行", "右行"], [GOOD, "只在左边", 1, ""], [OTHER, "两边都有", 2, 1], ["", "证件号已损坏", 4, ""]]),
    ("KBBX_SUMMARY", lambda s: (s["L1:M4"],), [["学校", "辍学", "疑似辍学", "合计"], ["甲校", 2, 0, 2], ["乙校", 0, 1, 1], ["合计", 2, 1, 3]]),
    ("KBBX_SUMMARY", lambda s: (s["L1:M4"], "乡镇"), VALUE),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "answer"), CASES, ids=[case[0] for case in CASES])
def test_a_function_of_the_sheet(
    office: tuple[PC, xw.Sheet],
    name: str,
    given: Callable[[xw.Sheet], tuple[object, ...]],
    answer: object,
) -> None:
    pc, sheet = office
    assert _plain(pc.call(name, *given(sheet))) == answer


def _plain(value: object) -> object:
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def test_every_function_is_called() -> None:
    assert {name for name, *_ in CASES} == {function.name for function in FUNCTIONS}


def test_a_workbook_without_a_stamp_has_no_policy_and_the_usual_terms(addins: Path) -> None:
    pc = PC(addins / STANDARD)
    pc.new()
    assert pc.call("KBBX_STEP", 3) == VALUE
    assert pc.call("KBBX_STEP", 3, None, "tanghe") == "家访劝返"
    assert pc.call("KBBX_SCHOOL_DAYS", "2026-10-01", "2026-10-12") == 4
    assert pc.call("KBBX_SCHOOL_DAYS", "2026-12-31", "2027-01-01") == NA


def test_a_range_is_read_in_one_go(office: tuple[PC, xw.Sheet]) -> None:
    """As many calls across COM for a column as for a cell."""
    pc, sheet = office
    cost = []
    for cells in (sheet["A1"], sheet["A1:A500"]):
        before = pc.excel.calls
        pc.call("KBBX_ID_CHECK", cells)
        cost.append(pc.excel.calls - before)
    assert cost[0] == cost[1]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_the_table_and_the_shells_agree(function: object) -> None:
    """Names, order and optionality of the arguments, and what xlwings is told of each."""
    from kbbx_xl.excel.functions import udfs
    from kbbx_xl.excel.functions.table import Function

    assert isinstance(function, Function)
    shell = getattr(udfs, function.python)
    told = shell.__xlfunc__
    parameters = list(inspect.signature(shell).parameters.values())
    if function.caller:
        assert parameters.pop().name == "caller"
    asked = [(p.name, p.default is not inspect.Parameter.empty) for p in parameters]
    assert asked == [(argument.name, argument.optional) for argument in function.arguments]
    assert shell.__doc__ == f"{function.name}."
    assert (told["category"], told["volatile"]) == (CATEGORY, function.volatile)
    for argument in function.arguments:
        options = told["argmap"][argument.name]["options"]
        assert (options["ndim"], options["err_to_str"]) == (2, True)


def test_no_shell_is_left_out_of_the_table() -> None:
    from kbbx_xl.excel.functions import udfs

    shells = {name for name, thing in vars(udfs).items() if hasattr(thing, "__xlfunc__")}
    assert shells == {function.python for function in FUNCTIONS}
    assert udfs.__name__ == MODULE


def test_the_wizard_can_hold_what_it_is_told() -> None:
    texts = [(f.name, f.doc) for f in FUNCTIONS]
    texts += [(f.name, a.doc) for f in FUNCTIONS for a in f.arguments]
    assert not [name for name, text in texts if not 5 <= len(text) <= LONGEST_DOC]
    assert not [f.name for f in FUNCTIONS if "给空" not in f.doc and "不计" not in f.doc]
    assert not [f.name for f in FUNCTIONS if "#VALUE!" not in f.doc]


BARE = """
import sys
from kbbx_xl.excel.functions import absence, calendar, identity, ladder, lists, plain, table
assert "xlwings" not in sys.modules
from kbbx_xl.excel.functions import udfs
assert "pywintypes" not in sys.modules
print([udfs.age([["2013-09-01"], [None]], "2026-09-01"), udfs.step(3.0, policy="tanghe")])
"""


def test_without_excel_the_shells_are_plain_functions() -> None:
    ran = subprocess.run([sys.executable, "-c", BARE], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[[[13], ['']], [['家访劝返']]]"
