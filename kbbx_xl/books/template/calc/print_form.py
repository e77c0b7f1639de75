"""登记表打印: annex 1 of 教基〔2022〕33号 for one child of the ledgers, chosen from a list (F-TH1).

Thirty fields in the thirteen rows of the form, filled by formulas from the ledgers, the roster and the
persuasion records.  With nobody chosen it is the empty form, to be filled by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell

from kbbx_xl.books.printing import Margins, set_up
from kbbx_xl.books.style import TITLE_SMALL, YELLOW
from kbbx_xl.books.template.calc.chosen import (
    BIRTH,
    CHOICE,
    VISITS,
    ledger,
    ledger_or_roster,
    roster,
    visit,
    write_chosen,
)
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.calc.values import Data
from kbbx_xl.books.template.frame import chinese_date, cover_name, date_formula, protect
from kbbx_xl.books.template.monthly import title_of
from kbbx_xl.books.template.page import Book, Page, quoted
from kbbx_xl.settings.forms import Sheet

CHOOSE_ROW, TITLE, LINE, TOP = 0, 1, 2, 3  # the choice stands above the paper
COLUMNS = 12  # of equal width, right of the block labels
LAST = COLUMNS
SHOWN_VISITS, VISIT = 8, "line_"
EDGES = Margins(0.7, 0.6, 0.8, 0.6)
ADDRESS = "　　　　县（市、区）　　　　乡镇（街道、办事处）　　　　（村、小区、门牌号码等）"
APPROVED = "是否属于经县级扶贫工作领导小组核实同意、准许先办理延缓入学或休学手续的学生"
HOW_TO = (
    "1. 什么时间，具体人员，赴什么地方，如何开展劝返工作，结果如何？（分次记录、简明扼要，可附页）"
)
FORM_TITLE = "义务教育辍学学生登记表"

CROWDED = frozenset(  # little room for what may be long
    {
        "reason", "result", "not_back_reason", "family", "birth", "health", "guardian", "guardian2",
        "persuader", "persuading_unit",
    }
)  # fmt: skip
HIGH, VISIT_POINTS = 56, 40  # rows of 辍学原因, and of a visit in three lines

Row = tuple[tuple[str, int, str, int], ...]  # label, its columns, field, its columns
Put = Callable[[int, int, str, Format], None]  # row, column, what stands there by name, style

BASIC: tuple[Row, ...] = (
    (("姓名", 2, "name", 3), ("身份证号", 2, "id_no", 5)),
    (
        ("出生日期\n(年/月/日)", 2, "birth", 2),
        ("性别", 1, "sex", 1),
        ("年龄", 1, "age", 1),
        ("民族", 1, "ethnicity", 3),
    ),
    (("健康情况", 2, "health", 3), ("全国学籍号", 2, "student_no", 5)),
    (
        ("监护人1", 2, "guardian", 2),
        ("与被核查人关系", 2, "guardian_relation", 2),
        ("联系电话", 2, "guardian_phone", 2),
    ),
    (
        ("监护人2", 2, "guardian2", 2),
        ("与被核查人关系", 2, "guardian2_relation", 2),
        ("联系电话", 2, "guardian2_phone", 2),
    ),
    (("户籍所在地", 2, "registered_address", 10),),
    (("学籍所在地", 2, "enrolled_at", 10),),
    (("现居住地", 2, "address", 10),),
    (("辍学原因", 2, "reason", 3), ("家庭情况\n简述", 2, "family", 5)),
)
VERIFIED: tuple[Row, ...] = (
    (
        ("是否已开展劝返工作", 2, "persuaded", 1),
        ("劝返\n次数", 1, "visit_count", 1),
        ("劝返\n结果", 1, "result", 2),
        ("未复学\n原因", 1, "not_back_reason", 3),
    ),
    (
        ("劝返单位", 2, "persuading_unit", 3),
        ("劝返\n责任人", 1, "persuader", 2),
        ("联系\n电话", 1, "persuader_phone", 3),
    ),
    ((APPROVED, 9, "county_approved", 3),),
)


def put_print_form(
    book: Book,
    sheet: Sheet,
    regions: Mapping[str, Region],
    data: Data,
    cover: Mapping[str, object],
) -> None:
    """Lay out the form; record ``print_form`` of ``data`` may give the ``choice``."""
    page = book.page(sheet.sheet)
    _choice(page, (data.get(sheet.table) or [{}])[0].get("choice"))

    def by_formula(row: int, col: int, name: str, style: Format) -> None:
        text, shown = _formula(name, regions, cover)
        page.formula(row, col, text, style, shown)

    lay_out(page, by_formula)
    write_chosen(book, regions, data)


def lay_out(page: Page, put: Put) -> None:
    """The paper of one child, one A4 page; ``put`` fills each place by its name.

    Names are the fields, and title, head_unit, head_date, line_1 to line_8.
    """
    book = page.book
    page.width(0, 0, 5)
    page.width(1, LAST, 6.4)
    page.merge(TITLE, 0, TITLE, LAST, "", book.style("title", font_size=TITLE_SMALL))
    put(TITLE, 0, "title", book.style("title", font_size=TITLE_SMALL))
    page.height(TITLE, 40)
    put(LINE, 0, "head_unit", book.style("line"))
    put(LINE, LAST, "head_date", book.style("line_right"))
    page.height(LINE, 24)
    row = TOP
    for label, rows, height in (("基本信息", BASIC, 38), ("核查情况", VERIFIED, 38)):
        style = book.style("form_label", font_size=11, bold=True)
        page.merge(row, 0, row + len(rows) - 1, 0, "\n".join(label), style)
        for fields in rows:
            _row(page, row, fields, put)
            page.height(row, HIGH if fields[0][2] == "reason" else height)
            row += 1
    _visits(page, row, put)
    _paper(page, row + SHOWN_VISITS - 1)


def _choice(page: Page, choice: object) -> None:
    book = page.book
    page.merge(CHOOSE_ROW, 0, CHOOSE_ROW, 1, "选择学生", book.style("label"))
    style = book.style("input", num_format="@", bg_color=YELLOW)
    page.merge(CHOOSE_ROW, 2, CHOOSE_ROW, 8, choice, style)
    hint = "从列表选一名台账里的学生，下面自动填好；本行不打印"
    page.merge(CHOOSE_ROW, 9, CHOOSE_ROW, LAST, hint, book.style("note_cell", border=0))
    page.height(CHOOSE_ROW, 30)
    page.validate(
        CHOOSE_ROW,
        2,
        CHOOSE_ROW,
        2,
        {
            "validate": "list",
            "source": "=打印_选单",
            "input_title": "选择学生",
            "input_message": "从下拉列表选择；名单来自辍学台账和疑似辍学台账。空着打印出来是空白登记表。",
            "error_title": "不在名单里",
            "error_message": "请从下拉列表中选择；先在台账里登记，这里才有。",
        },
    )
    cell = xl_rowcol_to_cell(CHOOSE_ROW, 2, row_abs=True, col_abs=True)
    book.define(CHOICE, f"={quoted(page.name)}!{cell}")


def _formula(
    name: str, regions: Mapping[str, Region], cover: Mapping[str, object]
) -> tuple[str, str]:
    """The formula of one place, and what it shows while nobody is chosen."""
    month, filled_on = cover_name("month"), cover_name("filled_on")
    if name == "title":
        spring = f"AND(MONTH({month})>=2,MONTH({month})<=7)"
        term = f'YEAR({month})-(MONTH({month})=1)&"年"&IF({spring},"春","秋")&"季学期"'
        return f'=IF(ISNUMBER({month}),{term},"")&"{FORM_TITLE}"', title_line(cover)
    if name == "head_unit":
        return f'="单位（盖章）："&{cover_name("unit")}', unit_line(cover)
    if name == "head_date":
        return f'="填表日期："&{date_formula(filled_on)}', date_line(cover)
    if name.startswith(VISIT):
        number = int(name.removeprefix(VISIT))
        return "=" + visit_line(number, regions), HOW_TO if number == 1 else ""
    return "=" + field_formula(name, regions), blank_text(name)


def title_line(cover: Mapping[str, object]) -> str:
    """2026年秋季学期义务教育辍学学生登记表."""
    return title_of(cover.get("month")).split("控")[0] + FORM_TITLE


def unit_line(cover: Mapping[str, object]) -> str:
    return f"单位（盖章）：{cover.get('unit') or ''}"


def date_line(cover: Mapping[str, object]) -> str:
    return f"填表日期：{chinese_date(cover.get('filled_on'))}"


def _row(page: Page, row: int, fields: Row, put: Put) -> None:
    col = 1
    for label, wide, name, room in fields:
        size = 10.5 if len(label) < 8 else 9.5
        page.merge(
            row, col, row, col + wide - 1, label, page.book.style("form_label", font_size=size)
        )
        style = _value_style(page, name)
        if room > 1:
            page.merge(row, col + wide, row, col + wide + room - 1, "", style)
        put(row, col + wide, name, style)
        col += wide + room


def _value_style(page: Page, name: str) -> Format:
    left = name.endswith("address") or name in ("enrolled_at", "family")
    size = 9 if name in CROWDED else 10.5
    align: dict[str, object] = {"align": "left", "indent": 1} if left else {"align": "center"}
    return page.book.style("form_value", font_size=size, **align)


def field_formula(name: str, regions: Mapping[str, Region]) -> str:
    """What the form shows in one field of the chosen child, without the leading =."""
    special = {
        "birth": f'IF(ISNUMBER({BIRTH}),YEAR({BIRTH})&"/"&MONTH({BIRTH})&"/"&DAY({BIRTH}),"")',
        "age": f'IF(AND(ISNUMBER({BIRTH}),ISNUMBER(截至日)),{_years()},"")',
        "id_no": _id_no(regions),
        "ethnicity": roster(regions, "ethnicity"),
        "persuaded": f'IF(打印_位="","",IF({VISITS}>0,"是","否"))',
        "visit_count": f'IF(打印_位="","",{VISITS})',
        "result": _result(regions),
        "persuading_unit": _or(ledger(regions, "persuading_unit"), cover_name("unit")),
        "persuader": _or(ledger(regions, "persuader"), ledger(regions, "teacher")),
        "enrolled_at": _or(ledger(regions, "enrolled_at"), ledger(regions, "school")),
    }
    if name in special:
        text = special[name]
    elif name in ("sex", "student_no", "guardian", "guardian_phone", "address") or (
        name == "registered_address"
    ):
        text = ledger_or_roster(regions, name)
    else:
        text = ledger(regions, name)
    blank = blank_text(name)
    return f'IF(打印_位="","{blank}",{text})' if blank else text


def blank_text(name: str) -> str:
    """What stands in a field of the empty form: the places to write an address into, or nothing."""
    return ADDRESS if name.endswith("address") or name == "enrolled_at" else ""


def _id_no(regions: Mapping[str, Region]) -> str:
    """The id as text; one that has become a number is damaged and not shown."""
    own, listed = (f"T({of(regions, 'id_no', text=False)})" for of in (ledger, roster))
    return f'IF({own}<>"",{own},{listed})'


def _or(first: str, second: str) -> str:
    return f'IF(打印_位="","",IF({first}<>"",{first},{second}&""))'


def _years() -> str:
    before = f"MONTH(截至日)*100+DAY(截至日)<MONTH({BIRTH})*100+DAY({BIRTH})"
    return f"YEAR(截至日)-YEAR({BIRTH})-({before})"


def _result(regions: Mapping[str, Region]) -> str:
    """已返校 once the ledger says so, else the result of the last visit of the case."""
    state = ledger(regions, "case_status")
    last = f'IF(N({VISITS})=0,"",{visit(regions, "result", VISITS)})'
    return f'IF({state}="已返校",{state},{last})'


def _visits(page: Page, row: int, put: Put) -> None:
    """Row 13: one line a visit; a last line says how many did not find room."""
    book = page.book
    label = book.style("form_label", font_size=11, bold=True)
    page.merge(row, 0, row + SHOWN_VISITS - 1, 0, "\n".join("劝返过程详细记录"), label)
    for number in range(1, SHOWN_VISITS + 1):
        edges = {"top": 1 if number == 1 else 0, "bottom": 1 if number == SHOWN_VISITS else 0}
        style = book.style("form_text", valign="vcenter", font_size=9.5, indent=1, **edges)
        at = row + number - 1
        page.merge(at, 1, at, LAST, "", style)
        put(at, 1, f"{VISIT}{number}", style)
        page.height(at, VISIT_POINTS)


def visit_line(number: int, regions: Mapping[str, Region]) -> str:
    """1. 2026年10月8日，王老师，赴学生家中，……，结果：暂未返校。 in one formula."""
    date = visit(regions, "visit_date", str(number), text=False)
    record = visit(regions, "record", str(number))
    said = (
        f'"{number}. "&IF(ISNUMBER({date}),YEAR({date})&"年"&MONTH({date})&"月"&DAY({date})&"日","")'
        f"&{_part(regions, 'visitors', number, '，')}"
        f"&{_part(regions, 'place', number, '，赴')}"
        f"&{_part(regions, 'record', number, '，')}"
        f'&IF(RIGHT({record})="。","","。")'
        f"&{_part(regions, 'result', number, '结果：')}"
    )
    text = f'IF(N({VISITS})<{number},"",{said})'
    if number == SHOWN_VISITS:
        more = f'"（还有 "&({VISITS}-{SHOWN_VISITS - 1})&" 次，见所附劝返记录）"'
        text = f"IF(N({VISITS})>{SHOWN_VISITS},{more},{text})"
    return f'IF(打印_位="","{HOW_TO}",{text})' if number == 1 else text


def _part(regions: Mapping[str, Region], name: str, number: int, before: str) -> str:
    value = visit(regions, name, str(number))
    return f'IF({value}="","","{before}"&{value})'


def _paper(page: Page, last_row: int) -> None:
    xl = page.sheet
    set_up(xl, landscape=False, margins=EDGES, one_page=True)
    xl.print_area(TITLE, 0, last_row, LAST)
    xl.freeze_panes(CHOOSE_ROW + 1, 0)
    xl.hide_gridlines(2)
    protect(page)
