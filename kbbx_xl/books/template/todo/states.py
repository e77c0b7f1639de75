"""How far each line of the first sheet is: by a name of the form's ``todo``, the sayings it may show.

The first saying that holds is shown; one that begins with √ needs nothing more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from xlsxwriter.utility import xl_col_to_name

from kbbx_xl.books.template.calc.formulas import CORRECT
from kbbx_xl.books.template.calc.month_figures import check_cells, month_checks
from kbbx_xl.books.template.calc.names import month_days
from kbbx_xl.books.template.calc.values import as_of_of, calendar_of, values_of
from kbbx_xl.books.template.calendar_sheet import term_cells
from kbbx_xl.books.template.grid import last_marked
from kbbx_xl.books.template.monthly import BALANCED, FIRST, PENDING, grades_given, total_check
from kbbx_xl.books.template.page import quoted
from kbbx_xl.books.template.six_checks import six_cells
from kbbx_xl.books.template.todo.gaps import Known, is_blank, link_to
from kbbx_xl.books.template.todo.live import ALWAYS, Live, Saying, day_of, first_true, said, total
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED
from kbbx_xl.settings.forms import Todo

DONE = "√ "
READY = DONE + "可以报了"
State = Callable[[Known, Todo], list[Saying]]


def missing(known: Known, line: Todo) -> Saying:
    """还缺 n 格: over all tables of the line, with a link to the first."""
    tables = (line.to, *line.also)
    gaps = [known.gap(t) for t in tables if t == "cover" or t in known.regions]
    count = total(n for n, _ in gaps)
    link = first_true([(n.over(), there) for n, there in gaps], gaps[0][1])
    return Saying(count.over(), said("还缺 ", count, " 格"), link)


def rows(known: Known, table: str) -> Live:
    """How many rows of a table name what it is about."""
    key = next(f for f in known.sheet(table).columns if f.required and not f.formula)
    column = known.regions[table].column(key.name)
    count = sum(not is_blank(r.get(key.name)) for r in known.records(table))
    return Live(f'SUMPRODUCT(--({column}<>""))', count)


def filled(known: Known, line: Todo) -> list[Saying]:
    """All required cells of some tables."""
    top = known.top(line.to)
    tables = [t for t in (line.to, *line.also) if t in known.regions]
    if not tables:
        return [missing(known, line), Saying(ALWAYS, said(f"{DONE}已填好"), top)]
    count = known.fact(line.say, total(rows(known, t) for t in tables))
    done = said(f"{DONE}已填好，共 ", count, " 行")
    none = said(line.none or "还没有填")
    return [
        missing(known, line),
        Saying(count.over(), done, top),
        Saying(ALWAYS, none, top),
    ]


def roster(known: Known, line: Todo) -> list[Saying]:
    """The pupils: cells, then 证件核对."""
    region, top = known.regions["roster"], known.top("roster")
    column, wrong = region.column("id_check"), _wrong_ids(known)
    bad = known.fact("证件有误", _bad(known))
    tests = f'(({column}<>"")*({column}<>"{CORRECT}"))'
    at = region.columns["id_no"]
    first = f"{2**20}-SUMPRODUCT(MAX({tests}*({2**20}-ROW({column}))))"
    here = link_to(region.sheet, region.first_row + wrong[0], at).value if wrong else ""
    link = Live(f'"#{quoted(region.sheet)}!{xl_col_to_name(at)}"&({first})', here)
    pupils = known.fact("名册人数", rows(known, "roster"))
    return [
        missing(known, line),
        Saying(bad.over(), said("证件有误 ", bad, " 人"), link),
        Saying(pupils.over(), said(f"{DONE}已填好，", pupils, " 人"), top),
        Saying(ALWAYS, said("名册还是空的"), top),
    ]


def _wrong_ids(known: Known) -> list[int]:
    """Rows of the roster, from 0, whose 证件核对 is not right."""
    verdicts = [v.get("id_check") for v in values_of("roster", known.context, known.data)]
    return [i for i, v in enumerate(verdicts) if v not in (CORRECT, "", None)]


def _bad(known: Known) -> Live:
    """How many pupils' 证件核对 is not right."""
    column = known.regions["roster"].column("id_check")
    test = f'SUMPRODUCT(--({column}<>""),--({column}<>"{CORRECT}"))'
    return Live(test, len(_wrong_ids(known)))


def attendance(known: Known, line: Todo) -> list[Saying]:
    """The roll call and how many school days it is behind, or the rows of 缺勤登记."""
    region, top = known.regions["roll_call"], known.top("roll_call")
    left, right = (xl_col_to_name(region.day_columns[i]) for i in (0, -1))
    marks = f"{quoted(region.sheet)}!${left}${region.first_row + 1}:${right}${region.last_row + 1}"
    ahead = f"COLUMN({marks})-{region.day_columns[0]}"
    last = last_marked(known.records("roll_call"))
    day = known.fact("点名到几日", Live(f'SUMPRODUCT(MAX(({marks}<>"")*({ahead})))', last))
    days = month_days(known.context)
    date = days[last - 1] if days and 0 < last <= len(days) else ""
    until = known.fact("点名到", Live(f'IF({day.text}=0,"",INDEX(点名_日期,{day.text}))', date))
    open_days = f'COUNTIFS(上课日,">"&{until.text},上课日,"<="&统计止日)'
    behind = known.fact(
        "还差几天", Live(f"IF(ISNUMBER({until.text}),{open_days},0)", _behind(known, date))
    )
    spells = known.fact("缺勤登记", rows(known, "absence"))
    dated = Live(f"ISNUMBER({until.text})", date != "")
    return [
        missing(known, line),
        Saying(behind.over(), said("点名记到 ", day_of(until), "，还差 ", behind, " 天"), top),
        Saying(dated, said(f"{DONE}点名记到 ", day_of(until)), top),
        Saying(spells.over(), said(f"{DONE}缺勤登记 ", spells, " 行"), known.top("absence")),
        Saying(ALWAYS, said("没有缺勤记录"), top),
    ]


def _behind(known: Known, date: object) -> int:
    """School days after ``date`` up to the end of the month or 截至日."""
    stop, period = as_of_of(known.context), known.context.period
    if not isinstance(date, dt.date) or stop is None or period is None:
        return 0
    return sum(date < day <= min(stop, period.last) for day in calendar_of(known.context).days)


def flagged(known: Known) -> Live:
    """Pupils over a threshold of the policy, in the roll call and in 缺勤登记."""
    return total(
        Live(f'SUMPRODUCT(--({known.regions[t].column(c)}<>""))', sum(bool(v) for v in told))
        for t, c, told in flags(known)
    )


def flags(known: Known) -> Iterator[tuple[str, str, list[object]]]:
    """Table, column and values at building of the two columns called 预警."""
    for table, column in (("roll_call", "flag"), ("absence", "spell_flag")):
        yield table, column, [v.get(column) for v in values_of(table, known.context, known.data)]


def open_cases(known: Known, *, unvisited: bool = False) -> list[Live]:
    """Cases not closed, of 疑似辍学台账 and of 辍学台账; ``unvisited``: those without a visit."""
    counts = []
    for table, state in (("suspected", SUSPECTED), ("dropout", DROPOUT)):
        region = known.regions[table]
        told = values_of(table, known.context, known.data)
        mine = [v for v in told if v.get("case_status") == state]
        status = f'{region.column("case_status")},"{state}"'
        if unvisited:
            mine = [v for v in mine if v.get("visit_count") == 0]
            status += f",{region.column('visit_count')},0"
        counts.append(Live(f"COUNTIFS({status})", len(mine)))
    return counts


def cases(known: Known, line: Todo) -> list[Saying]:
    """Who is over a threshold, and which cases are not closed."""
    over = known.fact("到预警", flagged(known))
    not_closed = known.fact("未销号", total(open_cases(known)))
    top = known.top("suspected")
    text = said("到预警 ", over, " 人，未销号 ", not_closed, " 人")
    return [
        missing(known, line),
        Saying(over.over(), text, known.top("roll_call")),
        Saying(not_closed.over(), text, top),
        Saying(ALWAYS, said(f"{DONE}没有到预警、未销号的"), top),
    ]


def month(known: Known, line: Todo) -> list[Saying]:
    """本月月报 of 登记表: everything before it filled, then its checks."""
    sheet = known.sheet(line.to).sheet
    cells, values = check_cells(sheet), month_checks(known.context, known.data)
    own, between = Live(cells[0], values[0]), [
        Live(c, v) for c, v in zip(cells[1:], values[1:], strict=True)
    ]  # fmt: skip
    top = link_to(sheet, 0, 0)
    parted = Live(
        f"NOT(AND({','.join(b.is_text(BALANCED).text for b in between)}))",
        any(b.value != BALANCED for b in between),
    )
    return [
        _before(known),
        Saying(rows(known, "roster").is_number(0), said("先填学生名册"), known.top("roster")),
        Saying(own.is_text("", PENDING), said("先填上月末在校生数"), top),
        Saying(_differs(own), said("勾稽不符，先核对"), top),
        Saying(parted, said("与名册、台账不符，先核对"), top),
        Saying(_bad(known).over(), said("先改有误的证件"), known.top("roster")),
        Saying(ALWAYS, said(READY), top),
    ]


def _before(known: Known) -> Saying:
    """What the lines above still lack."""
    answers = [s.table for s in known.form.sheets if s.table == "cover"]
    gaps = [known.gap(t) for t in (*answers, *known.regions)]
    count = known.fact("各表还缺", total(n for n, _ in gaps))
    link = first_true([(n.over(), there) for n, there in gaps], gaps[0][1])
    return Saying(count.over(), said("先补齐上面还缺的 ", count, " 格"), link)


def _differs(check: Live) -> Live:
    return Live(f'ISNUMBER(FIND("差",{check.text}))', "差" in str(check.value))


def report(known: Known, line: Todo) -> list[Saying]:
    """月报表: whether the line 合计 agrees."""
    sheet = known.sheet(line.to)
    check = Live(*total_check(sheet, known.records("report")))
    top = link_to(sheet.sheet, FIRST, 1)
    return [
        Saying(
            Live(*grades_given(sheet, known.records("report"))).is_number(0), said("还没有填"), top
        ),
        Saying(check.is_text(PENDING), said("还没有填全"), top),
        Saying(_differs(check), said("勾稽不符，先核对"), top),
        Saying(ALWAYS, said(f"{DONE}勾稽相符"), top),
    ]


def six(known: Known, line: Todo) -> list[Saying]:
    """六项核对: whether 月报表 and the lists agree."""
    sheet = known.sheet(line.to)
    told = [Live(c, v) for c, v in six_cells(sheet, known.data)]
    top = link_to(sheet.sheet, 0, 0)
    agree = Live(
        f"AND({','.join(one.is_text(BALANCED).text for one in told)})",
        all(one.value == BALANCED for one in told),
    )
    return [
        Saying(agree, said(f"{DONE}月报表与名单相符"), top),
        Saying(ALWAYS, said("月报表与名单不符，先核对"), top),
    ]


def hand_in(known: Known, line: Todo) -> list[Saying]:
    """零报告 where there is nobody to list; else ready once all cells are filled."""
    sheet = known.sheet(line.to)
    check = Live(*total_check(known.sheet("report"), known.records("report")))
    named = known.fact(
        "名单人数", total(rows(known, t) for t in ("list_suspected", "list_dropout"))
    )
    answer = (known.records("zero_report") or [{}])[0].get("zero")
    top = link_to(sheet.sheet, 2, 2)
    zero = Live(f"{quoted(sheet.sheet)}!$C$3", answer or "")
    silent = Live(
        f'AND({named.text}=0,TRIM({zero.text})="")', named.value == 0 and is_blank(answer)
    )
    wrong = Live(f'AND({named.text}>0,{zero.text}="是")', bool(named.value) and answer == "是")
    given = Live(*grades_given(known.sheet("report"), known.records("report")))
    unready = Live(
        f'OR({given.text}=0,{check.text}<>"{BALANCED}")',
        given.value == 0 or check.value != BALANCED,
    )
    return [
        _before(known),
        Saying(unready, said("先把月报表填到勾稽相符"), link_to(known.sheet("report").sheet, 0, 0)),
        Saying(silent, said("没有名单，先填零报告声明"), top),
        Saying(wrong, said("有名单，不能报零报告"), top),
        Saying(ALWAYS, said(READY), top),
    ]


def term(known: Known, line: Todo) -> list[Saying]:
    """校历: first and last day of the term."""
    sheet = known.sheet(line.to).sheet
    top, cells = link_to(sheet, 1, 1), term_cells(sheet)
    given = (known.data.get("term") or [{}])[0]
    open_ = Live(f"COUNT({cells})<2", not (given.get("start") and given.get("end")))
    return [
        Saying(open_, said("还缺开学、放假日期"), top),
        Saying(ALWAYS, said(f"{DONE}已填好"), top),
    ]


def send(known: Known, line: Todo) -> list[Saying]:
    """单位目录: ready to make the schools' workbooks from it."""
    top = known.top(line.to)
    return [
        _before(known),
        Saying(rows(known, line.to).is_number(0), said("还没有填单位"), top),
        Saying(ALWAYS, said(f"{DONE}可以发了"), top),
    ]


STATES: Mapping[str, State] = MappingProxyType(
    {
        "filled": filled,
        "roster": roster,
        "attendance": attendance,
        "cases": cases,
        "month": month,
        "report": report,
        "six": six,
        "hand_in": hand_in,
        "term": term,
        "send": send,
    }
)
