"""config/forms/*.yaml -> Form: what every sheet is called, holds, accepts and comes from."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from kbbx_xl.messages import SettingsError
from kbbx_xl.model import Kind, Layout
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.sources import check_sources
from kbbx_xl.settings.strict import Block, build, config_path, load, reference

# Excel's limits, in characters
SHEET_NAME_LIMIT = 31
TITLE_LIMIT = 32  # of an input message or an error alert
MESSAGE_LIMIT = 255
AS_OF = "as_of"  # 截至日期 on 填报信息


class FieldType(StrEnum):
    """What a column holds; decides how a cell is cleaned, checked and formatted."""

    TEXT = "text"
    ID = "id"  # 身份证件号, as written
    STUDENT_NO = "student_no"  # 学籍号, as written
    PHONE = "phone"  # as written
    DATE = "date"
    MONTH = "month"
    INT = "int"
    NUMBER = "number"
    CHOICE = "choice"
    GRADE = "grade"
    CLASS = "class"
    STATUS = "status"  # 就读状态
    CASE_STATUS = "case_status"  # 疑似辍学 | 辍学 | 已返校 | ...
    LEAVE_KIND = "leave_kind"


class Rule(StrEnum):
    """Named validation of a column; what Excel refuses or asks about on entry."""

    CHOICE = "choice"  # a word of the list, nothing else
    OFFER = "offer"  # the list is offered, other words are taken
    ID = "id"  # 18 characters, asks
    STUDENT_NO = "student_no"  # G, L or J and 18 characters, asks
    PHONE = "phone"  # digits of a usual length, asks
    DATE = "date"
    UP_TO_AS_OF = "up_to_as_of"  # a date no later than 截至日期, to which everything is counted
    WHOLE = "whole"  # 0, 1, 2, ...
    AMOUNT = "amount"  # 0 or more, with decimals
    LENGTH = "length"  # text of a bounded length


RULES: Mapping[FieldType, Rule] = MappingProxyType(
    {
        FieldType.TEXT: Rule.LENGTH,
        FieldType.ID: Rule.ID,
        FieldType.STUDENT_NO: Rule.STUDENT_NO,
        FieldType.PHONE: Rule.PHONE,
        FieldType.DATE: Rule.DATE,
        FieldType.MONTH: Rule.DATE,
        FieldType.INT: Rule.WHOLE,
        FieldType.NUMBER: Rule.AMOUNT,
        FieldType.CHOICE: Rule.CHOICE,
        FieldType.GRADE: Rule.CHOICE,
        FieldType.CLASS: Rule.LENGTH,
        FieldType.STATUS: Rule.CHOICE,
        FieldType.CASE_STATUS: Rule.CHOICE,
        FieldType.LEAVE_KIND: Rule.CHOICE,
    }
)
STRICTER: Mapping[Rule, FieldType] = MappingProxyType({Rule.UP_TO_AS_OF: FieldType.DATE})
OWN_LISTS: Mapping[FieldType, str] = MappingProxyType(
    {
        FieldType.GRADE: "grade",
        FieldType.STATUS: "status",
        FieldType.CASE_STATUS: "case_status",
        FieldType.LEAVE_KIND: "leave_kind",
    }
)


@dataclass(frozen=True, slots=True)
class Field:
    """One column (or one label of a form)."""

    name: str
    title: str
    type: FieldType
    required: bool = False
    choices: str = ""  # name of a list in config/lists/
    aliases: tuple[str, ...] = ()  # as real files write it; "上/下" for a two-row header
    source: tuple[str, ...] = ()  # rule ids, documents or 本产品设计; () = from the sheet
    width: float = 0  # characters; 0 = from the type
    message: str = ""  # input message; "" = from the type
    rule: Rule | None = None  # a stricter validation than the type's
    formula: str = ""  # native formula, for calculated columns
    hidden: bool = False  # a step of other formulas, not for the eye
    repeats: bool = False  # person form: a column of the visit rows
    group: str = ""  # header above this and its neighbours of the same group
    extra: bool = False  # right of the printed form; filled only when another sheet needs it

    @property
    def words(self) -> str:
        """Name of the word list (config/lists/) the column draws on, "" for none."""
        return self.choices or OWN_LISTS.get(self.type, "")

    @property
    def check(self) -> Rule:
        """The validation of the column: its own rule, else that of its type and list."""
        by_type = RULES[self.type]
        offered = Rule.OFFER if self.words and by_type is not Rule.CHOICE else by_type
        return self.rule or offered


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a form."""

    table: str
    sheet: str
    kind: Kind
    layout: Layout
    columns: tuple[Field, ...] = ()
    recognise: tuple[str, ...] = ()  # fields a header must carry to be this sheet
    level: str = ""  # 网格级别
    rows: int = 0  # prepared input rows
    row_height: float = 0  # points; 0 = as the text needs
    heading: str = ""  # title on paper; may name {county}
    orientation: str = "landscape"
    sign: tuple[str, ...] = ()  # who signs at the foot of each page
    foot: str = ""  # note at the foot of each page
    source: tuple[str, ...] = ()  # of every column that names none
    guide: str = ""  # above the table on screen: what belongs here, who fills it, when

    def field(self, name: str) -> Field:
        return next(f for f in self.columns if f.name == name)


@dataclass(frozen=True, slots=True)
class Todo:
    """One line of the first sheet (本月要做): what to do, on which sheet, and what tells how far it is."""

    say: str  # one short sentence
    to: str  # table of the sheet where it is done
    state: str  # name of a state (books.template.todo.states)
    how: str = ""
    also: tuple[str, ...] = ()  # further tables whose cells count
    none: str = ""  # shown while the tables are empty


@dataclass(frozen=True, slots=True)
class Form:
    """One workbook."""

    form: str
    title: str
    version: int
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()  # 填表说明
    todo: tuple[Todo, ...] = ()  # 本月要做


def load_form(name: str) -> Form:
    """Read config/forms/<name>.yaml; SettingsError names file, line, key and the near miss."""
    return read_form(load(config_path("forms", f"{name}.yaml")))


def read_form(block: Block) -> Form:
    """Form of a loaded file; SettingsError when a name is unknown or Excel cannot hold a text."""
    form = build(Form, block)
    _check_form(block, form)
    return dataclasses.replace(form, sheets=tuple(_with_sources(s) for s in form.sheets))


def _with_sources(sheet: Sheet) -> Sheet:
    """The sheet with its own source on every column that names none."""
    columns = (dataclasses.replace(f, source=f.source or sheet.source) for f in sheet.columns)
    return dataclasses.replace(sheet, columns=tuple(columns))


def _check_form(block: Block, form: Form) -> None:
    """Names of sheets and tables stand once, and Excel can hold what is written."""
    for key in ("table", "sheet"):
        _check_once(block["sheets"], key)
    for raw, sheet in zip(block["sheets"], form.sheets, strict=True):
        _check_sheet(raw, sheet)
    tables = [sheet.table for sheet in form.sheets]
    for line in block.get("todo", []):
        for table in (line["to"], *line.get("also", [])):
            reference(table, tables, line, "to", "table")
    names = {f.name for sheet in form.sheets for f in sheet.columns}
    for raw in (c for sheet in block["sheets"] for c in sheet.get("columns", [])):
        if raw.get("rule") == Rule.UP_TO_AS_OF and AS_OF not in names:
            raise SettingsError(f"{raw.at('rule')}: rule: the form has no column '{AS_OF}'")


def _check_once(blocks: Sequence[Block], key: str) -> None:
    seen: set[str] = set()
    for raw in blocks:
        if raw[key] in seen:
            raise SettingsError(f"{raw.at(key)}: {key}: '{raw[key]}' stands twice")
        seen.add(raw[key])


def _check_sheet(raw: Block, sheet: Sheet) -> None:
    _check_length(raw, "sheet", sheet.sheet, SHEET_NAME_LIMIT)
    check_sources(sheet.source, raw, "source")
    known = [f.name for f in sheet.columns]
    for name in sheet.recognise:
        reference(name, known, raw, "recognise", "column")
    columns = raw.get("columns", [])
    for key in ("name", "title"):
        _check_once(columns, key)
    for column, field in zip(columns, sheet.columns, strict=True):
        _check_field(column, field)
    for column, (left, right) in zip(columns[1:], pairwise(sheet.columns), strict=True):
        if left.extra and not right.extra:
            raise SettingsError(f"{column.at('name')}: '{right.name}' stands after an extra column")


def _check_field(raw: Block, field: Field) -> None:
    _check_length(raw, "title", field.title, TITLE_LIMIT)
    _check_length(raw, "message", field.message, MESSAGE_LIMIT)
    if field.choices:
        reference(field.choices, load_lists(), raw, "choices", "list")
    elif field.type is FieldType.CHOICE:
        raise SettingsError(f"{raw.at()}: key 'choices' is missing: '{field.name}' is a choice")
    if field.rule and STRICTER.get(field.rule) is not field.type:
        raise SettingsError(f"{raw.at('rule')}: rule: '{field.rule}' is not for a {field.type}")
    check_sources(field.source, raw, "source")


def _check_length(raw: Block, key: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise SettingsError(f"{raw.at(key)}: {key}: longer than {limit} characters: '{text}'")


@functools.cache
def all_forms() -> tuple[Form, ...]:
    """Every declared form, in the order of their file names."""
    names = sorted(p.stem for p in config_path("forms").glob("*.yaml"))
    return tuple(load_form(name) for name in names)
