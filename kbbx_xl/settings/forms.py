"""config/forms/*.yaml -> Form: what every sheet is called, holds, accepts and comes from."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from kbbx_xl.messages import SettingsError
from kbbx_xl.model import Kind, Layout
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.strict import Block, build, config_path, load, reference

# Excel's limits, in characters
SHEET_NAME_LIMIT = 31
TITLE_LIMIT = 32  # of an input message or an error alert
MESSAGE_LIMIT = 255


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


@dataclass(frozen=True, slots=True)
class Field:
    """One column (or one label of a form)."""

    name: str
    title: str
    type: FieldType
    required: bool = False
    choices: str = ""  # name of a list in config/lists/
    aliases: tuple[str, ...] = ()  # as real files write it; "上/下" for a two-row header
    source: tuple[str, ...] = ()  # rule ids of rules.md
    width: float = 0  # characters; 0 = from the type
    message: str = ""  # input message; "" = from the type
    rule: str = ""  # name of an extra validation
    formula: str = ""  # native formula, for calculated columns
    hidden: bool = False  # a step of other formulas, not for the eye
    repeats: bool = False  # person form: a column of the visit rows
    group: str = ""  # header above this and its neighbours of the same group
    extra: bool = False  # right of the printed form; filled only when another sheet needs it


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

    def field(self, name: str) -> Field:
        return next(f for f in self.columns if f.name == name)


@dataclass(frozen=True, slots=True)
class Form:
    """One workbook."""

    form: str
    title: str
    version: int
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()  # 填表说明


def load_form(name: str) -> Form:
    """Read config/forms/<name>.yaml; SettingsError names file, line, key and the near miss."""
    return read_form(load(config_path("forms", f"{name}.yaml")))


def read_form(block: Block) -> Form:
    """Form of a loaded file; SettingsError when a name is unknown or Excel cannot hold a text."""
    form = build(Form, block)
    _check_form(block, form)
    return form


def _check_form(block: Block, form: Form) -> None:
    """Names of sheets and tables stand once, and Excel can hold what is written."""
    for key in ("table", "sheet"):
        _check_once(block["sheets"], key)
    for raw, sheet in zip(block["sheets"], form.sheets, strict=True):
        _check_sheet(raw, sheet)


def _check_once(blocks: Sequence[Block], key: str) -> None:
    seen: set[str] = set()
    for raw in blocks:
        if raw[key] in seen:
            raise SettingsError(f"{raw.at(key)}: {key}: '{raw[key]}' stands twice")
        seen.add(raw[key])


def _check_sheet(raw: Block, sheet: Sheet) -> None:
    _check_length(raw, "sheet", sheet.sheet, SHEET_NAME_LIMIT)
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


def _check_length(raw: Block, key: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise SettingsError(f"{raw.at(key)}: {key}: longer than {limit} characters: '{text}'")


@functools.cache
def all_forms() -> tuple[Form, ...]:
    """Every declared form, in the order of their file names."""
    names = sorted(p.stem for p in config_path("forms").glob("*.yaml"))
    return tuple(load_form(name) for name in names)
