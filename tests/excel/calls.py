"""What each button costs across COM: a school of any number of pupils, and every button pressed once.

    school = write_school(folder, pupils=3000)          # always the same three pupils over a threshold
    costs = press_all(school)                           # {"check": Counter({"Worksheet.Name": 41, ...}), ...}

With ``every=10`` each tenth pupil has a wrong number and is away, so that findings grow with the rows.
"""

from __future__ import annotations

import datetime as dt
import shutil
import webbrowser
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import xlwings as xw
from pyopenvba.apps.excel._dimensions import SheetDimensions

import kbbx_xl.excel.main as main
from kbbx_xl.excel.commands import LETTER
from kbbx_xl.rules.school_days import school_calendar
from tests.excel import office
from tests.excel.com import HeadlessExcel
from tests.excel.office import ABSENT, AS_OF, CALENDAR, LISTED, MONTH, SCHOOLS, TODAY, Record
from tests.ids import with_check

DAY = dt.date(2026, 10, 15)
WARNING = 0x30  # style of the message when a button could not do what it should
SECRET = "ShiQiao-2026"


@dataclass(frozen=True)
class Press:
    """A button, the workbook and cells it is pressed on, and what the person answers."""

    command: str
    file: str
    at: tuple[str, str] = ("", "")  # sheet and cells to select
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    where: str = ""  # told apart from the same button on another workbook

    @property
    def name(self) -> str:
        """What the cost is listed under."""
        return f"{self.command}@{self.where}" if self.where else self.command


PLACE = f"报送/{SCHOOLS[0].name}"
OWN, RESPONSIBLE = f"{PLACE}/登记表.xlsx", f"{PLACE}/责任人名单.xlsx"
LEDGERS, DIRECTORY, BEFORE = "台账/登记表二.xlsx", "县/单位目录.xlsx", "上月"
LISTED_ROW = ("疑似辍学台账", "B4")
OF_COUNTY, OF_CASES = ("gather", "county", "progress", "upward"), ("todo", "assign", "evidence")
OF_LETTERS = (
    (("visit", "persuade", "report", "defer", "enrol"), OWN, LISTED_ROW),
    (("order",), LEDGERS, ("辍学台账", "B5")),
    (("penalty", "away"), LEDGERS, ("辍学台账", "B4")),
    (("elsewhere", "register", "transfer", "inquiry"), LEDGERS, ("学籍异动", "B4")),
    (("leave",), LEDGERS, ("缺勤登记", "B4:B6")),
    (("duty_town",), RESPONSIBLE, ("镇级网格", "B4")),
    (("duty_village",), RESPONSIBLE, ("村级网格", "B4")),
    (("duty_school",), RESPONSIBLE, ("校级网格", "B4")),
    (("duty_class",), RESPONSIBLE, ("班级网格", "B4")),
)
PRESSES = (
    Press("check", OWN, ("学生名册", "B7")),
    Press("flag", OWN),
    Press("clear", OWN),
    Press("report", OWN),
    Press("print", OWN, LISTED_ROW),
    Press("carry", OWN),
    Press("history", OWN, LISTED_ROW),
    *(Press(f"{LETTER}{kind}", file, at) for kinds, file, at in OF_LETTERS for kind in kinds),
    Press("match", OWN, files=(LEDGERS,)),
    Press("mask", OWN),
    Press("seal", LEDGERS, inputs=(SECRET,)),
    Press("unseal", OWN, files=(LEDGERS.replace(".xlsx", "_加密.xlsx"),), inputs=(SECRET,)),
    Press("zero", f"报送/{SCHOOLS[1].name}/月报表.xlsx"),
    *(Press(name, OWN, where="school") for name in OF_CASES),
    *(Press(name, DIRECTORY, folders=("县",)) for name in (*OF_COUNTY, *OF_CASES)),
    Press("explain", "县/汇总结果_2026-10/全县汇总_2026-10.xlsx", ("人数汇总", "C6")),
    Press("movement", DIRECTORY, folders=("县", BEFORE)),
    *(Press(f"{LETTER}{kind}", DIRECTORY, folders=("县",)) for kind in ("bulletin", "summary")),
    Press("policy", OWN, inputs=("yanling",)),
    Press("help", OWN),
    Press("doctor", OWN),
)


def crowd(pupils: int, *, every: int = 0) -> list[Record]:
    """The pupils of ``office`` and more of their kind, all numbers right but those of each ``every``-th."""
    rows = office.pupils(1)
    for index in range(len(rows), pupils):
        born, sex = dt.date(2017, 1, 1) + dt.timedelta(index % 300), index % 2
        number = with_check(f"520000{born:%Y%m%d}{index // 300 * 2 + 200 + sex:03d}")
        if every and index % every == 0:
            number = number[:-1] + ("1" if number[-1] != "1" else "2")
        rows.append(
            {
                **rows[0],
                "seq": index + 1,
                "name": f"梁{chr(0x4E00 + index % 100)}{chr(0x5F00 + index // 100)}",
                "sex": "男" if sex else "女",
                "birth": born,
                "id_no": number,
                "student_no": f"G{number}",
                "class_no": str(index + 1),
                "guardian_phone": f"1740{index:07d}",
            }
        )
    return rows


def roll_call(rows: Sequence[Record], *, every: int = 0) -> list[Record]:
    """Present up to the 20th, but those that ``office`` has away and each ``every``-th."""
    days = school_calendar(CALENDAR).between(MONTH.first, AS_OF)
    called = office.roll_call(1)
    for index, pupil in enumerate(rows[len(called) :], len(called)):
        away = every and index % every == 0
        marks = {day.day: "×" if away and day >= DAY else "√" for day in days}
        kept = {name: pupil[name] for name in ("seq", "grade", "class_name", "name")}
        called.append({**kept, "number": pupil["class_no"], "marks": marks})
    return called


def write_school(folder: Path, *, pupils: int, every: int = 0) -> Path:
    """The office with a first school of ``pupils``, its ledgers, its grids and its last month."""
    rows = crowd(pupils, every=every)
    office.write_office(folder)
    own: dict[str, Sequence[Record]] = {
        "roster": rows,
        "roll_call": roll_call(rows, every=every),
        "suspected": [office.case(rows[LISTED])],
        "month_figures": [{"grade": "三年级", "opening": pupils}],
    }
    office.write(folder / OWN, "registration", SCHOOLS[0], own)
    office.write(folder / LEDGERS, "registration", SCHOOLS[0], _ledgers(rows))
    grid = {"seq": 1, "grid_name": "网格一", "head": "宋远一", "phone": "17400426910"}
    levels = ("grid_town", "grid_village", "grid_school", "grid_class")
    grids = {table: [grid] for table in levels}
    office.write(folder / RESPONSIBLE, "responsibility", SCHOOLS[0], grids)
    shutil.copy(folder / "单位目录.xlsx", folder / PLACE)
    earlier = folder / BEFORE
    data = {"roster": rows}
    office.write(earlier / "登记表.xlsx", "registration", SCHOOLS[0], data, MONTH.before)
    shutil.copy(folder / "单位目录.xlsx", earlier)
    county = folder / "县"
    for unit in SCHOOLS:
        (county / unit.name).mkdir(parents=True)
        shutil.copy(folder / "报送" / unit.name / "登记表.xlsx", county / unit.name)
    shutil.copy(folder / "单位目录.xlsx", county)
    return folder


def _ledgers(rows: Sequence[Record]) -> dict[str, Sequence[Record]]:
    """Two dropouts, one of them ordered back, a pupil gone to another school, a tenth of all on leave."""
    kept = [{n: row[n] for n in ("name", "id_no", "grade", "class_name")} for row in rows]
    first, second = kept[LISTED], kept[ABSENT]
    away = {"change": "转出", "change_date": DAY, "other_school": "邻县第二小学"}
    leave = {"start": DAY, "leave_kind": "病假", "reason": "感冒"}
    steps = [(first, "宣传教育"), (first, "责令改正"), (second, "宣传教育")]
    outside = {"registered_address": "某省远山县石桥镇"}
    return {
        "roster": rows,
        "dropout": [
            {**office.case(rows[index]), **outside, "seq": n}
            for n, index in enumerate((LISTED, ABSENT), 1)
        ],
        "case_steps": [
            {"seq": n, "name": who["name"], "id_no": who["id_no"], "step": step}
            | {"step_date": DAY, "until": DAY if step == "责令改正" else None}
            for n, (who, step) in enumerate(steps, 1)
        ],
        "changes": [{**first, **away, "seq": 1}],
        "absence": [{**one, **leave, "seq": n} for n, one in enumerate(kept[LISTED::10], 1)],
    }


def press_all(
    school: Path, presses: Iterable[Press] = PRESSES
) -> dict[str, tuple[Counter[str], str]]:
    """Press the buttons in one Excel; of each the COM calls by member, and its last message."""
    excel = HeadlessExcel()
    own: dict[str, xw.Book] = {}
    costs: dict[str, tuple[Counter[str], str]] = {}
    with (
        mock.patch.object(main, "today", return_value=TODAY),
        mock.patch.object(webbrowser, "open", return_value=True),
        mock.patch.object(SheetDimensions, "_settle"),  # heights of rows: half the model's time
    ):
        for press in presses:
            book = own.get(press.file) or excel.open(school / press.file)
            own[press.file] = book
            costs[press.name] = _press(excel, school, press, book)
            mine = [book.api._object for book in own.values()]
            for model in excel.host.workbooks():
                if model not in mine:
                    excel.book(model).close()
    return costs


def _press(
    excel: HeadlessExcel, school: Path, press: Press, book: xw.Book
) -> tuple[Counter[str], str]:
    excel.book(book.api._object)
    if press.at[0]:
        office.select(book, *press.at)
    answers = excel.desk.answers
    answers.folder.extend(school / name for name in press.folders)
    answers.file.extend(school / name for name in press.files)
    answers.input.extend(press.inputs)
    before, heard = excel.by_member.copy(), len(excel.desk.messages)
    main.run(press.command)
    said = excel.desk.messages[heard:]
    told = "\n".join(message.prompt for message in said)
    failed = [m for m in said if m.style & WARNING == WARNING and press.command != "doctor"]
    assert not failed, (press, told)
    assert not answers.left(), (press, told)
    assert not excel.lacking, (press, excel.lacking)
    return excel.by_member - before, told
