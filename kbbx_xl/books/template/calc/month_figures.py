"""本月月报: the monthly report computed from the roster, the changes and the ledgers.

The sheet is laid out exactly as 月报表, so that a clerk can copy the numbers; only 上月末在校生数 and
the note are typed.  Below it, off the paper, stand the six numbers of the national platform and the
checks between the sheets (表间勾稽).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from xlsxwriter.utility import xl_col_to_name

from kbbx_xl.books.template import columns
from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.books.template.calc.values import Data, as_of_of
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.monthly import (
    BALANCED,
    BOTTOM,
    FIRST,
    LINES,
    TOTAL,
    put_report,
    total_check,
)
from kbbx_xl.books.template.page import Book, Page, quoted
from kbbx_xl.flow.month_count import (
    FLOWS,
    HOME,
    LEDGERS,
    OTHERS,
    counted,
    figures,
    other_kinds,
    six_count,
)
from kbbx_xl.model import GRADES, JUNIOR, PRIMARY, stage_of
from kbbx_xl.rules.cases import BACK, DROPOUT, SUSPECTED
from kbbx_xl.rules.ledger_status import with_status
from kbbx_xl.settings.forms import Sheet, all_forms
from kbbx_xl.settings.lists import load_lists

IN_MONTH = '">="&月首', '"<="&统计止日'
SIX = ("辍学", "疑似辍学", "复学")
TABLE = "month_figures"
BETWEEN = BOTTOM + 7  # first check between the sheets
BETWEEN_TITLES = ("学生名册在校人数", "辍学台账本月新增")

Regions = Mapping[str, Region]


def put_month_figures(
    book: Book,
    sheet: Sheet,
    context: Context,
    regions: Regions,
    data: Data,
    cover: Mapping[str, object],
    source: Callable[[str], str],
) -> None:
    """Lay out the sheet; records ``month_figures`` of ``data`` may give opening and note by grade."""
    report, known = _declared(), _known(context, data)
    records = _records(context, data)
    put_report(book, dataclasses.replace(report, sheet=sheet.sheet), records, cover, source)
    page = book.pages[sheet.sheet]
    places = {f.name: i for i, f in enumerate(report.columns)}
    for row, grade in enumerate(LINES, FIRST):
        for name in places.keys() & known.get(grade, {}).keys():
            text = figure_formula(name, f"$A{row + 1}", f"$B{row + 1}", regions)
            style = columns.style_of(book, report.columns[places[name]], "calc")
            page.formula(row, places[name], text, style, known[grade][name])
    _off_paper(page, BOTTOM + 2, places, context, regions, data)


def _declared() -> Sheet:
    """月报表, as which this sheet is laid out."""
    return next(s for form in all_forms() for s in form.sheets if s.table == "report")


def report_width() -> int:
    """Columns of the sheet."""
    return len(_declared().columns)


def _known(context: Context, data: Data) -> Mapping[str, Mapping[str, object]]:
    """Grade or line -> what the formulas count."""
    opening = {str(r.get("grade")): r.get("opening") for r in data.get(TABLE, ())}
    return figures(data, context.period, as_of_of(context), opening)


def _records(context: Context, data: Data) -> list[dict[str, object]]:
    """What the lines of the grades show, typed numbers included."""
    known = _known(context, data)
    typed = {str(r.get("grade")): dict(r) for r in data.get(TABLE, ())}
    return [{"grade": g, **known[g], **typed.get(g, {})} for g in GRADES]


def check_cells(sheet: str) -> list[str]:
    """The cells that say whether the sheet agrees: of the line 合计, then with the other sheets."""
    own, _ = total_check(dataclasses.replace(_declared(), sheet=sheet), ())
    rows = range(BETWEEN + 1, BETWEEN + 1 + len(BETWEEN_TITLES))
    return [own, *(f"{quoted(sheet)}!$E${row}" for row in rows)]


def month_checks(context: Context, data: Data) -> list[str]:
    """What ``check_cells`` show."""
    _, own = total_check(_declared(), _records(context, data))
    return [own, *(_between_value(context, data, title) for title in BETWEEN_TITLES)]


def figure_formula(name: str, grade: str, opening: str, regions: Regions) -> str:
    """One number of one grade; "" for a grade the school does not have."""
    roster, changes = regions["roster"], regions["changes"]
    used = f"COUNTIF({roster.column('grade')},{grade})+COUNTIF({changes.column('grade')},{grade})"
    return f'=IF({used}+N({opening})=0,"",{_count(name, grade, regions)})'


def _count(name: str, grade: str, regions: Regions) -> str:
    roster = regions["roster"]
    of_grade = f"{roster.column('grade')},{grade}"
    enrolled = f"{of_grade},{roster.column('status')},在校状态"
    home = roster.column("home_teaching")
    counts = {
        "closing": f"SUMPRODUCT(COUNTIFS({enrolled}))",
        "closing_male": f'SUMPRODUCT(COUNTIFS({enrolled},{roster.column("sex")},"男"))',
        "closing_female": f'SUMPRODUCT(COUNTIFS({enrolled},{roster.column("sex")},"女"))',
        "suspected": _cases(regions, grade, SUSPECTED),
        "persuaded": _cases(regions, grade, BACK, in_month=True),
        "home_teaching": (
            f'SUMPRODUCT(COUNTIFS({enrolled},{home},"是"))'
            f'+COUNTIFS({of_grade},{roster.column("status")},"{HOME}",{home},"<>是")'
        ),
    }
    if name in counts:
        return counts[name]
    kinds = (FLOWS[name],) if name in FLOWS else other_kinds(OTHERS[name])
    return _changes(regions["changes"], grade, kinds)


def _changes(changes: Region, grade: str, kinds: Sequence[str]) -> str:
    """Rows of 学籍异动 of these kinds, dated in the month up to 统计止日."""
    words = "{" + ",".join(f'"{kind}"' for kind in kinds) + "}"
    date = changes.column("change_date")
    return (
        f"SUMPRODUCT(COUNTIFS({changes.column('grade')},{grade},"
        f"{changes.column('change')},{words},{date},{IN_MONTH[0]},{date},{IN_MONTH[1]}))"
    )


def _cases(regions: Regions, grade: str, state: str, *, in_month: bool = False) -> str:
    """Rows of both ledgers in a state, by 销号日期 in the month when asked."""
    parts = []
    for table in LEDGERS:
        ledger = regions[table]
        closed = ledger.column("closed")
        dated = f",{closed},{IN_MONTH[0]},{closed},{IN_MONTH[1]}" if in_month else ""
        state_of = f'{ledger.column("case_status")},"{state}"'
        parts.append(f"COUNTIFS({ledger.column('grade')},{grade},{state_of}{dated})")
    return "+".join(parts)


def _off_paper(
    page: Page, row: int, places: Mapping[str, int], context: Context, regions: Regions, data: Data
) -> None:
    """六项核对 and 表间勾稽, below the printed page."""
    book = page.book
    label, calc = book.style("label"), book.style("calc", align="center")
    page.put(row, 0, "以下供核对，不打印", book.style("note_title"))
    for col, title in enumerate(("六项核对", *SIX)):
        page.put(row + 1, col, title, book.style("header"))
    for line, stage in enumerate((PRIMARY, JUNIOR), row + 2):
        page.put(line, 0, stage, label)
        page.height(line, 24)
        for col, state in enumerate(SIX, 1):
            value = six_count(data, stage, state, as_of_of(context))
            page.formula(line, col, six_formula(regions, stage, state), calc, value)
    for line, (title, text, rule) in enumerate(_between(places, regions), BETWEEN):
        page.merge(line, 0, line, 3, title, label)
        page.formula(line, 4, text, calc, _between_value(context, data, title))
        page.put(line, 5, rule, book.style("line"))
        page.height(line, 27)
        wrong = f'=$E{line + 1}<>"{BALANCED}"'
        page.condition(line, 4, line, 4, wrong, book.style("wrong"))


def six_formula(regions: Regions, stage: str, state: str) -> str:
    """One of the six numbers: cases of a stage that are 辍学, 疑似辍学 or 复学 (已返校)."""
    grades = "{" + ",".join(f'"{g}"' for g in GRADES if stage_of(g) == stage) + "}"
    word = BACK if state == "复学" else state

    def count(ledger: Region) -> str:
        status = f'{ledger.column("case_status")},"{word}"'
        return f"SUMPRODUCT(COUNTIFS({ledger.column('grade')},{grades},{status}))"

    return "=" + "+".join(count(regions[table]) for table in LEDGERS)


def _between(places: Mapping[str, int], regions: Regions) -> list[tuple[str, str, str]]:
    """Checks between this sheet and others: title, formula, rule in words."""
    total = FIRST + LINES.index(TOTAL) + 1
    roster, dropout = regions["roster"], regions["dropout"]
    closing = f"{xl_col_to_name(places['closing'])}{total}"
    dropped = f"{xl_col_to_name(places['dropout'])}{total}"
    enrolled = f"SUMPRODUCT(COUNTIF({roster.column('status')},在校状态))"
    first = dropout.column("first_absent")
    new = f'COUNTIFS({dropout.column("case_status")},"{DROPOUT}",{first},{IN_MONTH[0]})'
    return [
        (
            BETWEEN_TITLES[0],
            f'=IF(N({closing})={enrolled},"{BALANCED}","差"&({enrolled}-N({closing})))',
            "名册中计入在校的人数＝本月末在校生数合计；不等时查年级没有填或写法不对的行",
        ),
        (
            BETWEEN_TITLES[1],
            f'=IF(N({dropped})>={new},"{BALANCED}","差"&({new}-N({dropped})))',
            "本月减少的辍学人数≥辍学台账中本月首次缺勤的人数；少的查学籍异动是否漏记",
        ),
    ]


def _between_value(context: Context, data: Data, title: str) -> str:
    words = load_lists()["status"]
    if title == BETWEEN_TITLES[0]:
        rows = data.get("roster", ())
        lost = sum(
            bool((w := words.find(r.get("status"))) and w.enrolled) and r.get("grade") not in GRADES
            for r in rows
        )
        return f"差{lost}" if lost else BALANCED
    first, as_of = context.period.first if context.period else dt.date.max, as_of_of(context)
    new = sum(
        r.get("case_status") == DROPOUT and isinstance(d := r.get("first_absent"), dt.date) and d >= first
        for r in with_status(data, as_of).get("dropout", ())
    )  # fmt: skip
    numbers = counted(data, context.period, as_of)
    left = sum(len(of_grade["dropout"]) for of_grade in numbers.values())
    return BALANCED if left >= new else f"差{new - left}"
