"""A hand-made small county of invented people: two centres, five schools, every kind of row."""

from __future__ import annotations

import datetime as dt

from kbbx_xl.flow.casework.values import CaseFile, Recorded, Task, TaskState
from kbbx_xl.flow.result import (
    CaseRow,
    CenterError,
    County,
    Coverage,
    Due,
    Duplicate,
    FileStatus,
    IdProblem,
    IndicatorValue,
    LedgerError,
    Persuasion,
    ReportError,
    ReportRow,
    RosterRow,
    StudentRun,
    SummaryError,
    Total,
    Transfer,
    UnitProgress,
)
from kbbx_xl.flow.source import Source, Span
from kbbx_xl.model import Directory, Finding, Period, Run, Unit, stage_of
from kbbx_xl.rules.cases import CLOSED, DROPOUT, SUSPECTED, VISIT, CaseEvent, CaseState
from kbbx_xl.settings.policies import (
    DayUnit,
    LegalStepName,
    MonthlyReport,
    Parameter,
    Policy,
    Step,
    StepName,
    Threshold,
)

COUNTY = "南屏县教育和体育局"
EAST, WEST = "东河镇中心校", "西坪镇中心校"
TOWN, JUNIOR_HIGH, POINT = "东河镇中心小学", "东河镇初级中学", "西坪镇'老街'教学点"
MISSING, DIRECT = "西坪镇第二小学", "南屏县实验小学"
MONTH, AS_OF = Period(2026, 10), dt.date(2026, 10, 20)
KINDS = ("学籍导出", "考勤表", "辍学学生台账", "网格名单", "月报")
NAMES = ("甲一", "乙二", "丙三", "丁四", "戊五")
IDS = tuple(f"52000020150{n}0100{n}X" for n in range(1, 6))

UNITS = (
    Unit("529000", COUNTY, "", "县"),
    Unit("529001", DIRECT, COUNTY, "县直学校", "小学"),
    Unit("529010", EAST, COUNTY, "中心校"),
    Unit("529011", TOWN, EAST, "学校", "小学"),
    Unit("529012", JUNIOR_HIGH, EAST, "学校", "初中"),
    Unit("529020", WEST, COUNTY, "中心校"),
    Unit("529021", POINT, WEST, "学校", "小学（教学点）"),
    Unit("529022", MISSING, WEST, "学校", "小学"),
)

STEPS = (
    Step(StepName.VISIT, "家访", Threshold(3, DayUnit.SCHOOL_DAY), "入户家访", "班主任", "TH-28"),
    Step(
        StepName.SUSPECTED,
        "列为疑似辍学",
        Threshold(5, DayUnit.DAY, ">"),
        "登记台账并上报",
        "学校",
        "TH-29",
        within=Threshold(1, DayUnit.DAY),
        report_to="中心校",
    ),
)


def make_policy(*, silent: bool = False) -> Policy:
    """A policy with two steps, or one whose document says nothing."""
    if silent:
        return Policy("silent", "某县方案", "某县发〔2020〕1号", "县")
    return Policy(
        "tanghe",
        "控辍保学工作方案",
        "某教基〔2022〕2号",
        "县",
        steps=STEPS,
        monthly=MonthlyReport(20, "县教体局基础教育一股", True, "填报人签名，加盖公章", ("TH-32",)),
        targets={"小学辍学率": Parameter("≤0.6%", ("TH-01",))},
    )


def at(unit: str, kind: str, row: int = 0, sheet: str = "Sheet1") -> Source:
    return Source(f"报送/{unit}/{kind}.xlsx", sheet, row)


def _total(unit: str, first_row: int, **by_grade: int) -> Total:
    stages: dict[str, int] = {}
    rows_of: dict[str, tuple[Span, ...]] = {}
    row = first_row
    for grade, number in by_grade.items():
        stages[stage_of(grade)] = stages.get(stage_of(grade), 0) + number
        file = at(unit, "学籍")
        rows_of[grade] = (Span(file.file, file.sheet, f"{row}-{row + number - 1}"),)
        row += number
    enrolled = sum(by_grade.values())
    boys = {grade: number // 2 for grade, number in by_grade.items()}
    return Total(
        unit,
        enrolled,
        enrolled + 1,
        by_grade,
        stages,
        {"在读": enrolled, "休学": 1},
        {"男": sum(boys.values()), "女": enrolled - sum(boys.values())},
        {(g, "男"): n for g, n in boys.items()} | {(g, "女"): by_grade[g] - boys[g] for g in boys},
        at(unit, "学籍"),
        rows_of,
    )


TOTALS = [
    _total(DIRECT, 3, 一年级=50, 二年级=48),
    _total(TOWN, 3, 一年级=30, 六年级=28),
    _total(JUNIOR_HIGH, 4, 七年级=90, 八年级=88, 九年级=85),
    _total(POINT, 2, 一年级=6, 二年级=5),
]


def _progress() -> list[UnitProgress]:
    def line(unit: str, parent: str, level: str, status: str, **more: object) -> UnitProgress:
        expected = ("网格名单", "汇总月报") if level == "中心校" else KINDS
        code = next(u.code for u in UNITS if u.name == unit)
        missing = more.get("missing", ())
        received = tuple(k for k in expected if k not in missing)  # type: ignore[operator]
        values = {"received": received, "missing": (), **more}
        return UnitProgress(unit, code, parent, level, status, expected, **values)  # type: ignore[arg-type]

    return [
        line(DIRECT, COUNTY, "县直学校", "已报", warnings=2),
        line(EAST, COUNTY, "中心校", "已报", errors=1),
        line(TOWN, EAST, "学校", "已报", corrected=1, copies=1, late=("月报",)),
        line(JUNIOR_HIGH, EAST, "学校", "缺项", missing=("网格名单",)),
        line(WEST, COUNTY, "中心校", "已报"),
        line(POINT, WEST, "学校", "错月", missing=("月报", "考勤表"), wrong_month="2026-09"),
        line(MISSING, WEST, "学校", "未报", missing=KINDS),
    ]


def _reports() -> list[ReportRow]:
    rows = []
    for total in TOTALS[:3]:
        for number, (grade, now) in enumerate(total.by_grade.items()):
            lost = int(grade == "七年级")
            figures = {
                "opening": now + lost,
                "transfer_in": 0,
                "return_in": 0,
                "transfer_out": 0,
                "suspend": 0,
                "dropout": lost,
                "closing": now + (2 if grade == "八年级" else 0),
                "suspected": lost,
                "persuaded": lost,
                "home_teaching": None if grade == "六年级" else 0,
            }
            rows.append(ReportRow(total.unit, grade, figures, at(total.unit, "月报", 5 + number)))
    return rows


def _run(
    child: int, unit: str, grade: str, start: int, end: int, days: float, row: int
) -> StudentRun:
    first, last = dt.date(2026, 10, start), dt.date(2026, 10, end)
    run = Run(first, last, end == 20, days, end - start + 1)
    return StudentRun(IDS[child], NAMES[child], unit, grade, "1班", run, at(unit, "考勤", row))


def _case(
    child: int, unit: str, grade: str, status: str, row: int, closed: dt.date | None = None
) -> CaseRow:
    return CaseRow(
        IDS[child],
        NAMES[child],
        unit,
        stage_of(grade),
        grade,
        "1班",
        status,
        True,
        dt.date(2026, 10, 8),
        closed,
        "厌学",
        at(unit, "台账", row),
    )


def _case_files() -> list[CaseFile]:
    """The three cases: suspected, dropout at the first legal step for the second time, back."""
    first = dt.date(2026, 10, 8)

    def file(
        child: int, mark: str, case: CaseRow, state: CaseState, *events: CaseEvent
    ) -> CaseFile:
        recorded = tuple(Recorded(e, case.source, f"K{case.source.row}") for e in events)
        return CaseFile(
            mark, case.key, case.name, case.unit, case.stage, case.grade, case.class_name, first,
            first, "", "", case.reason, "", f"承包{case.name}", recorded, (), state, case.source,
            previous="ccccc" if child == 1 else "",
        )  # fmt: skip

    back = dt.date(2026, 10, 16)
    visit = CaseEvent(VISIT, dt.date(2026, 10, 13), by=NAMES[4], result="已返校")
    return [
        file(0, "aaaaa", _case(0, JUNIOR_HIGH, "七年级", SUSPECTED, 4),
             CaseState(SUSPECTED, first, visits=2), CaseEvent(SUSPECTED, first)),
        file(1, "bbbbb", _case(1, JUNIOR_HIGH, "八年级", DROPOUT, 5),
             CaseState(DROPOUT, first, LegalStepName.EDUCATE, first), CaseEvent(DROPOUT, first)),
        file(2, "ddddd", _case(2, TOWN, "六年级", "已返校", 4, back),
             CaseState("已返校", back, visits=1, closed=back), CaseEvent(SUSPECTED, first), visit,
             CaseEvent(CLOSED, back, result="已返校")),
    ]  # fmt: skip


def _due() -> list[Due]:
    visit, suspected = STEPS
    place = at(JUNIOR_HIGH, "考勤", 7)
    rows = []
    for step, reached, due in ((visit, 12, 12), (suspected, 15, 21)):
        days = dt.date(2026, 10, reached), dt.date(2026, 10, due)
        rows.append(
            Due(
                IDS[0],
                NAMES[0],
                JUNIOR_HIGH,
                "七年级",
                "1班",
                step.title,
                step.action,
                step.actor,
                *days,
                days[1] < AS_OF,
                step.source,
                place,
            )
        )
    return rows


def make_county(*, policy: Policy | None = None, roster: bool = False) -> County:
    """The county as a consolidation would leave it; rows in no particular order."""
    county = County(MONTH, AS_OF, policy or make_policy(), Directory(UNITS))
    county.progress = _progress()
    county.files = [
        FileStatus(at(TOWN, "月报").file, "ab" * 32, "月报", TOWN, "2026-10", "effective"),
        FileStatus(f"报送/{TOWN}/月报旧.xlsx", "cd" * 32, "月报", TOWN, "2026-10", "superseded"),
        FileStatus("报送/Thumbs.db", "ef" * 32, "", "", "", "ignored"),
    ]
    county.superseded = [(TOWN, "月报", f"报送/{TOWN}/月报旧.xlsx", at(TOWN, "月报").file)]
    county.copies = [(f"报送/{TOWN}/月报 (1).xlsx", at(TOWN, "月报").file)]
    county.ignored = [("报送/Thumbs.db", "系统文件")]
    county.totals = list(TOTALS)
    county.reports = _reports()
    county.last_reports = [
        ReportRow(TOWN, "一年级", {"closing": 31}, at(TOWN, "9月月报", 5)),
        ReportRow(TOWN, "六年级", {"closing": 28}, at(TOWN, "9月月报", 6)),
    ]
    county.runs = [
        _run(0, JUNIOR_HIGH, "七年级", 9, 20, 8, 7),
        _run(1, JUNIOR_HIGH, "八年级", 12, 15, 4, 9),
        _run(2, TOWN, "六年级", 15, 15, 0.5, 12),
        _run(2, TOWN, "六年级", 19, 20, 2, 12),
    ]
    county.cases = [
        _case(0, JUNIOR_HIGH, "七年级", "疑似辍学", 4),
        _case(1, JUNIOR_HIGH, "八年级", "辍学", 5),
        _case(2, TOWN, "六年级", "已返校", 4, dt.date(2026, 10, 16)),
    ]
    county.persuasion = [
        Persuasion(
            IDS[0],
            JUNIOR_HIGH,
            2,
            dt.date(2026, 10, 13),
            dt.date(2026, 10, 18),
            at(JUNIOR_HIGH, "劝返", 20, "第1人"),
        )
    ]
    county.due = _due()
    county.case_files = _case_files()
    county.tasks = [
        Task(JUNIOR_HIGH, "责令改正", "乡镇人民政府", dt.date(2026, 10, 19), TaskState.OVERDUE, "TH-21",
             "八年级1班", "bbbbb", source=at(JUNIOR_HIGH, "台账", 5), name=NAMES[1]),
        Task(TOWN, "报送月报", "学校", dt.date(2026, 10, 20), TaskState.TODAY, "TH-32"),
    ]  # fmt: skip
    _add_problems(county)
    if roster:
        county.roster = [
            RosterRow(
                IDS[n],
                NAMES[n],
                "男",
                dt.date(2015, n + 1, 1),
                IDS[n],
                f"G{IDS[n]}",
                TOWN,
                "一年级",
                "1班",
                "在读",
                True,
                at(TOWN, "学籍", 9 - n),
            )
            for n in range(5)
        ]
    return county


def _add_problems(county: County) -> None:
    source = at(JUNIOR_HIGH, "学籍", 8)
    county.id_problems = [IdProblem(f"G{IDS[3]}", JUNIOR_HIGH, "checksum", source)]
    county.duplicates = [
        Duplicate(IDS[4], (TOWN, DIRECT), (at(TOWN, "学籍", 9), at(DIRECT, "学籍", 11)))
    ]
    county.transfers = [
        Transfer(IDS[3], TOWN, DIRECT, (at(TOWN, "学籍", 10), at(DIRECT, "学籍", 12))),
        Transfer(IDS[1], JUNIOR_HIGH, "", (source,)),
    ]
    ledger = at(JUNIOR_HIGH, "缺勤登记", 6)
    county.ledger_errors = [LedgerError(IDS[0], dt.date(2026, 10, 9), "days_wrong", ledger)]
    county.summary_errors = [SummaryError(IDS[2], "旷课", 3, 2, at(TOWN, "考勤", 12))]
    county.report_errors = [
        ReportError(JUNIOR_HIGH, "row_identity", "八年级", at(JUNIOR_HIGH, "月报", 6))
    ]
    county.center_errors = [CenterError(WEST, "school_omitted", MISSING, at(WEST, "汇总"))]
    county.coverage = [
        Coverage(TOWN, 4, 2, ("一年级1班",), (), at(TOWN, "网格")),
        Coverage(POINT, 2, 1, (), ("老街村",), at(POINT, "网格")),
    ]
    county.indicators = [
        IndicatorValue(COUNTY, "小学辍学率", 0, 167, "≤0.6%", "TH-01", "辍学人数 ÷ 在校生数"),
        IndicatorValue(COUNTY, "初中劝返率", 2, 0, "", "", "已返校人数 ÷ 应劝返人数"),
        IndicatorValue(EAST, "初中巩固率", 263, 260, "", "", "毕业生数 ÷ 入学人数"),
    ]
    county.findings = [
        Finding("M01", at(JUNIOR_HIGH, "月报").file, "Sheet1", "H6", _M01, JUNIOR_HIGH),
        Finding("I03", source.file, "Sheet1", "D8", {}, JUNIOR_HIGH),
        Finding("P01", unit=MISSING),
        Finding("F06", "报送/Thumbs.db", params={"reason": "系统文件"}),
    ]


_M01 = {
    "grade": "八年级",
    "formula": "月末＝上月末＋转入＋复学－转出－休学－辍学",
    "expected": 88,
    "written": 90,
}
