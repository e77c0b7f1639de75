"""What docs/ says of the add-in and can be known from its tables: facts of the buttons, the functions.

Pages keep their prose; only what stands between ``BEGIN`` and ``END`` is written here.  Results of the
worked examples are computed by the functions themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import column_index_from_string, get_column_letter

from kbbx_xl.excel.commands import (
    ALWAYS,
    ANY_BOOK,
    COMMANDS,
    DIRECTORY,
    LETTER,
    MONTHLY,
    NONE,
    OTHER,
    REGISTRATION,
    RESPONSIBILITY,
    SUMMARY,
    Command,
)
from kbbx_xl.excel.functions import udfs
from kbbx_xl.excel.functions.table import FUNCTIONS, Function
from kbbx_xl.excel.pack.ribbon import Control, controls
from kbbx_xl.excel.pack.sources import macros_path
from kbbx_xl.model import MASKED_FORM
from kbbx_xl.settings.forms import load_form

BEGIN, END = "<!-- 生成 -->", "<!-- 完 -->"
BUTTONS, INDEX = "按钮", "README"
LETTERS = "文书"
OWN = (REGISTRATION, MONTHLY, RESPONSIBILITY, DIRECTORY)
BOOKS = {
    **{form: load_form(form).title for form in OWN},
    SUMMARY: "汇总结果",
    MASKED_FORM: "脱敏件",
    OTHER: "其他工作簿",
    NONE: "没有打开工作簿时",
}


def between(text: str, block: str) -> str:
    """A page with ``block`` in place of what stood between its marks."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"no {BEGIN} … {END}")
    return f"{head}{begin}\n{block.strip()}\n\n{end}{tail}"


# ---- buttons


def page_of(command: Command) -> str:
    """Name of the page that tells of a command; all letters share one."""
    return LETTERS if command.id.startswith(LETTER) else command.title


def button_pages() -> Mapping[str, str]:
    """Facts by page: of each button, of the letters, and the list of all."""
    drawn = {c.id: c for c in controls((macros_path() / "ribbon" / "customUI14.xml").read_bytes())}
    pages = {page_of(one): _facts(one, drawn) for one in COMMANDS if not one.id.startswith(LETTER)}
    return {INDEX: _index(drawn), **pages, LETTERS: _letters(drawn)}


def _facts(command: Command, drawn: Mapping[str, Control]) -> str:
    return "\n".join(
        [
            f"> {drawn[command.id].attributes['supertip']}",
            "",
            "| 组 | 按键 | 在哪里能点 |",
            "|---|---|---|",
            f"| {command.group} | {_keys(command.id, drawn)} | {_where(command)} |",
        ]
    )


def _letters(drawn: Mapping[str, Control]) -> str:
    """The menu of letters: one line a section of it, each letter with the keys after the menu's."""
    lines: list[str] = []
    titles = {one.id: one for one in COMMANDS}
    for control in drawn.values():
        if control.kind == "menuSeparator":
            lines.append(f"| {control.attributes['title']} | ")
        elif control.id.startswith(LETTER):
            one, first = titles[control.id], lines[-1].endswith("| ")
            keys = "、".join(control.attributes["keytip"])
            before = f"{_where(one)} | " if first else "<br>"
            lines[-1] += f"{before}{one.title}（{keys}）：{control.attributes['supertip'][:-1]}"
    (group,) = {titles[name].group for name in drawn if name.startswith(LETTER)}
    return "\n".join(
        [
            f"> {drawn['letters'].attributes['supertip']}",
            "",
            f"组：{group}。按键：{_keys('letters', drawn)}，再按括号里的两个数。",
            "",
            "| 类别 | 在哪里能点 | 文书 |",
            "|---|---|---|",
            *(f"{line} |" for line in lines),
        ]
    )


def _index(drawn: Mapping[str, Control]) -> str:
    lines = ["| 组 | 按钮 | 在哪里能点 | 按键 |", "|---|---|---|---|"]
    for page, first in {page_of(one): one for one in reversed(COMMANDS)}.items():
        name, where = first.id, _where(first)
        if page == LETTERS:
            name, where = "letters", "看是哪种文书"
        keys = _keys(name, drawn)
        lines.insert(2, f"| {first.group} | [{page}]({page}.md) | {where} | {keys} |")
    return "\n".join(lines)


def _keys(name: str, drawn: Mapping[str, Control]) -> str:
    """Alt and the keys that lead to a button or the menu of letters: of the tab, its own."""
    typed = (key for one in ("kbbxTab", name) for key in drawn[one].attributes["keytip"])
    return "、".join(["Alt", *typed])


def _where(command: Command) -> str:
    if set(command.forms) == set(ALWAYS):
        return "随时"
    if set(command.forms) == set(ANY_BOOK):
        return "任何打开的工作簿"
    return "、".join(title for form, title in BOOKS.items() if form in command.forms)


# ---- functions


@dataclass(frozen=True, slots=True)
class At:
    """Cells of an example: the address of the first one, and the rows."""

    first: str
    rows: list[list[object]]

    @property
    def address(self) -> str:
        letters = self.first.rstrip("0123456789")
        row = int(self.first[len(letters) :])
        last = get_column_letter(column_index_from_string(letters) + len(self.rows[0]) - 1)
        end = f"{last}{row + len(self.rows) - 1}"
        return self.first if end == self.first else f"{self.first}:{end}"


def _day(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day)  # as Excel gives it, without a zone


ID, OTHER_ID = "52000020160315001X", "52000020160802002X"
WEEK = At("C1", [[_day(2026, 10, day) for day in range(12, 17)]])
CALLED = At("C2", [["√", "×", "×", "事", "半"]])
SCHOOLS = At(
    "A1",
    [
        ["学校", "预警"],
        ["甲小学", "联系家长"],
        ["乙小学", "家访劝返"],
        ["甲小学", "家访劝返"],
    ],
)
EXAMPLES: Mapping[str, tuple[object, ...]] = {
    "KBBX_ID_CHECK": (At("A1", [[ID], [ID[:-1]], [ID[:-1] + "3"]]),),
    "KBBX_ID_BIRTH": (At("A1", [[ID]]),),
    "KBBX_ID_SEX": (At("A1", [[ID]]),),
    "KBBX_ID_REGION": (At("A1", [[ID]]),),
    "KBBX_XJH_CHECK": (At("B1", [[f"G{ID}"]]), At("A1", [[ID]])),
    "KBBX_AGE": (At("A1", [[_day(2016, 3, 15)]]), _day(2026, 9, 1)),
    "KBBX_GRADE": ("2024级", "2026-10", "小学"),
    "KBBX_SCHOOL_DAYS": (_day(2026, 10, 12), _day(2026, 10, 18)),
    "KBBX_ABSENT_DAYS": (CALLED, WEEK),
    "KBBX_LONGEST_RUN": (CALLED, WEEK),
    "KBBX_STEP": (3.0, "旷课", "tanghe"),
    "KBBX_DUE": (_day(2026, 10, 14), "家访劝返", "tanghe"),
    "KBBX_RATE": (98.0, 100.0),
    "KBBX_MASK": (At("A1", [["17400001234"]]),),
    "KBBX_MATCH": (At("A1", [[ID], [OTHER_ID]]), At("C1", [[OTHER_ID]])),
    "KBBX_SUMMARY": (SCHOOLS,),
}


def functions_block() -> str:
    """Every function: what it gives, its arguments, an example with the result it really has."""
    lines = ["| 函数 | 给出什么 |", "|---|---|"]
    lines += [
        f"| [{one.name}](#{one.name.lower()}) | {one.doc.partition('。')[0]} |" for one in FUNCTIONS
    ]
    for one in FUNCTIONS:
        lines += ["", *_function(one)]
    return "\n".join(lines)


def _function(one: Function) -> Iterator[str]:
    given = EXAMPLES[one.name]
    head = ", ".join(f"[{a.name}]" if a.optional else a.name for a in one.arguments)
    yield from (f"### {one.name}", "", f"`{one.name}({head})`", "", one.doc, "")
    yield from ("| 参数 | 是什么 |", "|---|---|")
    yield from (f"| {argument.name} | {argument.doc} |" for argument in one.arguments)
    result = getattr(udfs, one.python)(*(g.rows if isinstance(g, At) else g for g in given))
    formula = f"`={one.name}({', '.join(map(_written, given))})`"
    yield from ("", *_cells(given))
    if len(result) == len(result[0]) == 1:
        yield f"例：{formula} 得 **{_shown(result[0][0])}**。"
    else:
        yield from (f"例：{formula} 得", "", *_grid(result))


def _cells(given: tuple[object, ...]) -> Iterator[str]:
    """What stands in the cells that an example points at."""
    for one in given:
        if isinstance(one, At) and len(one.rows) == len(one.rows[0]) == 1:
            yield from (f"{one.address} 里是 {_shown(one.rows[0][0])}。", "")
        elif isinstance(one, At):
            yield from (f"{one.address} 里是", "", *_grid(one.rows), "")


def _grid(rows: list[list[object]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield "| " + " | ".join(map(_shown, row)) + " |"
        if not number:
            yield "|" + "---|" * len(row)


def _written(value: object) -> str:
    """An argument as it is typed into a formula."""
    if isinstance(value, At):
        return value.address
    if isinstance(value, dt.date):
        return f"DATE({value.year},{value.month},{value.day})"
    return f'"{value}"' if isinstance(value, str) else _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, dt.datetime):
        value = value.date()
    return f"{value:g}" if isinstance(value, float) else str(value)


def addin_pages(docs: Path) -> Iterator[tuple[Path, str]]:
    """Every page that has such a block, as it should be."""
    blocks = {Path(BUTTONS, f"{name}.md"): block for name, block in button_pages().items()}
    blocks[Path("函数.md")] = functions_block()
    for name, block in blocks.items():
        path = docs / name
        yield path, between(path.read_text(encoding="utf-8"), block)
