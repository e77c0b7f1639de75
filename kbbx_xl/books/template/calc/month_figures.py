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
from kbbx_xl.books.template.calc.values import Data, as_of_of, pupil_key
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.monthly import BALANCED, FIRST, LINES, TOTAL, put_report
from kbbx_xl.books.template.page import Book, Page
from kbbx_xl.model import GRADES, JUNIOR, PRIMARY, stage_of
from kbbx_xl.settings.forms import Sheet, all_forms
from kbbx_xl.settings.lists import load_lists

BACK, SUSPECTED, DROPOUT, HOME = "已返校", "疑似辍学", "辍学", "送教上门"
FLOWS = {"transfer_in": "转入", "return_in": "复学", "transfer_out": "转出"}
FLOWS |= {"suspend": "休学", "dropout": "辍学"}
OTHERS = {"other_in": "增加", "other_out": "减少"}
LEDGERS = ("suspected", "dropout")
IN_MONTH = '">="&月首', '"<="&统计止日'
SIX = ("辍学", "疑似辍学", "复学")

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
    report = next(s for form in all_forms() for s in form.sheets if s.table == "report")
    typed = {str(r.get("grade")): dict(r) for r in data.get(sheet.table, ())}
    known = figures(context, data, {g: r.get("opening") for g, r in typed.items()})
    records = [{"grade": g, **known[g], **typed.get(g, {})} for g in GRADES]
    put_report(book, dataclasses.replace(report, sheet=sheet.sheet), records, cover, source)
    page = book.pages[sheet.sheet]
    places = {f.name: i for i, f in enumerate(report.columns)}
    for row, grade in enumerate(LINES, FIRST):
        for name in places.keys() & known.get(grade, {}).keys():
            text = figure_formula(name, f"$A{row + 1}", f"$B{row + 1}", regions)
            style = columns.style_of(book, report.columns[places[name]], "calc")
            page.formula(row, places[name], text, style, known[grade][name])
    last_col = len(report.columns) - 1
    bottom = FIRST + len(LINES) + 1
    page.sheet.print_area(0, 0, bottom, last_col)
    _off_paper(page, bottom + 2, places, context, regions, data)


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
    kinds = (FLOWS[name],) if name in FLOWS else _other_kinds(OTHERS[name])
    return _changes(regions["changes"], grade, kinds)


def _changes(changes: Region, grade: str, kinds: Sequence[str]) -> str:
    """Rows of 学籍异动 of these kinds, dated in the month up to 统计止日."""
    words = "{" + ",".join(f'"{kind}"' for kind in kinds) + "}"
    date = changes.column("change_date")
    return (
        f"SUMPRODUCT(COUNTIFS({changes.column('grade')},{grade},"
        f"{changes.column('change')},{words},{date},{IN_MONTH[0]},{date},{IN_MONTH[1]}))"
    )


def _other_kinds(group: str) -> tuple[str, ...]:
    """Kinds of change that add (增加) or take away (减少) and have no column of their own."""
    words = load_lists()["change"].words
    return tuple(w.value for w in words if w.group == group and w.value not in FLOWS.values())


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


def figures(
    context: Context, data: Data, opening: Mapping[str, object]
) -> dict[str, dict[str, object]]:
    """What the formulas will show: grade -> column -> number, "" for a grade without pupils."""
    shown: dict[str, dict[str, object]] = {}
    for grade in GRADES:
        roster = [r for r in data.get("roster", ()) if r.get("grade") == grade]
        changes = [r for r in data.get("changes", ()) if r.get("grade") == grade]
        used = bool(roster or changes or opening.get(grade))
        numbers = _numbers(context, data, grade)
        shown[grade] = {name: number if used else "" for name, number in numbers.items()}
    return shown


def _numbers(context: Context, data: Data, grade: str) -> dict[str, int]:
    words = load_lists()["status"]
    of_grade = [r for r in data.get("roster", ()) if r.get("grade") == grade]
    enrolled = [r for r in of_grade if (w := words.find(r.get("status"))) and w.enrolled]
    changes = [
        str(r.get("change"))
        for r in data.get("changes", ())
        if r.get("grade") == grade and _in_month(context, r.get("change_date"))
    ]
    cases = [r for t in LEDGERS for r in data.get(t, ()) if r.get("grade") == grade]
    kinds: dict[str, tuple[str, ...]] = {name: (kind,) for name, kind in FLOWS.items()}
    kinds |= {name: _other_kinds(group) for name, group in OTHERS.items()}
    return {
        **{name: sum(change in own for change in changes) for name, own in kinds.items()},
        "closing": len(enrolled),
        "closing_male": sum(r.get("sex") == "男" for r in enrolled),
        "closing_female": sum(r.get("sex") == "女" for r in enrolled),
        "suspected": sum(r.get("case_status") == SUSPECTED for r in cases),
        "persuaded": sum(
            r.get("case_status") == BACK and _in_month(context, r.get("closed")) for r in cases
        ),
        "home_teaching": sum(
            r.get("home_teaching") == "是" or r.get("status") == HOME for r in enrolled
        ),
    }


def _in_month(context: Context, day: object) -> bool:
    stop = as_of_of(context)
    if context.period is None or stop is None or not isinstance(day, dt.date):
        return False
    return context.period.first <= day <= min(stop, context.period.last)


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
            value = six_count(data, stage, state)
            page.formula(line, col, six_formula(regions, stage, state), calc, value)
    for line, (title, text, rule) in enumerate(_between(places, regions), row + 5):
        page.merge(line, 0, line, 3, title, label)
        page.formula(line, 4, text, calc, _between_value(context, data, title))
        page.put(line, 5, rule, book.style("line"))
        page.height(line, 27)
        wrong = f'=$E{line + 1}<>"{BALANCED}"'
        page.condition(line, 4, line, 4, wrong, book.style("wrong"))


def six_formula(regions: Regions, stage: str, state: str) -> str:
    """One of the six numbers: cases of a stage that are 辍学, 疑似辍学 or 复学 (已返校).

    A child listed as 辍学 in both ledgers counts once.
    """
    suspected, dropout = (regions[t] for t in LEDGERS)
    grades = "{" + ",".join(f'"{g}"' for g in GRADES if stage_of(g) == stage) + "}"
    word = BACK if state == "复学" else state

    def count(ledger: Region) -> str:
        status = f'{ledger.column("case_status")},"{word}"'
        return f"SUMPRODUCT(COUNTIFS({ledger.column('grade')},{grades},{status}))"

    if state != DROPOUT:
        return f"={count(suspected)}+{count(dropout)}"
    twice = (
        f'({suspected.column("case_status")}="{word}")*({suspected.column("grade")}={grades})'
        f"*ISNUMBER(MATCH({suspected.column('pupil')},{dropout.column('pupil')},0))"
    )
    return f"={count(dropout)}+{count(suspected)}-SUMPRODUCT({twice})"


def six_count(data: Data, stage: str, state: str) -> int:
    """What ``six_formula`` gives for ``data``."""
    word = BACK if state == "复学" else state
    listed = {pupil_key(r) for r in data.get("dropout", ())} - {""}
    return sum(
        r.get("case_status") == word
        and stage_of(str(r.get("grade"))) == stage
        and not (state == DROPOUT and table == "suspected" and pupil_key(r) in listed)
        for table in LEDGERS
        for r in data.get(table, ())
    )


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
            "学生名册在校人数",
            f'=IF(N({closing})={enrolled},"{BALANCED}","差"&({enrolled}-N({closing})))',
            "名册中计入在校的人数＝本月末在校生数合计；不等时查年级没有填或写法不对的行",
        ),
        (
            "辍学台账本月新增",
            f'=IF(N({dropped})>={new},"{BALANCED}","差"&({new}-N({dropped})))',
            "本月减少的辍学人数≥辍学台账中本月首次缺勤的人数；少的查学籍异动是否漏记",
        ),
    ]


def _between_value(context: Context, data: Data, title: str) -> str:
    words = load_lists()["status"]
    if title == "学生名册在校人数":
        rows = data.get("roster", ())
        lost = sum(
            bool((w := words.find(r.get("status"))) and w.enrolled) and r.get("grade") not in GRADES
            for r in rows
        )
        return f"差{lost}" if lost else BALANCED
    first = context.period.first if context.period else dt.date.max
    new = sum(
        r.get("case_status") == DROPOUT and isinstance(d := r.get("first_absent"), dt.date) and d >= first
        for r in data.get("dropout", ())
    )  # fmt: skip
    left = sum(_numbers(context, data, grade)["dropout"] for grade in GRADES)
    return BALANCED if left >= new else f"差{new - left}"
