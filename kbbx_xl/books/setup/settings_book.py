"""设置.xlsx written: blank to be filled, or with what was answered, so that it can be repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from kbbx_xl.books.setup import words
from kbbx_xl.books.setup.columns import Ask, Column
from kbbx_xl.books.setup.county import COUNTY, CountySetup
from kbbx_xl.books.setup.own_copy import OwnThreshold
from kbbx_xl.books.setup.paper import (
    HEAD,
    Lists,
    begin,
    cell_style,
    check,
    finish,
    put_stamp,
    put_table,
)
from kbbx_xl.books.setup.settings_sheets import (
    BASICS,
    DAYS,
    LINES,
    OWN,
    SETTINGS_FORM,
    SETTINGS_VERSION,
    SHEETS,
    UNITS,
    VILLAGES,
    policy_words,
)
from kbbx_xl.books.style import height_of, lines
from kbbx_xl.books.template.page import Book, writing
from kbbx_xl.model import CalendarSheet, Unit

TITLE = "开县设置"
HINT = (
    "填好这一张和“单位”表就可以建县，别的表可以空着。填好后在命令行运行：kbbx-xl init 文件夹 --from 设置.xlsx；"
    "哪个格填得不对会列出来，改好再运行一次就行。带 * 的必填。"
)


def write_settings_book(
    path: Path, setup: CountySetup | None = None, units: Iterable[Unit] = ()
) -> None:
    """Write the workbook; ``setup`` None: blank but for ``units`` (with names still to be filled).

    The same arguments give the same bytes.  Raises OutputError.
    """
    rows: dict[str, list[dict[str, object]]] = {UNITS.name: [_unit(unit) for unit in units]}
    if setup:
        rows = {
            OWN.name: [_own(one) for one in setup.own],
            UNITS.name: [_unit(u) for u in setup.directory.units if u.level != COUNTY],
            VILLAGES.name: [
                {"town": v.town, "village": v.name, "school": v.school}
                for v in setup.directory.villages
            ],
            DAYS.name: _days(setup.calendar),
        }
    with writing(path, TITLE) as book:
        lists = Lists(book)
        _basics(book, lists, _values(setup) if setup else {})
        for sheet in SHEETS:
            widths = [column.width for column in sheet.columns]
            page = begin(book, sheet.name, sheet.title, sheet.hint, widths)
            given = rows.get(sheet.name, [])
            spare = max(sheet.spare - len(given), 20)
            put_table(page, lists, sheet.columns, given, spare=spare)
        lists.write()
        put_stamp(book, {"form": SETTINGS_FORM, "version": SETTINGS_VERSION})
        next(iter(book.pages.values())).sheet.activate()


def _basics(book: Book, lists: Lists, values: Mapping[str, object]) -> None:
    """One answer a row, with how it is to be written beside it."""
    columns = (
        Column("title", "项目", Ask.FIXED, 24),
        Column("value", "填在这里", Ask.TEXT, 40),
        Column("hint", "怎么填", Ask.FIXED, 64),
    )
    page = begin(book, BASICS, TITLE, HINT, [column.width for column in columns])
    for number, column in enumerate(columns):
        page.put(HEAD, number, column.title, book.style("header"))
    for row, line in enumerate(LINES, HEAD + 1):
        page.put(row, 0, line.title + ("*" if line.required else ""), cell_style(book, columns[0]))
        page.put(row, 1, values.get(line.path), cell_style(book, line))
        page.put(row, 2, line.hint, cell_style(book, columns[2]))
        page.height(row, height_of(lines(line.hint, 64)) + 4)
        check(page, lists, line, row, 1, row)
        if line.required:
            page.condition(row, 1, row, 1, f'=B{row + 1}=""', book.style("missing"))
    page.sheet.freeze_panes(HEAD + 1, 0)
    page.sheet.set_selection(HEAD + 1, 1, HEAD + 1, 1)
    finish(page, HEAD + len(LINES), 3)


def _values(setup: CountySetup) -> dict[str, object]:
    earlier = setup.calendar.earlier or (None, None)
    return {
        "county": setup.county,
        "bureau": setup.bureau,
        "code": setup.code,
        "policy": policy_words()[setup.profile],
        "month": str(setup.month),
        "start": setup.calendar.term_start,
        "end": setup.calendar.term_end,
        "earlier_start": earlier[0],
        "earlier_end": earlier[1],
        "reporter": setup.reporter,
        "phone": setup.phone,
    }


def _own(one: OwnThreshold) -> dict[str, object]:
    return {
        "step": words.STEPS[one.step],
        "measure": words.MEASURES[one.measure],
        "operator": words.THRESHOLDS[one.threshold.operator],
        "value": one.threshold.value,
        "unit": words.DAYS[one.threshold.unit],
        "source": one.source,
        "title": one.title,
        "actor": one.actor,
        "action": one.action,
    }


def _unit(unit: Unit) -> dict[str, object]:
    return {
        "code": unit.code,
        "name": unit.name,
        "parent": unit.parent,
        "level": unit.level,
        "stage": unit.stage,
        "reporter": unit.reporter,
        "phone": unit.phone,
    }


def _days(calendar: CalendarSheet) -> list[dict[str, object]]:
    return [
        {
            "date": day.date,
            "kind": "上课" if day.teaching else "休息",
            "school": day.school,
            "note": day.note,
        }
        for day in calendar.days
    ]
