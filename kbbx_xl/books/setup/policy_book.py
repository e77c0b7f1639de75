"""Policy -> 政策.xlsx: the YAML as sheets a clerk can read and change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kbbx_xl.books.setup import told, words
from kbbx_xl.books.setup.columns import (
    FORM,
    LINES,
    OTHER,
    PARAMETERS,
    TABLES,
    TARGETS,
    VERSION,
    Ask,
    Column,
    Sheet,
    parameter_titles,
)
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
from kbbx_xl.books.style import height_of, lines
from kbbx_xl.books.template.page import Book, writing
from kbbx_xl.settings.own_policy import LISTS, changed_items, item_keys, items
from kbbx_xl.settings.policies import Counting, MonthlyReport, Policy, load_policy
from kbbx_xl.settings.policy_text import plain_rows

TITLE = "政策方案"
NOTES = (
    "这本工作簿就是“政策.yaml”，两边可以互相转换：改好这里，运行 kbbx-xl policy import 政策.xlsx；只看不改，不用运行。",
    "白底的格可以改，灰底的格由程序写。“原方案”是网上公布的文件怎么说；改了的一行，必须在“本县依据”写本县文件的名称和条款。",
    "“文件没有写”就是没有规定，相应的提示和催办不出现。不要替文件估一个数；“多次”“及时”“限期”没有数字，也不填数。",
    "改完先检查：kbbx-xl policy check 政策.xlsx。哪个格不对、怎么改，都会列出来。",
)


def write_policy_book(policy: Policy, path: Path) -> None:
    """Write the workbook to ``path``; the same policy gives the same bytes.  Raises OutputError."""
    with writing(path, f"{TITLE}：{policy.title}") as book:
        lists = Lists(book)
        _front(book, policy)
        grounds = {change.item: change.source for change in policy.own}
        base = told.base_rows(policy)
        for sheet in TABLES:
            widths = [column.width for column in sheet.columns]
            page = begin(book, sheet.name, sheet.title, sheet.hint, widths)
            rows = sheet_rows(sheet, policy, base, grounds)
            frozen = 3 if sheet.columns[0].path == "@state" else 2
            put_table(page, lists, sheet.columns, rows, spare=sheet.spare, frozen=frozen)
        _other(book, lists, policy, grounds)
        lists.write()
        put_stamp(book, {"form": FORM, "version": VERSION, "policy": policy.profile})
        next(iter(book.pages.values())).sheet.activate()


def sheet_rows(
    sheet: Sheet, policy: Policy, base: Mapping[str, object], grounds: Mapping[str, str]
) -> list[dict[str, object]]:
    """The rows of a sheet by path of column, then those of the base that the county does not use."""
    rows = [
        _row(sheet, plain, words.IN_USE, key, base, grounds)
        for key, plain in keyed_rows(sheet, policy)
    ]
    if policy.base and sheet is not PARAMETERS:
        shipped = load_policy(policy.base)
        gone = set(changed_items(policy, shipped)) - items(policy).keys()
        rows += [
            _row(sheet, plain, words.OFF, key, base, grounds)
            for key, plain in keyed_rows(sheet, shipped)
            if key in gone
        ]
    return rows


def keyed_rows(sheet: Sheet, policy: Policy) -> list[tuple[str, dict[str, Any]]]:
    """Key of ``own_policy.items`` and the mapping of the YAML, for each row of a sheet."""
    if sheet is PARAMETERS:
        return [
            (f"parameters/{key}", {"@key": key, "@title": title, **_stated(policy, key)})
            for key, title in parameter_titles().items()
        ]
    plain = plain_rows(policy, sheet.room)
    if sheet is TARGETS:
        return [(f"targets/{key}", {"@key": key, **row}) for key, row in plain.items()]
    told_by = dict(LISTS)[sheet.room]
    keys = item_keys(sheet.room, [told_by(row) for row in getattr(policy, sheet.room)])
    found = list(zip(keys, plain, strict=True))
    if sheet.room == "legal" and policy.report:
        found.append(("report", {"step": words.REPORT, **plain_rows(policy, "report")}))
    return found


def _stated(policy: Policy, key: str) -> dict[str, Any]:
    return plain_rows(policy, "parameters")[key] or {"value": words.SILENT}


def _row(
    sheet: Sheet,
    plain: Mapping[str, Any],
    state: str,
    key: str,
    base: Mapping[str, object],
    grounds: Mapping[str, str],
) -> dict[str, object]:
    row: dict[str, object] = {column.path: shown(column, plain) for column in sheet.columns}
    row["@base"] = (
        words.SILENT if sheet is PARAMETERS and base.get(key) is None else told.brief(base.get(key))
    )
    return row | {"@state": state, "@own": grounds.get(key, "")}


def shown(column: Column, plain: Mapping[str, Any]) -> object:
    """What the cell of a column shows of a row's mapping."""
    value: Any = plain
    for part in column.path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if column.ask is Ask.YES:
        return words.YES if (column.usual if value is None else value) else words.NO
    if value is None:
        return _blank(column, plain)
    if column.ask is Ask.WORD:
        return column.words[str(value)]
    if column.ask in (Ask.LIST, Ask.NUMBERS):
        return "、".join(map(str, value))
    return value


def _blank(column: Column, plain: Mapping[str, Any]) -> object:
    """What is shown of nothing: a default by its word, a number that no document gives as such."""
    head = column.path.split(".", maxsplit=1)[0]
    if column.path.endswith(".operator") and head in plain:
        return column.words[">="]
    if column.path == "measure":
        return column.words["consecutive"]
    if column.ask in (Ask.AMOUNT, Ask.WHOLE) and column.path != "times":
        return words.SILENT
    return 1 if column.path == "times" else None


def _front(book: Book, policy: Policy) -> None:
    """说明: which policy, how to change it, and every own value beside that of the base."""
    widths = (16, 24, 34, 34, 36)
    page = begin(book, "说明", f"{TITLE}：{policy.title}", f"执行文件：{policy.document}", widths)
    row = HEAD
    for text in NOTES:
        page.merge(row, 0, row, 4, text, book.style("note", font_size=11))
        page.height(row, height_of(lines(text, sum(widths), 11), 16))
        row += 1
    changed = told.changes(policy)
    base = load_policy(policy.base).title if policy.base else policy.title
    said = f"与原方案“{base}”不同的有 {len(changed)} 处" + ("：" if changed else "。")
    page.merge(row, 0, row, 4, said, book.style("note_title"))
    page.height(row, 26)
    if changed:
        row += 1
        for column, title in enumerate(("在哪张表", "哪一项", "原方案", "本县", "本县依据")):
            page.put(row, column, title, book.style("header"))
        page.height(row, 24)
    for change in changed:
        row += 1
        cells = (change.sheet, change.row, change.was, change.now, change.source)
        for column, text in enumerate(cells):
            page.put(row, column, text, book.style("plain", num_format="@"))
        most = max(lines(t, w) for t, w in zip(cells, widths, strict=True))
        page.height(row, height_of(most))
    finish(page, row, 5)


def _other(book: Book, lists: Lists, policy: Policy, grounds: Mapping[str, str]) -> None:
    """其他: one value a row; 本县依据 beside those that a county must not change without one."""
    columns = (
        Column("title", "项目", Ask.FIXED, 34),
        Column("value", "怎么定", Ask.TEXT, 46),
        Column("@base", "原方案", Ask.FIXED, 34),
        Column("@own", "本县依据", Ask.TEXT, 32),
    )
    hint = "一项一行，不增不删。同一件事分几行的，本县依据写在其中一行就行。"
    page = begin(
        book, OTHER, "其他：方案的名称、登记年龄、月报和计数", hint, [c.width for c in columns]
    )
    for number, column in enumerate(columns):
        page.put(HEAD, number, column.title, book.style("header"))
    values, seen = other_values(policy), set()
    shipped = other_values(load_policy(policy.base) if policy.base else policy)
    for row, line in enumerate(LINES, HEAD + 1):
        ground = "" if line.item in seen else grounds.get(line.item, "")
        seen.add(line.item)
        was = str(shown(line.column, shipped) or "") if line.item else ""
        value = shown(line.column, values)
        page.put(row, 0, line.column.title, cell_style(book, columns[0]))
        page.put(row, 1, value, cell_style(book, line.column))
        page.put(row, 2, was, cell_style(book, columns[2]))
        page.put(row, 3, ground, cell_style(book, columns[3]))
        page.height(row, height_of(max(lines(value or "", 46), lines(was, 34))))
        if line.column.ask is not Ask.FIXED:
            check(page, lists, line.column, row, 1, row)
    page.sheet.freeze_panes(HEAD + 1, 1)
    finish(page, HEAD + len(LINES), 4)


def other_values(policy: Policy) -> dict[str, Any]:
    """The mapping that the paths of 其他 lead into."""
    counting, monthly = policy.counting, policy.monthly
    return {
        **{name: getattr(policy, name) for name in ("profile", "title", "document", "level")},
        "short": policy.short,
        "base": policy.base or policy.profile,
        "age_low": policy.age_low,
        "age_high": policy.age_high,
        "monthly": _monthly(monthly),
        "counting": _counting(counting),
    }


def _monthly(monthly: MonthlyReport) -> dict[str, Any]:
    return {
        "recipient": monthly.recipient is not None,
        "signoff": monthly.signoff is not None,
        "source": monthly.source,
    }


def _counting(counting: Counting) -> dict[str, Any]:
    return {
        "leave_breaks_run": counting.leave_breaks_run,
        "half_days_stand_alone": counting.half_days_stand_alone,
        "unstated_day": str(counting.unstated_day),
        "kinds": counting.kinds,
    }
