"""Cases and tasks of two invented units, for the workbooks made of them."""

from __future__ import annotations

import datetime as dt

from kbbx_xl.flow.casework.values import CaseFile, Task, TaskState
from kbbx_xl.flow.source import Source
from kbbx_xl.rules.cases import CLOSED, SUSPECTED, WARNING, CaseEvent
from kbbx_xl.settings.policies import LegalStepName
from tests.flow.casework.files import case_file

AS_OF = dt.date(2026, 10, 20)
SCHOOL, OTHER = "柳河镇中心小学", "柳河镇'东风'小学[分校]"
LEDGER = Source("登记表.xlsx", "疑似辍学学生台账", 6)


def day(number: int) -> dt.date:
    return dt.date(2026, 10, number)


def case(mark: str, unit: str, *events: CaseEvent, persuader: str = "乙二") -> CaseFile:
    return case_file(
        events, AS_OF, LEDGER,
        mark=mark, key="520000201501010011", unit=unit, grade="六年级", first_absent=day(8),
        persuader=persuader,
    )  # fmt: skip


CASES = (
    case(
        "3fa2b", SCHOOL, CaseEvent(SUSPECTED, day(9)),
        CaseEvent(LegalStepName.EDUCATE, day(12), document="劝返复学通知书"),
    ),
    case("44444", OTHER, CaseEvent(SUSPECTED, day(12))),
    case("55555", OTHER, CaseEvent(WARNING, day(19))),
    case(
        "66666", SCHOOL, CaseEvent(SUSPECTED, day(9)),
        CaseEvent(CLOSED, day(16), result="已返校", document="返校证明", number="3号"),
    ),
    case("77777", SCHOOL, CaseEvent(SUSPECTED, dt.date(2026, 9, 9)),
         CaseEvent(CLOSED, dt.date(2026, 9, 20), result="已返校")),
)  # fmt: skip
TASKS = (
    Task(
        SCHOOL, "责令改正：下达限期复学通知书", "乡镇政府", day(19), TaskState.OVERDUE, "TH-21",
        about="六年级1班", mark="3fa2b", document="限期复学通知书", source=LEDGER, name="甲一",
    ),
    Task(SCHOOL, "报控辍保学月报表", SCHOOL, AS_OF, TaskState.TODAY, "TH-32", to="县教体局基础教育一股"),
    Task(SCHOOL, "确定劝返责任人", SCHOOL, None, TaskState.OPEN, "TH-40", mark="3fa2b", name="甲一"),
    Task(SCHOOL, "家访劝返", "学校", day(13), TaskState.DONE, "TH-28", mark="66666",
         done_on=day(13), name="甲一"),
    Task(OTHER, "会议研究", OTHER, None, TaskState.OPEN, "YL-14", note="文件没有写周期，每学期列一次"),
    Task(OTHER, "送教还差 1 次", OTHER, dt.date(2026, 10, 31), TaskState.LATER, "P01-18", name="甲一"),
    Task(OTHER, "送教还差 1 次", OTHER, dt.date(2026, 10, 31), TaskState.LATER, "P01-18", name="丙三"),
)  # fmt: skip
