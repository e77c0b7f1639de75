"""Formula texts, each a pure function of the addresses it reads.

No function is newer than Excel 2010, and none lets the program guess a text into a number: 18-digit
ids are compared with =, never by COUNTIF, which keeps 15 digits.  Names such as 上课日 are defined in
``names``.  None begins with =, so that they can be put together.
"""

from __future__ import annotations

from kbbx_xl.books.template.calc.regions import Region
from kbbx_xl.rules.ledger_status import MOVED

EMPTY, EXCEL_DAMAGE, GARBAGE, LENGTH = "空", "后三位丢失", "有多余字符", "位数不对"
CHECKSUM, BAD_DATE, REGION = "校验码不对", "日期不存在", "地区码不对"
BIRTH_DIFFERS, SEX_DIFFERS, CORRECT = "出生日期不符", "性别不符", "正确"

LAST_DAY = 2958465  # 9999-12-31 as a number
_WHO = ("name", "grade", "class_name")

# verdicts of rules.identity.check_id in the words of the workbook, in the order of judging
VERDICTS = {
    "missing": EMPTY,
    "excel_precision": EXCEL_DAMAGE,
    "letter_o": GARBAGE,
    "garbage": GARBAGE,
    "short17": LENGTH,
    "long19": LENGTH,
    "length": LENGTH,
    "checksum": CHECKSUM,
    "bad_date": BAD_DATE,
    "region": REGION,
}


def clean_id(id_no: str) -> str:
    """The id as rules.identity repairs it: half-width, upper-case, no white space or apostrophe.

    A number is not an id: the program has lost its last digits.
    """
    bare = f'SUBSTITUTE(ASC(CLEAN({id_no}))," ","")'
    return f"""UPPER(SUBSTITUTE(SUBSTITUTE({bare},"'",""),"×","X"))"""


def id_date(number: str) -> str:
    """Birth date inside an 18-digit id, as a date that may have rolled over."""
    return f"DATE(MID({number},7,4),MID({number},11,2),MID({number},13,2))"


def id_verdict(*, id_no: str, clean: str, birth: str, sex: str) -> str:
    """证件核对: what is wrong with the id of this row; ``clean`` is the cell holding ``clean_id``.

    Same order as rules.identity.check_id, then birth date and sex (findings I09, I10).
    """
    odd = f"MOD(MID({clean},17,1),2)=1"
    judged = [
        (f"ISNUMBER({id_no})", f'IF(LEN({id_no})>15,"{EXCEL_DAMAGE}","{LENGTH}")'),
        (f'OR({clean}="",ISNUMBER(MATCH({clean},证件_空,0)))', f'"{EMPTY}"'),
        (f'ISNUMBER(SEARCH("E+",{clean}))', f'"{EXCEL_DAMAGE}"'),
        (
            f'OR(SUMPRODUCT((位序<=LEN({clean}))*ISERROR(FIND(MID({clean},位序,1),"0123456789X")))>0,'
            f'ISNUMBER(FIND("X",LEFT({clean},LEN({clean})-1))))',
            f'"{GARBAGE}"',
        ),
        (f"LEN({clean})<>18", f'"{LENGTH}"'),
        (
            f'MID("10X98765432",MOD(SUMPRODUCT(MID({clean},校验_位,1)*校验_权),11)+1,1)'
            f"<>RIGHT({clean},1)",
            f'IF(RIGHT({clean},3)="000","{EXCEL_DAMAGE}","{CHECKSUM}")',
        ),
        (
            f"OR(--MID({clean},7,4)<1900,MONTH({id_date(clean)})<>--MID({clean},11,2),"
            f"DAY({id_date(clean)})<>--MID({clean},13,2))",
            f'"{BAD_DATE}"',
        ),
        (f"ISNA(MATCH(LEFT({clean},2),证件_省,0))", f'"{REGION}"'),
        (f"AND(ISNUMBER({birth}),{birth}<>{id_date(clean)})", f'"{BIRTH_DIFFERS}"'),
        (f'AND({sex}<>"",{sex}<>IF({odd},"男","女"))', f'"{SEX_DIFFERS}"'),
    ]
    text = f'"{CORRECT}"'
    for condition, verdict in reversed(judged):
        text = f"IF({condition},{verdict},{text})"
    return text


def age(*, birth: str, clean: str, verdict: str) -> str:
    """年龄: full years on 截至日, from the birth date or, where it is blank, from a good id."""

    def years(day: str) -> str:
        before = f"MONTH(截至日)*100+DAY(截至日)<MONTH({day})*100+DAY({day})"
        return f"YEAR(截至日)-YEAR({day})-({before})"

    good = f'OR({verdict}="{CORRECT}",{verdict}="{SEX_DIFFERS}")'
    from_id = f'IF({good},{years(id_date(clean))},"")'
    return f'IF(截至日="","",IF(ISNUMBER({birth}),{years(birth)},{from_id}))'


def spell_days(*, start: str, back: str) -> str:
    """应计天数: school days of an absence, from its first day to the day before the return or 截至日.

    Back on the day it began is half a day.  "" while there is no first day (rules.absence.spell_days).
    """
    return _spell_days(start, back, '"<="&截至日')


def spell_days_before(*, start: str, back: str) -> str:
    """School days of an absence before the month of the roll call, as ``spell_days`` counts."""
    return _spell_days(start, back, '"<"&月首,上课日,"<="&截至日')


def _spell_days(start: str, back: str, until: str) -> str:
    half = f"0.5*COUNTIFS(上课日,{start},上课日,{until})"
    whole = f'COUNTIFS(上课日,">="&{start},上课日,"<"&{back},上课日,{until})'
    still = f'COUNTIFS(上课日,">="&{start},上课日,{until})'
    ended = f"IF({back}={start},{half},{whole})"
    return f'IF(ISNUMBER({start}),IF(ISNUMBER({back}),{ended},{still}),"")'


def spell_flag(*, start: str, back: str, days: str, kind: str) -> str:
    """预警 of one ledger row: without leave, and away on the last school day up to 截至日.

    Rows are judged one by one; an absence split over several rows is a finding of its own (A04).
    """
    seen = f"IF({back}={start},{start}+1,{back})"  # first day after the absence
    returned = f'COUNTIFS(上课日,">="&{seen},上课日,"<="&截至日)>0'
    is_open = f"AND(COUNTIF(类别_旷课,{kind})>0,N({days})>0,NOT(AND(ISNUMBER({back}),{returned})))"
    first = f'SMALL(上课日,COUNTIF(上课日,"<"&{start})+1)'
    long = f"IF({days}<1,1,截至日-{first}+1)"
    return f'IF({is_open},{flag(run=days, calendar_days=long)},"")'


def case_days(*, first: str, closed: str) -> str:
    """连续缺勤教学日数: school days from the first absence to the day before 销号, or to 截至日.

    "" when the absence began before the calendar of the term, which this workbook cannot count.
    """
    until = f'IF(ISNUMBER({closed}),"<"&{closed},"<="&截至日)'
    count = f'COUNTIFS(上课日,">="&{first},上课日,{until},上课日,"<="&截至日)'
    return f'IF(ISNUMBER({first}),IF({first}<MIN(上课日),"",{count}),"")'


def pupil(*, id_no: str, student_no: str) -> str:
    """By what a pupil is found in other tables: the id or, without a whole one, the student number."""
    return clean_id(f'IF(OR({id_no}="",ISNUMBER({id_no})),{student_no},{id_no})')


def case_status(*, closing: str, closed: str, still: str, moved: str = "") -> str:
    """状态 of a ledger row (rules.ledger_status): 销号去处 once 销号日期 has come, else ``still``.

    ``moved``: condition that the absence stands in 辍学台账 as well.
    """
    word = f'IFERROR(INDEX(销号_去处,MATCH({closing},销号_写法,0)),"")'
    over = f'AND({word}<>"",ISNUMBER({closed}),{closed}<=截至日)'
    text = f'IF({over},{word},"{still}")'
    return f'IF({moved},"{MOVED}",{text})' if moved else text


def listed(ledger: Region, *, key: str, first: str) -> str:
    """Condition: a row of ``ledger`` is about this absence of this child."""
    rows = f"({ledger.column('pupil')}={key})*({ledger.column('first_absent')}={first})"
    return f'AND({key}<>"",ISNUMBER({first}),SUMPRODUCT({rows})>0)'


def case_visits(*, keys: str, dates: str, pupil: str, first: str, closed: str) -> str:
    """劝返次数 of one case: the pupil's dated visits from the first absent day to 销号, both included.

    An earlier visit belongs to an earlier case (再次辍学).  Keys are compared as text: COUNTIF would
    keep 15 digits of an id.
    """
    until = f"IF(ISNUMBER({closed}),{closed},{LAST_DAY})"
    inside = f"--({dates}>={since(first)}),--({dates}<={until})"
    return f'IF({pupil}="",0,SUMPRODUCT(--({keys}={pupil}),{inside}))'


def since(first: str) -> str:
    """The first absent day as a number; without one every day, but not a blank."""
    return f"MAX(N({first}),1)"


def visit_key(region: Region, row: int) -> str:
    """劝返键: the pupil and the place of this record among the pupil's, by date and then by row."""
    here, day = region.cell("pupil", row), region.cell("visit_date", row)
    keys, dates = region.column("pupil"), region.column("visit_date")
    above, of_day = (_down_to(region, name, row) for name in ("pupil", "visit_date"))
    before = f"SUMPRODUCT(--({keys}={here}),--({dates}<{day}))"
    return f'{here}&"#"&({before}+SUMPRODUCT(--({above}={here}),--({of_day}={day})))'


def _down_to(region: Region, name: str, row: int) -> str:
    """The cells of a column from the first row of the table to this one."""
    column = region.cell(name, region.first_row)[1:].rstrip("0123456789")
    return f"${column}${region.first_row + 1}:{region.cell(name, row)}"


def mark_days(marks: str, name: str, *, halves: bool = False) -> str:
    """School days up to 统计止日 whose mark is in the named list; ``halves`` adds 0.5 for 半.

    出勤, 旷课, 病假, 事假 and 迟到 of a roll call (flow.attendance counts alike).
    """
    text = f"SUMPRODUCT((点名_序>0)*ISNUMBER(MATCH({marks},{name},0)))"
    if halves:
        text += f"+0.5*SUMPRODUCT((点名_序>0)*ISNUMBER(MATCH({marks},标记_半天,0)))"
    return text


def cumulative(*, absent: str, spells: Region, name: str, grade: str, class_name: str) -> str:
    """累计旷课 of the term: this month's roll call and, before it, the rows of 缺勤登记.

    Rows are added as they stand; doubled or overlapping ones are findings (A04–A06).
    """
    who = ((spells.column(f), c) for f, c in zip(_WHO, (name, grade, class_name), strict=True))
    criteria = ",".join(f"{cells},{value}" for cells, value in who)
    kind = spells.column("leave_kind")
    before = f"SUMIFS({spells.column('days_before')},{criteria},{kind},类别_旷课)"
    return f"{absent}+SUMPRODUCT({before})"


def last_break(marks: str) -> str:
    """Number of the last school day up to 统计止日 that is not a whole day of 旷课; 0 for none."""
    return f"SUMPRODUCT(MAX(点名_序*ISNA(MATCH({marks},标记_旷课,0))))"


def current_run(marks: str) -> str:
    """连续旷课: school days of the run that holds the last school day up to 截至日, else 0.

    A half day stands alone as 0.5; leave, presence and a blank break a run, rest days do neither.
    """
    half = f"SUMPRODUCT((点名_序=点名_末)*(点名_序>0)*ISNUMBER(MATCH({marks},标记_半天,0)))"
    return f"MAX(0,点名_末-{last_break(marks)})+0.5*{half}"


def longest_run(marks: str) -> str:
    """最长连续旷课: the longest run of the month up to 统计止日, in school days (array formula).

    FREQUENCY with the breaking days as bins counts each run that a break ends together with that
    break, and the days after the last break alone; so one is taken off, unless those are the most.
    """
    half = f"SUMPRODUCT((点名_序>0)*ISNUMBER(MATCH({marks},标记_半天,0)))>0"
    ended = f"MAX(FREQUENCY(点名_位,点名_序*ISNA(MATCH({marks},标记_旷课,0))))-1"
    most = f"MAX(MAX(点名_序)-{last_break(marks)},{ended},0.5*({half}))"
    return f"IF(MAX(点名_序)=0,0,{most})"


def run_start(*, run: str) -> str:
    """起始日: first day of the run now open, "" when there is none."""
    first = f"IF({run}>=1,点名_末-{run}+1,点名_末)"
    return f'IF({run}>0,INDEX(点名_日期,MATCH({first},点名_序,0)),"")'


def calendar_days(*, run: str, start: str) -> str:
    """Calendar days of the open run that began on ``start``, up to 截至日; half a day is one."""
    return f"IF({run}>=1,截至日-{start}+1,IF({run}>0,1,0))"


def flag(*, run: str, calendar_days: str) -> str:
    """预警: title of the last step of the ladder that a run of so many days has reached."""
    reached = f"({run}>=预警_连续)+({run}>0.5)*({calendar_days}>=预警_日历)>0"
    return f'IFERROR(LOOKUP(2,1/({reached}),预警_名称),"")'


def when_used(present: str, expression: str) -> str:
    """The formula of a row: "" while the row's ``present`` cell is empty."""
    return f'=IF({present}="","",{expression})'
