"""The workbooks of ours, filled as a careful school fills them."""

from __future__ import annotations

from pathlib import Path

from kbbx_xl.books.setup.county import directory_data
from kbbx_xl.books.template.build import build_workbook
from kbbx_xl.books.template.context import Context
from kbbx_xl.demo import casework, records
from kbbx_xl.demo.records import Data
from kbbx_xl.demo.world import School, World
from kbbx_xl.model import Unit
from kbbx_xl.rules.school_days import SchoolCalendar
from kbbx_xl.settings.forms import load_form
from kbbx_xl.settings.policies import load_policy

DIRECTORY_FILE = "单位目录.xlsx"
POLICY = "tanghe"  # whose ladder the demo's workbooks show


def write_directory(world: World, path: Path) -> None:
    """单位目录: units, villages, calendar."""
    data = directory_data(world.directory, world.calendar)
    build_workbook(load_form("directory"), path, data=data)


def write_school(world: World, school: School, folder: Path) -> list[Path]:
    """登记表, 月报表 and 责任人名单 of one school; returns their paths."""
    return [
        _write(world, school.unit, form, data, folder, school.calendar)
        for form, data in (
            ("registration", registration(world, school)),
            ("monthly", monthly(world, school)),
            ("responsibility", responsibility(world, school)),
        )
    ]


def registration(world: World, school: School) -> Data:
    """Records of 登记表: the roll call, or the ledger of spells, as the school keeps it."""
    by_roll_call = records.roll_call(world, school, school.students) if school.grid else []
    return {
        "cover": [records.cover(world, school)],
        "roster": records.roster(school),
        "roll_call": by_roll_call,
        "absence": [] if school.grid else records.absence(world, school),
        "suspected": records.cases(school, "疑似辍学", "已返校"),
        "dropout": records.cases(school, "辍学"),
        "visits": records.visits(school),
        "home_teaching": records.home_teaching(world, school),
        "case_steps": casework.case_steps(school),
        "evidence": casework.evidence(world, school),
        "home_plan": casework.home_plan(school),
        "school_age": casework.school_age(school),
        "changes": records.changes(school),
    }


def monthly(world: World, school: School) -> Data:
    """Records of 月报表."""
    return {
        "cover": [records.cover(world, school)],
        "report": records.report(school),
        "list_suspected": records.cases(school, "疑似辍学", "已返校"),
        "list_dropout": records.cases(school, "辍学"),
        "list_changes": records.changes(school),
        "six_checks": records.six_checks(school),
        "zero_report": [records.zero_report(world, school)],
    }


def responsibility(world: World, school: School) -> Data:
    """Records of 责任人名单."""
    return {
        "cover": [records.cover(world, school)],
        **records.grid_rows(school),
        "signed": casework.signed(school),
        "work_log": casework.work_log(school),
    }


def write_center(world: World, center: Unit, folder: Path) -> Path:
    """责任人名单 of a central school: its town's grid."""
    head = world.center_heads[center.name]
    town = center.name.removesuffix("中心校")
    cover = {"reviewer": head.name, "filled_on": world.as_of}
    row = {"seq": 1, "grid_name": town, "head": head.name, "phone": head.phone}
    log = casework.center_log(world, center.name)
    data: Data = {"cover": [cover], "grid_town": [row], "work_log": log}
    return _write(world, center, "responsibility", data, folder)


def _write(
    world: World,
    unit: Unit,
    form_name: str,
    data: Data,
    folder: Path,
    calendar: SchoolCalendar | None = None,
) -> Path:
    form = load_form(form_name)
    path = folder / f"{form.title}.xlsx"
    context = Context(
        unit=unit,
        parent=unit.parent,
        period=world.month,
        as_of=world.as_of,
        policy=load_policy(POLICY),
        calendar=calendar,
        directory=world.directory,
    )
    build_workbook(form, path, context=context, data=data)
    return path
