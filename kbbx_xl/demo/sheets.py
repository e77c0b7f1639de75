"""Sheets as schools make them by hand, and as the national system exports them.

Titles, header words, date styles and little habits differ from school to school (``Habits``); what
is written is the same as in our own workbooks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kbbx_xl.demo import records
from kbbx_xl.demo.people import Student
from kbbx_xl.demo.records import Record
from kbbx_xl.demo.world import School, World
from kbbx_xl.model import column_letters

Columns = Sequence[tuple[str, str]]  # (title, field)

ROSTER: Columns = (
    *(("姓名", "name"), ("性别", "sex"), ("出生日期", "birth"), ("身份证件类型", "id_type")),
    *(("身份证件号", "id_no"), ("学籍号", "student_no"), ("年级", "grade"), ("班级", "class_name")),
    *(("民族", "ethnicity"), ("户口所在地", "registered_address"), ("现住址", "address")),
    *(("是否留守儿童", "left_behind"), ("是否随迁子女", "migrant"), ("残疾类型", "disability")),
    *(("是否孤儿", "orphan"), ("成员1姓名", "guardian"), ("成员1联系电话", "guardian_phone")),
    *(("学生当前状态", "status"),),
)
ABSENCE: Columns = (
    *(("序号", "seq"), ("姓名", "name"), ("身份证号", "id_no"), ("年级", "grade")),
    *(("班级", "class_name"), ("缺勤起始日期", "start"), ("返校日期", "back")),
    *(
        ("缺勤类别", "leave_kind"),
        ("缺勤天数", "days"),
        ("原因", "reason"),
        ("是否告知家长", "contacted"),
    ),
)
CASES: Columns = (
    *(
        ("序号", "seq"),
        ("姓名", "name"),
        ("性别", "sex"),
        ("身份证号", "id_no"),
        ("学籍号", "student_no"),
    ),
    *(("出生年月", "birth"), ("学校", "school"), ("年级", "grade"), ("班级", "class_name")),
    *(("户籍所在地", "registered_address"), ("现住址", "address"), ("监护人", "guardian")),
    *(
        ("联系电话", "guardian_phone"),
        ("特殊群体", "special_group"),
        ("首次缺勤日期", "first_absent"),
    ),
    *(("连续缺勤教学日数", "run_days"), ("原因", "reason"), ("去向", "whereabouts")),
    *(
        ("承包教师", "teacher"),
        ("核查结果", "verified"),
        ("状态", "case_status"),
        ("销号日期", "closed"),
    ),
)
REPORT: Columns = (
    *(
        ("年级", "grade"),
        ("上月末在校生数", "opening"),
        ("转入", "transfer_in"),
        ("复学", "return_in"),
    ),
    *(
        ("转出", "transfer_out"),
        ("休学", "suspend"),
        ("辍学", "dropout"),
        ("本月末在校生数", "closing"),
    ),
    *(("疑似辍学", "suspected"), ("本月劝返", "persuaded"), ("送教上门", "home_teaching")),
)
GRID: Columns = (
    ("序号", "seq"),
    ("网格名称", "grid_name"),
    ("网格长姓名", "head"),
    ("联系方式", "phone"),
)
LEVELS = (("grid_village", "村级"), ("grid_school", "校级"), ("grid_class", "班级"))
DATE_STYLES: tuple[Callable[[dt.date], object], ...] = (
    lambda day: day,
    lambda day: day.isoformat(),
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}/{day.month}/{day.day}",
)
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Habits:
    """How one school's clerk writes."""

    date: Callable[[dt.date], object] = DATE_STYLES[0]
    titled: bool = True  # a title and a unit line above the header
    spaced: bool = False  # two-character names written with a space
    prefix: str = ""  # 小学一年级 instead of 一年级

    @classmethod
    def of(cls, rng: Random) -> Habits:
        return cls(
            date=rng.choice(DATE_STYLES),
            titled=rng.random() < 0.8,
            spaced=rng.random() < 0.3,
            prefix="小学" if rng.random() < 0.2 else "",
        )

    def write(self, field: str, value: object) -> object:
        """The value as this clerk writes it."""
        if isinstance(value, dt.date):
            return self.date(value)
        text = "" if value is None else value
        if field == "name" and self.spaced and isinstance(text, str) and len(text) == 2:
            return f"{text[0]}　{text[1]}"
        if field == "grade" and self.prefix and str(text)[:1] in "一二三四五六":
            return f"{self.prefix}{text}"
        return text


class HandBook:
    """A workbook made by hand: plain cells, borders, nothing clever."""

    def __init__(self, path: str, habits: Habits) -> None:
        options = {"strings_to_numbers": False, "strings_to_formulas": False, "in_memory": True}
        self.xlsx = xlsxwriter.Workbook(path, options)
        self.habits = habits

    def __enter__(self) -> HandBook:
        return self

    def __exit__(self, *_: object) -> None:
        self.xlsx.close()

    def sheet(self, name: str) -> Worksheet:
        return self.xlsx.add_worksheet(name)

    @cached_property
    def day(self) -> Format:
        return self.xlsx.add_format({"num_format": "yyyy-mm-dd"})

    @cached_property
    def bold(self) -> Format:
        return self.xlsx.add_format({"bold": True, "align": "center"})

    def put(self, sheet: Worksheet, row: int, col: int, field: str, value: object) -> None:
        """One cell, row and column from 0, by the clerk's habits."""
        written = self.habits.write(field, value)
        if written == "":
            return
        if isinstance(written, dt.date):
            sheet.write_datetime(row, col, written, self.day)
        elif isinstance(written, str):
            sheet.write_string(row, col, written)
        else:
            sheet.write(row, col, written)

    def table(self, sheet: Worksheet, row: int, columns: Columns, rows: Sequence[Record]) -> int:
        """Header and records from ``row`` (from 0); returns the row after them."""
        sheet.write_row(row, 0, [title for title, _ in columns], self.bold)
        for record in rows:
            row += 1
            for col, (_, field) in enumerate(columns):
                self.put(sheet, row, col, field, record.get(field))
        return row + 1

    def heading(self, sheet: Worksheet, title: str, line: str, width: int) -> int:
        """Title and unit line, for clerks who write them; returns the row after them."""
        if not self.habits.titled:
            return 0
        sheet.merge_range(0, 0, 0, width - 1, title, self.bold)
        sheet.write_string(1, 0, line)
        return 2


def unit_line(world: World, school: School) -> str:
    day = world.as_of
    return f"填报单位：{school.unit.name}（盖章）　　填报日期：{day.year}年{day.month}月{day.day}日"


def put_roster(book: HandBook, school: School) -> None:
    """学籍导出."""
    sheet = book.sheet("学生基本信息")
    book.table(sheet, 0, ROSTER, records.roster(school))


def put_absence(book: HandBook, world: World, school: School) -> None:
    """缺勤登记."""
    sheet = book.sheet("缺勤登记")
    title = f"{school.unit.name}{world.month.label}学生缺勤登记表"
    row = book.heading(sheet, title, unit_line(world, school), len(ABSENCE))
    rows = records.absence(world, school)
    after = book.table(sheet, row, ABSENCE, rows)
    if not rows:
        sheet.write_string(after, 1, "无")


def put_cases(book: HandBook, world: World, school: School) -> None:
    """疑似辍学及辍学学生台账; 零报告 when there is nobody."""
    sheet = book.sheet("台账")
    title = f"{school.unit.name}疑似辍学及辍学学生台账（{world.month.label}）"
    row = book.heading(sheet, title, unit_line(world, school), len(CASES))
    rows = records.cases(school, "疑似辍学", "辍学", "已返校")
    after = book.table(sheet, row, CASES, rows)
    if not rows:
        sheet.write_string(after, 0, "本月零报告")


def put_responsibility(book: HandBook, world: World, school: School) -> None:
    """网格名单: the levels under one another."""
    sheet = book.sheet("网格名单")
    by_level = records.grid_rows(school)
    row = 0
    for table, level in LEVELS:
        if not by_level[table]:
            continue
        title = f"{school.unit.name}控辍保学网格化管理责任人名单"
        sheet.merge_range(row, 0, row, 3, title, book.bold)
        sheet.write_string(row + 1, 0, f"{level}网格　　　{world.month.label}")
        row = book.table(sheet, row + 2, GRID, by_level[table]) + 1


def put_report(book: HandBook, world: World, school: School, rows: Sequence[Record] = ()) -> None:
    """月报 by grade with a total row of formulas; ``rows`` when they are not the true ones."""
    sheet = book.sheet("月报")
    sheet.merge_range(
        0, 0, 0, 10, f"{school.unit.name}{world.month.label}控辍保学工作月报表", book.bold
    )
    sheet.write_string(1, 0, unit_line(world, school))
    rows = rows or records.report(school)
    after = book.table(sheet, 2, REPORT, rows)
    sheet.write_string(after, 0, "合计")
    for col, (_, field) in enumerate(REPORT[1:], 1):
        letter = column_letters(col + 1)
        total = sum(int(str(row[field])) for row in rows)
        sheet.write_formula(after, col, f"=SUM({letter}4:{letter}{after})", None, total)
    signed = f"填表人：{school.unit.reporter}　　审核人：{school.reviewer.name}　　联系电话：{school.unit.phone}"
    sheet.write_string(after + 1, 0, signed)


def put_roll_call(book: HandBook, world: World, school: School) -> None:
    """考勤表: one sheet a class, days across, sums on the right, legend below."""
    last = world.month.last.day
    for grade, klass in school.classes:
        sheet = book.sheet(f"{grade}{klass}")
        sheet.merge_range(0, 0, 0, last + 6, f"{school.unit.name}学生考勤表", book.bold)
        line = f"学校：{school.unit.name}　　班级：{grade}{klass}　　{world.month.label}"
        sheet.write_string(1, 0, line)
        sheet.write_row(2, 0, ["序号", "姓名", "学号", *range(1, last + 1), "旷课", "病假", "事假"])
        for day in range(1, last + 1):
            weekday = world.month.first.replace(day=day).weekday()
            sheet.write_string(3, day + 2, WEEKDAYS[weekday])
        pupils = [s for s in school.pupils(grade, klass) if s.enrolled]
        for number, student in enumerate(pupils, 1):
            marks = records.marks(world, school, student)
            _roll_call_row(book, sheet, number, student, marks, last)
        legend = "说明：√出勤　×旷课　半 旷课半天　病 病假　事 事假　送 送教上门"
        sheet.write_string(len(pupils) + 4, 0, legend)


def _roll_call_row(
    book: HandBook,
    sheet: Worksheet,
    number: int,
    student: Student,
    marks: Mapping[int, str],
    last: int,
) -> None:
    row = number + 3
    sheet.write_number(row, 0, number)
    book.put(sheet, row, 1, "name", student.name)
    sheet.write_string(row, 2, student.class_no)
    for day, mark in marks.items():
        sheet.write_string(row, day + 2, mark)
    written = list(marks.values())
    absent = written.count(records.ABSENT) + written.count(records.HALF) / 2
    sums = (absent, written.count(records.SICK), written.count(records.PERSONAL))
    sheet.write_row(row, last + 3, sums)


def put_visits(book: HandBook, school: School) -> None:
    """劝返记录: one form a pupil, labels and values, visit rows below."""
    for number, (student, case) in enumerate(school.cases(), 1):
        sheet = book.sheet(f"{number}{student.name}")
        sheet.merge_range(0, 0, 0, 5, "义务教育阶段辍学学生劝返记录表", book.bold)
        where = f"{school.unit.name}{student.grade}{student.class_name}"
        month = f"{case.first_absent.year}年{case.first_absent.month}月"
        home = student.registered_address
        sheet.write_row(
            1, 0, ["学生姓名", student.name, "性别", student.sex, "身份证号码", student.id_no]
        )
        sheet.write_row(2, 0, ["就读学校及年级", where, "辍学年月", month, "户籍所在地", home])
        guardian = ["家长（或监护人）姓名", student.guardian, "电话号码", student.guardian_phone]
        sheet.write_row(3, 0, [*guardian, "家庭住址", student.address])
        sheet.write_row(4, 0, ["辍学原因", case.reason])
        sheet.write_row(5, 0, ["已采取的帮扶措施", "结对帮扶"])
        titles = ["劝返次数", "劝返人员姓名", "劝返人员电话", "劝返时间", "劝返就读情况记录"]
        sheet.write_row(6, 0, titles, book.bold)
        for row, visit in enumerate(case.visits, 7):
            sheet.write_row(row, 0, [f"第{row - 6}次", visit.visitors, visit.phone])
            book.put(sheet, row, 3, "visit_date", visit.date)
            sheet.write_string(row, 4, visit.record)
