"""One column of a sheet: number format, width, drop-down or check, input message, colours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from xlsxwriter.format import Format

from kbbx_xl.books.template import styles
from kbbx_xl.books.template.frame import cover_name
from kbbx_xl.books.template.page import Book
from kbbx_xl.settings.forms import AS_OF, Field, FieldType, Rule

FIRST_DATE, LAST_DATE = dt.date(1990, 1, 1), dt.date(2099, 12, 31)
TEXT_LIMIT = 500  # characters of a free text

WIDTHS: Mapping[FieldType, float] = MappingProxyType(
    {
        FieldType.TEXT: 12,
        FieldType.ID: 21,
        FieldType.STUDENT_NO: 22,
        FieldType.PHONE: 14,
        FieldType.DATE: 12,
        FieldType.MONTH: 12,
        FieldType.INT: 7,
        FieldType.NUMBER: 8,
        FieldType.CHOICE: 10,
        FieldType.GRADE: 9,
        FieldType.CLASS: 8,
        FieldType.STATUS: 10,
        FieldType.CASE_STATUS: 11,
        FieldType.LEAVE_KIND: 8,
    }
)
FORMATS: Mapping[FieldType, str] = MappingProxyType(
    {
        FieldType.DATE: styles.DATE,
        FieldType.MONTH: styles.MONTH,
        FieldType.INT: styles.WHOLE,
        FieldType.NUMBER: styles.DECIMAL,
    }
)
MESSAGES: Mapping[FieldType, str] = MappingProxyType(
    {
        FieldType.ID: "填 18 位身份证件号，本栏已设为文本格式，末位 X 用大写。不要从别处粘贴成数字。",
        FieldType.STUDENT_NO: "填全国学籍号：G、L 或 J 开头，共 19 位。",
        FieldType.PHONE: "填 11 位手机号，或带区号的固定电话（如 0855-1234567）。",
        FieldType.DATE: "按 2026-10-08 的样子填写日期。",
        FieldType.MONTH: "按 2026-10 的样子填写月份。",
        FieldType.INT: "填整数，没有的填 0。",
        FieldType.NUMBER: "填数字，半天写 0.5。",
        FieldType.CHOICE: "从下拉列表中选择。",
        FieldType.GRADE: "从下拉列表中选择年级。",
        FieldType.CLASS: "写成“1班”的样子，全表写法一致。",
        FieldType.STATUS: "从下拉列表中选择学籍系统里的就读状态。",
        FieldType.CASE_STATUS: "从下拉列表中选择；状态变了就改，销号须填日期。",
        FieldType.LEAVE_KIND: "旷课、病假、事假是三种，从下拉列表中选择。",
    }
)
LONG_TEXT = 18  # characters from which a text column is set flush left


def width_of(field: Field) -> float:
    """Characters; wide enough for the title in two lines."""
    return field.width or max(WIDTHS[field.type], len(field.title) + 1.5)


def style_of(book: Book, field: Field, base: str = "input") -> Format:
    """Text format on every column but numbers and dates, so that nothing is turned into a number."""
    number_format = FORMATS.get(field.type, styles.TEXT)
    if field.type is FieldType.TEXT and width_of(field) >= LONG_TEXT:
        return book.style(base, num_format=number_format, align="left", indent=1)
    return book.style(base, num_format=number_format, align="center")


def message_of(field: Field) -> str:
    """What the user sees on entering the cell; at most 255 characters."""
    text = field.message or MESSAGES.get(field.type, "")
    return text + ("（必填）" if field.required and "必填" not in text else "")


def validation(
    field: Field, cell: str, source: Callable[[str], str], offered: str = ""
) -> dict[str, Any]:
    """XlsxWriter's data validation of a column whose first cell is ``cell`` (E4).

    ``offered``: formula of a list that depends on other cells, in place of the column's rule.
    ``source`` gives the range name of a word list.  Free text with a list offers it without
    insisting; numbers and dates are insisted on; ids and phones warn, since other documents exist.
    """
    checks: dict[Rule, Callable[[], dict[str, Any]]] = {
        Rule.CHOICE: lambda: _list(source(field.words)),
        Rule.OFFER: lambda: _offer(source(field.words)),
        Rule.DATE: _date,
        Rule.UP_TO_AS_OF: _up_to_as_of,
        Rule.WHOLE: lambda: _number("integer", "请填 0 或正整数。"),
        Rule.AMOUNT: lambda: _number("decimal", "请填 0 或正数，半天写 0.5。"),
        Rule.ID: lambda: _custom(
            f"=LEN({cell})=18", "身份证件号应为 18 位。确为其他证件的，选“是”继续。"
        ),
        Rule.STUDENT_NO: lambda: _custom(
            f'=AND(LEN({cell})=19,ISNUMBER(FIND(LEFT({cell},1),"GLJ")))',
            "学籍号应为 G、L 或 J 加 18 位。确认无误的，选“是”继续。",
        ),
        Rule.PHONE: lambda: _custom(
            f'=AND(ISNUMBER(-SUBSTITUTE({cell},"-","")),LEN({cell})>=7,LEN({cell})<=13)',
            "应为 11 位手机号或带区号的固定电话。确认无误的，选“是”继续。",
        ),
        Rule.LENGTH: _text,
    }
    options = _offer(offered.removeprefix("=")) if offered else checks[field.check]()
    if message := message_of(field):
        options |= {"input_title": field.title, "input_message": message}
    return options


def _list(source: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": f"={source}",
        "error_title": "不在可选项内",
        "error_message": "请从下拉列表中选择。",
    }


def _offer(source: str) -> dict[str, Any]:
    return {"validate": "list", "source": f"={source}", "show_error": False}


def _date() -> dict[str, Any]:
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": FIRST_DATE,
        "maximum": LAST_DATE,
        "error_title": "不是日期",
        "error_message": "请写成 2026-10-08 的样子。",
    }


def _up_to_as_of() -> dict[str, Any]:
    as_of, last = cover_name(AS_OF), f"DATE({LAST_DATE.year},{LAST_DATE.month},{LAST_DATE.day})"
    return _date() | {
        "maximum": f"=IF(ISNUMBER({as_of}),{as_of},{last})",
        "error_title": "不是日期，或晚于截至日期",
        "error_message": "请写成 2026-10-08 的样子，不晚于“填报信息”的截至日期；截至日期没有更新的先更新。",
    }


def _number(kind: str, message: str) -> dict[str, Any]:
    return {
        "validate": kind,
        "criteria": ">=",
        "value": 0,
        "error_title": "不是数字",
        "error_message": message,
    }


def _custom(formula: str, message: str) -> dict[str, Any]:
    return {
        "validate": "custom",
        "value": formula,
        "error_type": "warning",
        "error_title": "请核对",
        "error_message": message,
    }


def _text() -> dict[str, Any]:
    return {
        "validate": "length",
        "criteria": "<=",
        "value": TEXT_LIMIT,
        "error_title": "文字过长",
        "error_message": f"最多 {TEXT_LIMIT} 字，请精简。",
    }


def wrong_id(cell: str, kind: str = "") -> str:
    """Condition: a resident id of ``cell`` is not 18 characters or its check digit is wrong.

    GB 11643: the weight of place i from the left is 2^(18-i) mod 11.  ``kind`` is the cell of the
    document type; other documents are not judged.
    """
    places = "ROW($1:$17)"
    total = f"SUMPRODUCT(MID({cell},{places},1)*MOD(2^(18-{places}),11))"
    digit = f'MID("10X98765432",MOD({total},11)+1,1)'
    bad = f"IFERROR(OR(LEN({cell})<>18,{digit}<>UPPER(RIGHT({cell},1))),TRUE)"
    resident = f',OR({kind}="",{kind}="居民身份证")' if kind else ""
    return f'=AND({cell}<>""{resident},{bad})'


def wrong_student_no(cell: str) -> str:
    """Condition: not ^[GLJ] and 18 characters."""
    return f'=AND({cell}<>"",OR(LEN({cell})<>19,ISERROR(FIND(LEFT({cell},1),"GLJ"))))'
