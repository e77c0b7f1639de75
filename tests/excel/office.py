"""A small office for the buttons: one central school, two schools with filled workbooks, a directory.

Everything in it is invented and known: who is absent when, who is listed, which number is wrong.
Month 2026-10, as of Tuesday 2026-10-20; policy 唐河县 (家访劝返 from 3 days without leave).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import xlwings as xw

from kbbx_xl.books.template import Context, build_workbook
from kbbx_xl.model import CalendarSheet, Directory, Period, Unit
from kbbx_xl.rules.school_days import school_calendar
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import load_policy
from tests.ids import with_check

Record = dict[str, object]
MONTH, AS_OF, TODAY = Period(2026, 10), dt.date(2026, 10, 20), dt.date(2026, 10, 21)
COUNTY = Unit("520100", "南屏县教育体育局", level="县")
CENTER = Unit("520110", "石桥镇中心校", COUNTY.name, "中心校")
SCHOOLS = (
    Unit("520111", "石桥小学", CENTER.name, "学校", "小学"),
    Unit("520112", "柳湾小学", CENTER.name, "学校", "小学"),
)
DIRECTORY = Directory((COUNTY, CENTER, *SCHOOLS))
TERM = (dt.date(2026, 9, 1), dt.date(2027, 1, 22))
CALENDAR = CalendarSheet(*TERM)
NAMES = ("梁知行", "卓雅宁", "邵一苇", "欧阳佩弦", "秦以沫", "仇未央")
WRONG_ID = 2  # index of the pupil whose number has a wrong check digit
ABSENT, HALF, LISTED = 0, 1, 3  # absent since 15 Oct; half a day on the 20th; in 疑似辍学台账


def id_no(number: int, *, sex: int = 1) -> str:
    """A valid invented number of area 520000, born 2017."""
    return with_check(f"5200002017{number % 12 + 1:02d}15{number:02d}{sex}")


def pupils(school: int) -> list[Record]:
    """Six pupils of one class, one of them with a wrong number."""
    rows: list[Record] = []
    for index, name in enumerate(NAMES):
        number = id_no(school * 10 + index, sex=1 + index % 2)
        if index == WRONG_ID:
            number = number[:-1] + ("1" if number[-1] != "1" else "2")
        rows.append(
            {
                "seq": index + 1,
                "name": name,
                "sex": "男" if (1 + index % 2) % 2 else "女",
                "birth": dt.date(2017, (school * 10 + index) % 12 + 1, 15),
                "id_no": number,
                "student_no": f"G{number}",
                "grade": "三年级",
                "class_name": "1班",
                "class_no": str(index + 1),
                "guardian": f"{name[0]}父",
                "guardian_phone": f"1740000{school}{index:03d}",
                "address": "南屏县石桥镇下河村 3 组",
                "registered_address": "南屏县石桥镇下河村 3 组",
                "status": "在读",
            }
        )
    return rows


def roll_call(school: int) -> list[Record]:
    """Marks up to the 20th; in the first school one pupil is away since the 15th, one half a day."""
    days = school_calendar(CALENDAR).between(MONTH.first, AS_OF)
    rows: list[Record] = []
    for index, pupil in enumerate(pupils(school)):
        marks = {day.day: "√" for day in days}
        if school == 1 and index in (ABSENT, LISTED):
            marks |= {day.day: "×" for day in days if day >= dt.date(2026, 10, 15)}
        if school == 1 and index == HALF:
            marks[20] = "半"
        rows.append(
            {
                "seq": index + 1,
                "grade": "三年级",
                "class_name": "1班",
                "name": pupil["name"],
                "number": pupil["class_no"],
                "marks": marks,
            }
        )
    return rows


def case(pupil: Record) -> Record:
    """A line of 疑似辍学台账."""
    kept = ("name", "sex", "id_no", "student_no", "grade", "class_name", "address", "guardian")
    return {
        **{key: pupil[key] for key in kept},
        "seq": 1,
        "guardian_phone": pupil["guardian_phone"],
        "first_absent": dt.date(2026, 10, 15),
        "reason": "外出务工",
        "teacher": "宋远山",
    }


def context(unit: Unit, month: Period = MONTH) -> Context:
    return Context(
        unit=unit,
        parent=unit.parent,
        period=month,
        as_of=AS_OF if month == MONTH else month.last,
        policy=load_policy("tanghe"),
        calendar=school_calendar(CALENDAR),
        directory=DIRECTORY,
    )


def cover(unit: Unit) -> Record:
    return {"reporter": "宋远山", "reviewer": "宋远山", "head": "宋远山", "filled_on": AS_OF}


def write(
    path: Path, form: str, unit: Unit, data: Mapping[str, Sequence[Record]], month: Period = MONTH
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    filled = {"cover": [cover(unit)], **data}
    build_workbook(load_form(form), path, context=context(unit, month), data=filled)
    return path


def registration(school: int, *, with_case: bool) -> dict[str, list[Record]]:
    rows = pupils(school)
    return {
        "roster": rows,
        "roll_call": roll_call(school),
        "suspected": [case(rows[LISTED])] if with_case else [],
        "month_figures": [{"grade": "三年级", "opening": len(rows)}],
    }


def write_office(folder: Path) -> Path:
    """单位目录.xlsx, and 报送/<school>/登记表.xlsx and 月报表.xlsx; returns the folder."""
    units = [
        {
            "code": u.code,
            "unit_name": u.name,
            "parent": u.parent,
            "level": u.level,
            "stage": u.stage,
        }
        for u in DIRECTORY.units
    ]
    term = [{"start": TERM[0], "end": TERM[1]}]
    folder.mkdir(parents=True, exist_ok=True)
    directory: dict[str, list[Record]] = {"units": units, "term": term}  # type: ignore[dict-item]
    build_workbook(load_form("directory"), folder / "单位目录.xlsx", data=directory)
    for number, unit in enumerate(SCHOOLS, 1):
        place = folder / "报送" / unit.name
        write(
            place / "登记表.xlsx", "registration", unit, registration(number, with_case=number == 1)
        )
        closing = len(NAMES)
        report: Record = {
            "grade": "三年级", "opening": closing, "transfer_in": 0, "return_in": 0, "other_in": 0,
            "transfer_out": 0, "suspend": 0, "dropout": 0, "other_out": 0, "closing": closing,
            "closing_male": 3, "closing_female": 3, "suspected": int(number == 1), "persuaded": 0,
            "home_teaching": 0,
        }  # fmt: skip
        listed = [case(pupils(1)[LISTED])] if number == 1 else []
        data: dict[str, list[Record]] = {"report": [report], "list_suspected": listed}
        write(place / "月报表.xlsx", "monthly", unit, data)
    return folder


FIRST = SCHOOLS[0].name


def book_of(office: Path, file: str = "登记表.xlsx") -> Path:
    return office / "报送" / FIRST / file


def sheets(book: xw.Book) -> list[str]:
    return [sheet.name for sheet in book.sheets]


def cells(path: Path, sheet: str) -> list[tuple[object, ...]]:
    loaded = openpyxl.load_workbook(path)
    return [tuple(cell.value for cell in row) for row in loaded[sheet].iter_rows()]


def select(book: xw.Book, sheet: str, cells: str) -> None:
    book.sheets[sheet].activate()
    book.sheets[sheet].range(cells).select()
