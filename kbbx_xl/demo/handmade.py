"""The files of a school that does not use our workbooks, and what goes wrong on the way."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path
from random import Random

from kbbx_xl.demo import records, sheets
from kbbx_xl.demo.people import Student
from kbbx_xl.demo.sheets import Habits, HandBook
from kbbx_xl.demo.world import School, World
from kbbx_xl.model import Unit

EXPORTS_CSV = "147"  # last digit of the codes of schools that send the export as .csv


def write_school(world: World, school: School, folder: Path, rng: Random) -> None:
    """学籍导出, 考勤表 or 缺勤登记, 台账, 劝返记录, 网格名单 and 月报 as separate files."""
    month, habits = world.month.month, Habits.of(rng)
    short = school.unit.name.removeprefix(school.unit.parent.removesuffix("中心校"))
    if school.unit.code[-1] in EXPORTS_CSV:
        write_roster_csv(school, folder / f"学籍导出_{short}.csv")
    else:
        with HandBook(str(folder / f"学籍导出_{short}.xlsx"), habits) as book:
            sheets.put_roster(book, school)
    if school.grid:
        with HandBook(str(folder / f"{month}月考勤表.xlsx"), habits) as book:
            sheets.put_roll_call(book, world, school)
    else:
        with HandBook(str(folder / f"{short}{month}月缺勤登记.xlsx"), habits) as book:
            sheets.put_absence(book, world, school)
    with HandBook(str(folder / "疑似辍学台账.xlsx"), habits) as book:
        sheets.put_cases(book, world, school)
    if school.cases():
        with HandBook(str(folder / "劝返记录.xlsx"), habits) as book:
            sheets.put_visits(book, school)
    with HandBook(str(folder / f"{short}网格长名单.xlsx"), habits) as book:
        sheets.put_responsibility(book, world, school)
    write_report(world, school, folder / report_name(world))


def report_name(world: World) -> str:
    return f"{world.month.month}月月报.xlsx"


def write_report(world: World, school: School, path: Path) -> None:
    with HandBook(str(path), Habits()) as book:
        sheets.put_report(book, world, school)


def write_roster_csv(school: School, path: Path) -> None:
    """学籍导出 as comma-separated text in GB18030, ids guarded by a tab as the system does."""
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([title for title, _ in sheets.ROSTER])
        for record in records.roster(school):
            writer.writerow([_csv_cell(field, record[field]) for _, field in sheets.ROSTER])


def _csv_cell(field: str, value: object) -> str:
    if field == "birth":
        return str(value).replace("-", "")
    return f"{value}\t" if field in ("id_no", "student_no") else str(value)


def write_center(world: World, center: Unit, schools: list[School], folder: Path) -> None:
    """汇总表 of a central school: one row a school, from the schools' own reports."""
    columns: sheets.Columns = (("序号", "seq"), ("学校", "school"), *sheets.REPORT[1:])
    rows = []
    for school in schools:
        grades = records.report(school)
        sums: records.Record = {
            field: sum(int(str(row[field])) for row in grades) for _, field in sheets.REPORT[1:]
        }
        rows.append({"school": school.unit.name, **sums})
    title = f"{center.name}{world.month.label}控辍保学汇总表"
    with HandBook(str(folder / f"{center.name}{world.month.month}月汇总表.xlsx"), Habits()) as book:
        sheet = book.sheet("汇总")
        sheet.merge_range(0, 0, 0, len(columns) - 1, title, book.bold)
        sheet.write_string(1, 0, f"填报单位：{center.name}（盖章）")
        book.table(sheet, 2, columns, records.numbered(rows))


def last_month(world: World, school: School) -> tuple[World, School]:
    """County and school a month earlier: what a school sends that mistook the month."""
    end = world.month.before.last
    days = tuple(day for day in school.days if day <= end)
    earlier = dataclasses.replace(
        school, days=days, students=[_as_of(student, days) for student in school.students]
    )
    return dataclasses.replace(world, month=world.month.before, as_of=end), earlier


def _as_of(student: Student, days: Sequence[dt.date]) -> Student:
    """What was known of a pupil on the last of the school ``days``; changes of register came later."""
    end = days[-1] if days else dt.date.min
    spells = [
        dataclasses.replace(
            spell,
            days=tuple(day for day in spell.days if day <= end),
            back=spell.back if spell.back and spell.back <= end else None,
        )
        for spell in student.spells
        if spell.days[0] <= end
    ]
    case = student.case if student.case and student.case.first_absent <= end else None
    if case:
        returned = case.closed is not None and case.closed <= end
        later = case.status == "已返校" or student.change is not None
        open_status = "疑似辍学" if later else case.status
        case = dataclasses.replace(
            case,
            status=case.status if returned else open_status,
            closed=case.closed if returned else None,
            run_days=min(case.run_days, sum(day >= case.first_absent for day in days)),
            visits=tuple(visit for visit in case.visits if visit.date <= end),
        )
    status = "在读" if student.change else student.status
    return dataclasses.replace(student, spells=spells, case=case, change=None, status=status)


def correct_later(folder: Path, world: World, school: School) -> None:
    """A report whose first grade does not add up, and the corrected one beside it."""
    right = folder / report_name(world)
    right.rename(folder / f"{world.month.month}月月报（修改版）.xlsx")
    with HandBook(str(right), Habits()) as book:
        rows = records.report(school)
        rows[0] = {**rows[0], "closing": int(str(rows[0]["closing"])) + 1}
        sheets.put_report(book, world, school, rows)


def damage_ids(school: School, path: Path) -> int:
    """A roster whose clerk typed some ids as numbers, cut some and mistyped some; how many are lost."""
    rows = records.roster(school)
    hit = rows[:: max(3, len(rows) // 6)]
    for number, record in enumerate(hit):
        text = str(record["id_no"])
        wrong_end = "1" if text[17] != "1" else "2"
        damaged: tuple[object, ...] = (float(text[:17] + "0"), text[:17], text[:17] + wrong_end)
        record["id_no"] = damaged[number % 3]
    with HandBook(str(path), Habits(titled=False)) as book:
        book.table(book.sheet("学生基本信息"), 0, sheets.ROSTER, rows)
    return len(hit)


def leave_litter(folder: Path) -> None:
    """A lock file of an open workbook, a copy sent twice, a thumbnail file."""
    report = next(path for path in sorted(folder.glob("*月报*.xlsx")))
    (folder / f"~${report.name}").write_bytes(b"\x05clerk" + b" " * 159)
    shutil.copyfile(report, folder / f"{report.stem} (1).xlsx")
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 508)
