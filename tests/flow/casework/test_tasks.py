"""待办 of one unit: what is listed, when it is done, in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest

from kbbx_xl.flow.casework.case_tasks import person_rule
from kbbx_xl.flow.casework.evidence import check_cases
from kbbx_xl.flow.casework.tasks import Done, tasks_of_unit
from kbbx_xl.flow.casework.values import (
    CaseFile,
    Recorded,
    Task,
    TaskState,
    TeachingMonth,
)
from kbbx_xl.flow.casework.work_log import (
    Arrived,
    Called,
    WorkDone,
    arrived,
    read_calls,
    read_work_log,
)
from kbbx_xl.flow.context import Context
from kbbx_xl.flow.register import Register
from kbbx_xl.flow.result import Due
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Kind, Period, Unit
from kbbx_xl.rules.cases import (
    APPROVED,
    CLOSED,
    DROPOUT,
    SUSPECTED,
    VISIT,
    WARNING,
    CaseEvent,
    state_on,
)
from kbbx_xl.settings.national import duties_of
from kbbx_xl.settings.policies import LegalStepName, load_policy
from tests.flow.tables import CENTER, COUNTY, SCHOOL, context, table

KEY = "520000201501010011"
SEEN = Source("登记表.xlsx", "缺勤登记", 7)


def on(policy: str, day: str) -> Context:
    date = dt.date.fromisoformat(day)
    return replace(context(load_policy(policy)), as_of=date, month=Period(date.year, date.month))


def d(day: str) -> dt.date:
    return dt.date.fromisoformat(day)


def case(events: Sequence[CaseEvent], day: str, **more: object) -> CaseFile:
    at = Source("登记表.xlsx", "疑似辍学学生台账", 5)
    values: dict[str, object] = {
        "mark": "3fa2b", "key": KEY, "name": "甲一", "unit": SCHOOL.name, "stage": "小学",
        "grade": "六年级", "class_name": "1班", "first_absent": d("2026-10-08"),
        "opened": events[0].date, "category": "", "variant": "", "reason": "", "group": "",
        "persuader": "乙二",
    }  # fmt: skip
    rows = tuple(Recorded(event, at) for event in events)
    return CaseFile(**{**values, **more}, events=rows, evidence=(), state=state_on(events, d(day)), source=at)  # type: ignore[arg-type]  # fmt: skip


def duties(unit, policy: str, day: str, **done: object) -> dict[str, Task]:  # type: ignore[no-untyped-def]
    """By rule; of a duty listed twice the time that opened first."""
    tasks = tasks_of_unit(unit, on(policy, day), done=Done(**done))  # type: ignore[arg-type]
    newest = sorted(tasks, key=lambda task: task.since or dt.date.min, reverse=True)
    return {task.rule: task for task in newest}


def row(kind: str, day: str) -> WorkDone:
    return WorkDone(kind, d(day), Source("责任人名单.xlsx", "工作记录", 5))


# --- duties of the calendar


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2026-09-14", TaskState.LATER),
        ("2026-09-15", TaskState.TODAY),
        ("2026-09-16", TaskState.OVERDUE),
    ],
)
def test_th_22_check_is_open_until_its_tenth_day(day: str, state: TaskState) -> None:
    task = duties(SCHOOL, "TH", day)["TH-22"]
    assert (task.state, task.due, task.actor) == (state, d("2026-09-15"), SCHOOL.name)
    assert "全面清查" in task.note


def test_th_22_row_of_the_work_log_shows_it_done_also_when_late() -> None:
    task = duties(SCHOOL, "TH", "2026-09-20", work=[row("全面清查", "2026-09-18")])["TH-22"]
    assert (task.state, task.done_on) == (TaskState.DONE, d("2026-09-18"))
    assert task.note == "晚于到期日"
    assert task.source.sheet == "工作记录"


def test_what_was_done_in_an_earlier_month_is_not_listed_again() -> None:
    rows = [row("全面清查", "2026-09-10")]
    assert "TH-22" not in duties(SCHOOL, "TH", "2026-10-20", work=rows)
    late = [row("全面清查", "2026-10-12")]
    assert duties(SCHOOL, "TH", "2026-10-20", work=late)["TH-22"].state is TaskState.DONE


def test_th_22_row_from_before_the_term_shows_nothing() -> None:
    task = duties(SCHOOL, "TH", "2026-10-20", work=[row("全面清查", "2026-08-28")])["TH-22"]
    assert task.state is TaskState.OVERDUE


def test_th_23_goes_to_two() -> None:
    task = duties(SCHOOL, "TH", "2026-09-20")["TH-23"]
    assert task.to == "中心学校、乡镇人民政府（办事处）"


def test_th_32_monthly_report_is_done_when_it_has_come() -> None:
    came = {"汇总月报": Arrived(Source("汇总月报.xlsx", "汇总月报"), d("2026-10-18"))}
    assert duties(CENTER, "TH", "2026-10-20")["TH-32"].state is TaskState.TODAY
    assert duties(CENTER, "TH", "2026-10-25")["TH-32"].state is TaskState.OVERDUE
    assert duties(CENTER, "TH", "2026-10-25", papers=came)["TH-32"].state is TaskState.DONE
    assert "TH-32" not in duties(SCHOOL, "TH", "2026-10-20")  # the central school reports


def test_th_32_next_month_is_not_done_by_this_month_s_paper() -> None:
    came = {"汇总月报": Arrived(Source("汇总月报.xlsx", "汇总月报"), d("2026-10-18"))}
    tasks = tasks_of_unit(CENTER, on("TH", "2026-10-25"), done=Done(papers=came))
    assert [(str(t.due), t.state) for t in tasks if t.rule == "TH-32"] == [
        ("2026-11-20", TaskState.LATER),
        ("2026-10-20", TaskState.DONE),
    ]


def test_th_35_key_month_is_the_bureau_s() -> None:
    assert duties(COUNTY, "TH", "2026-09-10")["TH-35"].due == d("2026-09-30")


def test_th_42_of_another_year_is_history() -> None:
    assert "TH-42" not in duties(CENTER, "TH", "2026-10-20")
    assert duties(CENTER, "TH", "2022-03-10")["TH-42"].due == d("2022-03-19")


def test_yl_14_yl_27_say_that_the_document_states_no_period() -> None:
    meeting, screening = (
        duties(CENTER, "YL", "2026-10-20")["YL-14"],
        duties(SCHOOL, "YL", "2026-10-20")["YL-27"],
    )
    assert meeting.due is None
    assert meeting.state is TaskState.OPEN
    assert meeting.note.startswith("文件没有写周期")
    assert screening.note.startswith("文件没有写周期")


def test_yl_31_roster_is_due_this_term_without_a_day_and_done_when_it_came() -> None:
    task = duties(CENTER, "YL", "2026-10-20")["YL-31"]
    assert (task.due, task.note) == (None, "文件没有写哪一天，本学期内")
    came = {"网格名单": Arrived(Source("名单.xlsx", "镇级网格"))}
    assert duties(CENTER, "YL", "2026-10-20", papers=came)["YL-31"].state is TaskState.DONE


def test_yl_31_roster_of_last_term_is_no_roster_of_this_one() -> None:
    def state(day: str) -> TaskState:
        came = {"网格名单": Arrived(Source("名单.xlsx", "镇级网格"), d(day), d(day))}
        return duties(CENTER, "YL", "2027-03-10", papers=came)["YL-31"].state

    assert state("2026-09-08") is TaskState.OPEN
    assert state("2027-03-01") is TaskState.DONE


def test_yl_34_letters_are_due_each_term() -> None:
    assert duties(SCHOOL, "YL", "2026-10-20")["YL-34"].document == "责任书签订"


def test_yl_11_yl_15_plan_and_leading_group_are_each_proved_by_their_own_row() -> None:
    assert duties(CENTER, "YL", "2026-10-20", work=[row("工作方案", "2026-10-10")])["YL-11"].state is TaskState.DONE  # fmt: skip
    tasks = tasks_of_unit(
        SCHOOL, on("YL", "2026-10-20"), done=Done(work=[row("工作方案", "2026-10-10")])
    )
    assert [t.state for t in tasks if t.rule == "YL-15"] == [TaskState.OPEN, TaskState.DONE]


def test_yl_20_week_two_opens_on_its_first_day() -> None:
    assert duties(SCHOOL, "YL", "2026-09-07")["YL-20"].state is TaskState.LATER
    assert duties(SCHOOL, "YL", "2026-09-08")["YL-20"].since == d("2026-09-08")
    done = duties(SCHOOL, "YL", "2026-09-20", work=[row("人籍比对", "2026-09-10")])["YL-20"]
    assert done.state is TaskState.DONE


def test_yl_55_yl_70_month_has_no_day() -> None:
    for unit, rule in ((CENTER, "YL-55"), (SCHOOL, "YL-70")):
        task = duties(unit, "YL", "2026-10-20")[rule]
        assert (task.due, task.note) == (None, "文件没有写哪一天，10月内")


def test_lb_12_lb_13_lb_14_of_a_school() -> None:
    found = duties(SCHOOL, "LB", "2026-09-10")
    assert found["LB-12"].note.startswith("文件没有写周期")
    assert found["LB-13"].note.startswith("文件没有写哪一天，本学年内")
    assert (found["LB-14"].due, found["LB-14"].state) == (d("2026-09-08"), TaskState.OVERDUE)


def test_lb_15_list_to_departments_is_the_bureau_s_within_a_month() -> None:
    assert duties(COUNTY, "LB", "2026-09-10")["LB-15"].due == d("2026-10-01")
    assert "LB-15" not in duties(SCHOOL, "LB", "2026-09-10")


def test_gh_06_publicity_is_listed_in_the_holiday_before_term() -> None:
    done = [row("集中宣传", "2026-02-20")]  # of spring
    task = duties(SCHOOL, "GH", "2026-08-20", work=done)["GH-06"]
    assert (task.due, task.state) == (d("2026-08-31"), TaskState.LATER)


def test_gh_07_gh_13_gh_17_of_a_school() -> None:
    tasks = tasks_of_unit(SCHOOL, on("GH", "2026-10-20"))
    assert [t.title for t in tasks if t.rule == "GH-07"] == [
        "控辍保学年度考核和评优评先",
        "校长与教师签订控辍责任状",
    ]
    found = duties(SCHOOL, "GH", "2026-10-20")
    assert found["GH-13"].state is TaskState.OPEN
    assert "工作制度" in found["GH-17"].note


def test_p11_15_four_inspections_are_needed() -> None:
    rows = [row("督导检查", f"2026-{month}-05") for month in ("09", "10")]
    task = duties(COUNTY, "P11", "2026-10-20", work=rows)["P11-15"]
    assert task.state is TaskState.OPEN
    assert "要 4 次，已记 2 次" in task.note


def test_p22_07_is_a_reminder_that_ends_with_its_day() -> None:
    assert duties(SCHOOL, "P22", "2026-09-15")["P22-07"].state is TaskState.TODAY
    assert "P22-07" not in duties(SCHOOL, "P22", "2026-09-16")


def test_p23_03_last_week_stays_while_nothing_was_written_down() -> None:
    def weeks(*rows: WorkDone) -> list[tuple[str, TaskState]]:
        tasks = tasks_of_unit(SCHOOL, on("P23", "2026-10-20"), done=Done(work=rows))
        return [(str(t.since), t.state) for t in tasks if t.rule == "P23-03"]

    assert weeks() == [("2026-10-12", TaskState.OVERDUE), ("2026-10-19", TaskState.OPEN)]
    assert weeks(row("周报", "2026-10-16")) == [("2026-10-19", TaskState.OPEN)]


def test_national_quarterly_re_check_stands_for_every_county() -> None:
    tasks = tasks_of_unit(COUNTY, on("YL", "2026-10-20"))
    before, task = [t for t in tasks if "一季度一复核" in t.title]
    assert (before.since, before.state) == (d("2026-07-01"), TaskState.OVERDUE)
    assert (task.rule, task.due, task.state) == (
        "教基厅函〔2024〕15号",
        None,
        TaskState.OPEN,
    )


def test_a_term_that_no_calendar_states_is_said() -> None:
    tasks = tasks_of_unit(SCHOOL, on("TH", "2027-03-02"))
    notes = {str(t.since): t.note for t in tasks if t.rule == "TH-22"}
    assert "开学、放假按通常日期" in notes["2027-03-01"]


@pytest.mark.parametrize(
    ("unit", "policy", "rule", "since", "listed", "gone"),
    [
        (COUNTY, "YL", "教基厅函〔2024〕15号", "2026-10-01", "2027-01-01", "2027-04-01"),
        (SCHOOL, "TH", "TH-22", "2026-09-01", "2027-03-01", "2027-03-20"),
        (SCHOOL, "TH", "TH-23", "2026-09-01", "2027-03-16", "2027-03-25"),
        (COUNTY, "TH", "TH-41", "2025-09-01", "2026-09-01", "2027-09-01"),
        (COUNTY, "P21", "P21-38", "2026-08-01", "2026-09-05", "2026-10-01"),
    ],
)
def test_th_22_th_41_p21_38_undone_stays_until_the_next_is_due(unit: Unit, policy: str, rule: str, since: str, listed: str, gone: str) -> None:  # fmt: skip
    """The school year before is known by a log that goes back to it."""

    def left(day: str, *rows: WorkDone) -> list[TaskState]:
        log = [row("其他", "2025-10-10"), *rows]
        tasks = tasks_of_unit(unit, on(policy, day), done=Done(work=log))
        return [t.state for t in tasks if t.rule == rule and t.since == d(since)]

    assert left(listed) == [TaskState.OVERDUE]
    assert left(gone) == []
    works = {
        duty.work for duty in duties_of(load_policy(policy), unit.level) if duty.source == rule
    }
    assert left(listed, *(row(work, since) for work in works)) == []
    assert left(listed, *(row(work, listed) for work in works)) == []  # the current one is done


def test_what_nobody_logged_last_school_year_is_not_known() -> None:
    tasks = tasks_of_unit(COUNTY, on("TH", "2026-09-01"))
    assert [t.since for t in tasks if t.rule == "TH-41"] == [d("2026-09-01")]
    log = [row("其他", "2025-10-10")]
    tasks = tasks_of_unit(CENTER, on("YL", "2026-10-20"), done=Done(work=log))
    assert len([t for t in tasks if t.rule == "YL-14"]) == 1  # 定期: no period is stated
    assert "每学年列一次" in duties(CENTER, "YL", "2026-10-20")["YL-11"].note


def test_lb_06_lb_15_one_row_proves_one_duty() -> None:
    found = duties(COUNTY, "LB", "2026-10-20", work=[row("分送名单", "2026-10-09")])
    assert (found["LB-15"].state, found["LB-06"].state) == (TaskState.DONE, TaskState.OPEN)


def test_yl_70_gh_10_gh_11_name_no_addressee() -> None:
    assert duties(SCHOOL, "YL", "2026-10-20")["YL-70"].to == ""
    assert {duties(SCHOOL, "GH", "2026-10-20")[rule].to for rule in ("GH-10", "GH-11")} == {""}


# --- the absence ladder


def ladder(step: str, rule: str, reached: str, due: str) -> Due:
    return Due(
        KEY, "甲一", SCHOOL.name, "六年级", "1班", step, "", "学校", d(reached), d(due),
        d(due) < d("2026-10-20"), rule, SEEN,
    )  # fmt: skip


CONTACT = ("联系家长", "TH-27", "2026-10-15", "2026-10-15")
HOME = ("家访劝返", "TH-28", "2026-10-19", "2026-10-19")


def first(due: Due, *cases: CaseFile, **done: object) -> Task:
    tasks = tasks_of_unit(SCHOOL, on("TH", "2026-10-20"), due=[due], cases=cases, done=Done(**done))  # type: ignore[arg-type]  # fmt: skip
    return next(task for task in tasks if task.rule == due.source)


def test_th_27_contact_is_overdue_until_the_ledger_of_absence_shows_it() -> None:
    task = first(ladder(*CONTACT))
    assert (task.state, task.about, task.name) == (TaskState.OVERDUE, "六年级1班", "甲一")
    assert task.source == SEEN
    called = {KEY: [Called(d("2026-10-15"), None, SEEN)]}
    assert first(ladder(*CONTACT), calls=called).state is TaskState.DONE
    earlier = {KEY: [Called(d("2026-09-02"), d("2026-09-04"), SEEN)]}
    assert first(ladder(*CONTACT), calls=earlier).state is TaskState.OVERDUE


def test_th_28_visit_counts_only_from_the_day_it_was_asked_for() -> None:
    known = [CaseEvent(SUSPECTED, d("2026-10-19")), CaseEvent(VISIT, d("2026-10-16"))]
    early = case(known, "2026-10-20")
    assert first(ladder(*HOME), early).state is TaskState.OVERDUE
    made = case([*known, CaseEvent(VISIT, d("2026-10-20"))], "2026-10-20")
    task = first(ladder(*HOME), made)
    assert task.done_on == d("2026-10-20")
    assert (task.state, task.note, task.mark) == (TaskState.DONE, "", "3fa2b")
    assert task.document == "劝返复学通知书、劝返图片"


def test_th_28_visit_of_a_child_who_is_back_is_shown_done_and_never_asked_for_again() -> None:
    title = "家访劝返"
    listed = CaseEvent(SUSPECTED, d("2026-10-12"))
    warned = CaseEvent(WARNING, d("2026-10-12"), until=d("2026-10-12"), result=title, by="学校")
    back = CaseEvent(CLOSED, d("2026-10-19"), result="已返校")
    asked = case([warned, listed, back], "2026-10-20")
    visited = case([warned, listed, CaseEvent(VISIT, d("2026-10-13")), back], "2026-10-20")

    def of(one: CaseFile) -> list[tuple[str, TaskState]]:
        tasks = tasks_of_unit(SCHOOL, on("TH", "2026-10-20"), cases=[one])
        return [(t.title, t.state) for t in tasks if t.mark]

    assert of(asked) == []
    assert of(visited) == [(title, TaskState.DONE)]


def test_yl_22_file_is_opened_by_the_first_row_of_the_case() -> None:
    step = next(s for s in load_policy("YL").steps if s.source == "YL-22")
    asked = ladder(step.title, "YL-22", "2026-10-16", "2026-10-16")
    warned = CaseEvent(WARNING, d("2026-10-16"))
    told = CaseEvent(LegalStepName.EDUCATE, d("2026-10-16"))
    tasks = tasks_of_unit(SCHOOL, on("YL", "2026-10-20"), due=[asked], cases=[case([warned, told], "2026-10-20")])  # fmt: skip
    assert next(t for t in tasks if t.rule == "YL-22").done_on == d("2026-10-16")


def test_a_case_that_is_only_a_warning_leaves_the_ladder_to_speak() -> None:
    warned = case([CaseEvent(WARNING, d("2026-10-15"))], "2026-10-20", persuader="")
    tasks = tasks_of_unit(SCHOOL, on("TH", "2026-10-20"), cases=[warned])
    assert not [t for t in tasks if t.mark]


# --- cases


def of_case(policy: str, day: str, *events: CaseEvent, **more: object) -> dict[str, Task]:
    mine = case(events, day, **more)
    tasks = tasks_of_unit(SCHOOL, on(policy, day), cases=[mine])
    return {task.rule: task for task in tasks if task.mark}


LISTED = CaseEvent(SUSPECTED, d("2026-10-09"))
ORDER = CaseEvent(
    LegalStepName.ORDER,
    d("2026-10-12"),
    received=d("2026-10-13"),
    until=d("2026-10-19"),
    document="限期复学通知书",
)


def test_th_21_next_step_of_a_case_is_listed_with_its_paper_and_issuer() -> None:
    told = CaseEvent(LegalStepName.EDUCATE, d("2026-10-10"))
    task = of_case("TH", "2026-10-20", LISTED, told)["TH-21"]
    assert (task.document, task.due) == ("限期复学通知书", None)
    assert "乡镇" in task.actor
    assert "文件没有写期限" in task.note


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2026-10-16", TaskState.LATER),
        ("2026-10-20", TaskState.TODAY),
        ("2026-10-21", TaskState.OVERDUE),
    ],
)
def test_p01_34_a_week_from_receipt_rings(day: str, state: TaskState) -> None:
    task = of_case("P01", day, LISTED, ORDER)["P01-34"]
    assert (task.due, task.state) == (d("2026-10-20"), state)


def test_p01_34_step_taken_is_shown_done_in_its_month() -> None:
    fined = CaseEvent(LegalStepName.PUNISH, d("2026-10-22"), received=d("2026-10-23"))
    task = of_case("P01", "2026-10-25", LISTED, ORDER, fined)["P01-34"]
    assert (task.state, task.done_on) == (TaskState.DONE, d("2026-10-22"))
    assert "P01-34" not in of_case("P01", "2026-11-25", LISTED, ORDER, fined)


def test_yl_28_papers_do_not_take_the_term_of_the_order() -> None:
    again = CaseEvent(LegalStepName.ENFORCE, d("2026-10-16"))
    mine = case([LISTED, ORDER, again], "2026-10-25")
    tasks = tasks_of_unit(SCHOOL, on("YL", "2026-10-25"), cases=[mine])
    assert not [t for t in tasks if t.rule == "YL-28"]  # the order's term is not that of YL-28


def test_th_21_rows_of_days_to_come_show_nothing_done() -> None:
    told = CaseEvent(LegalStepName.EDUCATE, d("2026-10-10"))
    ahead = CaseEvent(LegalStepName.ORDER, d("2026-10-25"), until=d("2026-11-01"))
    task = of_case("TH", "2026-10-20", LISTED, told, ahead)["TH-21"]
    assert (task.state, task.due) == (TaskState.OPEN, None)
    visit = CaseEvent(VISIT, d("2026-10-25"))
    assert of_case("TH", "2026-10-20", LISTED, ORDER, visit)["TH-21"].state is TaskState.OVERDUE


def test_yl_68_gh_15_written_report_is_the_schools_task_until_it_is_written_down() -> None:
    task = of_case("GH", "2026-10-20", LISTED)["GH-15"]
    assert (task.actor, task.due, task.state) == ("学校", None, TaskState.OPEN)
    assert task.to == "乡镇政府、教育行政部门"
    visit, report = CaseEvent(VISIT, d("2026-10-12")), CaseEvent("书面报告", d("2026-10-16"))
    assert "YL-68" not in of_case("YL", "2026-10-20", LISTED)  # 经多次说服教育仍不返校
    assert of_case("YL", "2026-10-20", LISTED, visit)["YL-68"].document == "学生辍学报告书"
    done = of_case("YL", "2026-10-20", LISTED, visit, report)["YL-68"]
    assert (done.state, done.done_on) == (TaskState.DONE, d("2026-10-16"))
    tanghe = of_case("TH", "2026-10-20", LISTED, visit).values()  # its plan asks for none
    assert not [t for t in tanghe if "书面报告" in t.title]


def test_th_21_term_of_the_notice_runs_out_and_a_visit_settles_it() -> None:
    task = of_case("TH", "2026-10-20", LISTED, ORDER)["TH-21"]
    assert (task.title, task.state) == ("限期复学的期限到期，核实是否复学", TaskState.OVERDUE)
    assert of_case("TH", "2026-10-16", LISTED, ORDER)["TH-21"].state is TaskState.LATER
    seen = CaseEvent(VISIT, d("2026-10-20"))
    assert of_case("TH", "2026-10-20", LISTED, ORDER, seen)["TH-21"].state is TaskState.DONE


def test_p02_08_deferral_that_runs_out_is_due_for_review() -> None:
    away = CaseEvent(CLOSED, d("2026-10-12"), until=d("2026-10-31"), result="延缓入学")
    task = of_case("P02", "2026-10-20", LISTED, away)["P02-08"]
    assert (task.due, task.state) == (d("2026-10-31"), TaskState.LATER)
    late = of_case("P02", "2026-11-05", LISTED, away)["P02-08"]
    assert late.state is TaskState.OVERDUE
    back = CaseEvent(CLOSED, d("2026-11-02"), result="已返校")
    assert of_case("P02", "2026-11-05", LISTED, away, back)["P02-08"].done_on == d("2026-11-02")


def test_p02_08_next_case_of_the_child_settles_the_old_term() -> None:
    away = CaseEvent(CLOSED, d("2026-10-12"), until=d("2026-10-31"), result="延缓入学")
    old = case([LISTED, away], "2026-11-10")
    new = case([CaseEvent(SUSPECTED, d("2026-11-09"))], "2026-11-10", mark="77777", previous="3fa2b")  # fmt: skip
    tasks = tasks_of_unit(SCHOOL, on("P02", "2026-11-10"), cases=[old, new])
    assert next(t for t in tasks if t.rule == "P02-08").done_on == d("2026-11-09")


def test_th_30_term_that_the_county_approved_is_due_by_its_rule() -> None:
    approved = CaseEvent(APPROVED, d("2026-10-10"), until=d("2026-10-31"))
    away = CaseEvent(CLOSED, d("2026-10-12"), result="休学")
    task = of_case("TH", "2026-10-31", LISTED, approved, away)["TH-30"]
    assert (task.title, task.state) == ("休学到期，督促返校或重新审批", TaskState.TODAY)


def test_p25_16_names_its_own_rule_where_the_document_has_one() -> None:
    away = CaseEvent(CLOSED, d("2026-10-12"), until=d("2026-10-31"), result="休学")
    assert "P25-16" in of_case("P25", "2026-10-20", LISTED, away)


@pytest.mark.parametrize(("policy", "rule"), [("TH", "TH-40"), ("LB", "LB-17")])
def test_th_40_lb_17_open_case_needs_its_person(policy: str, rule: str) -> None:
    assert of_case(policy, "2026-10-20", LISTED, persuader="")[rule].due is None
    assert rule not in of_case(policy, "2026-10-20", LISTED)
    back = CaseEvent(CLOSED, d("2026-10-15"), result="已返校")
    assert rule not in of_case(policy, "2026-10-20", LISTED, back, persuader="")


def test_a_document_that_names_no_person_asks_for_none() -> None:
    assert person_rule("GH") == ""
    assert person_rule("") == ""


def test_th_05_missing_papers_are_a_task_before_the_case_is_closed() -> None:
    mine = case([LISTED], "2026-10-20", category="B")
    lists, _ = check_cases([mine], load_policy("TH"), {})
    tasks = tasks_of_unit(SCHOOL, on("TH", "2026-10-20"), checklists=lists)
    (task,) = [t for t in tasks if t.rule == "TH-05"]
    assert task.title.startswith("补齐佐证：")
    assert task.mark == "3fa2b"


def test_p01_18_lacking_visits_of_home_teaching_are_due_at_the_end_of_the_month() -> None:
    lacking = TeachingMonth(KEY, "甲一", SCHOOL.name, Period(2026, 10), 2, 1, 0, 2.0, SEEN, "P01-18", about="六年级1班")  # fmt: skip
    kept = replace(lacking, visits=2)
    before = replace(lacking, month=Period(2026, 9))
    tasks = tasks_of_unit(
        SCHOOL,
        on("P01", "2026-10-20"),
        teaching=[lacking, kept, before],
        cases=[case([LISTED], "2026-10-20")],
    )
    found = [(t.title, t.state) for t in tasks if t.rule == "P01-18"]
    assert found == [
        ("2026年9月送教还差 1 次", TaskState.OVERDUE),
        ("2026年10月送教还差 1 次", TaskState.LATER),
    ]
    assert {(t.about, t.mark) for t in tasks if t.rule == "P01-18"} == {("六年级1班", "3fa2b")}


# --- the list as a whole


def test_overdue_stands_first_and_without_a_day_last() -> None:
    ready = Task(SCHOOL.name, "签订责任书", "", None, TaskState.OPEN, "YL-34")
    tasks = tasks_of_unit(
        SCHOOL, on("TH", "2026-10-20"), cases=[case([LISTED, ORDER], "2026-10-20")], more=[ready]
    )
    states = [t.state for t in tasks]
    assert states[0] is TaskState.OVERDUE
    assert states == sorted(states, key=[*TaskState].index) or tasks[-1].due is None
    assert ready in tasks
    assert all(task.rule for task in tasks)


def test_dropout_stays_open_and_nothing_far_off_is_listed() -> None:
    away = CaseEvent(CLOSED, d("2026-10-12"), until=d("2027-10-31"), result="休学")
    assert of_case("TH", "2026-10-20", CaseEvent(DROPOUT, d("2026-10-09")), away) == {}


# --- what proves it


def test_work_log_is_read_up_to_the_day_in_its_words() -> None:
    log = table(
        "work_log",
        """
        | 日期 | 工作种类 | 内容 |
        | 2026-10-12 | 排查 | 甲 |
        | 2026-10-08 | 会议 | 乙 |
        | 2026-10-21 | 会议研究 | 明天的 |
        | 2026-10-09 | 看不懂 | 丙 |
        | 某日 | 会议研究 | 丁 |
        """,
    )
    found = read_work_log([log], on("TH", "2026-10-20"))
    assert [(row.kind, str(row.date), row.source.row) for row in found] == [
        ("会议研究", "2026-10-08", 3),
        ("网格排查", "2026-10-12", 2),
    ]


def test_a_row_that_stands_in_two_months_files_counts_once() -> None:
    text = "| 日期 | 工作种类 | 内容 |\n| 2026-10-08 | 会议研究 | 乙 |"
    logs = [table("work_log", text, file=file) for file in ("9月.xlsx", "10月.xlsx")]
    other = table("work_log", text.replace("乙", "丙"))
    assert len(read_work_log([*logs, other], on("TH", "2026-10-20"))) == 2


def test_calls_are_those_answered_yes() -> None:
    absence = table(
        "absence",
        """
        | 姓名 | 年级 | 班级 | 缺勤起始日期 | 返校日期 | 类别 | 是否已联系家长 |
        | 甲一 | 六年级 | 1班 | 2026-10-15 | | 旷课 | 是 |
        | 乙二 | 六年级 | 1班 | 2026-10-15 | | 旷课 | 否 |
        | 丙三 | 六年级 | 1班 | | | 旷课 | 是 |
        """,
    )
    found = read_calls([absence], SCHOOL, Register(()), on("TH", "2026-10-20"))
    assert {key: [c.start for c in calls] for key, calls in found.items()} == {
        "甲一": [d("2026-10-15")]
    }


def test_yl_34_list_of_letters_counts_once_all_are_signed() -> None:
    head = "| 网格级别 | 网格名称 | 签订人 | 签订日期 |"
    half = table("signed", f"{head}\n| 班级 | 甲 | 子 | 2026-09-08 |\n| 班级 | 乙 | 丑 | |")
    whole = table("signed", f"{head}\n| 班级 | 甲 | 子 | 2026-09-08 |\n| 班级 | 乙 | 丑 | 2026-09-10 |")  # fmt: skip
    assert arrived({Kind.SIGNED: [half]}) == {}
    assert arrived({Kind.SIGNED: [whole]})["责任书签订"].date == d("2026-09-10")


def test_a_paper_filled_in_later_had_not_come_on_an_earlier_day() -> None:
    report = table("grid_town", "| 网格名称 | 网格长姓名 |\n| 柳河镇 | 子 |", 填报日期="2026-10-20")
    letters = table("signed", "| 网格名称 | 签订人 | 签订日期 |\n| 甲 | 子 | 2026-10-20 |")
    sent = {Kind.GRID: [report], Kind.SIGNED: [letters]}
    assert arrived(sent, d("2026-10-12")) == {}
    assert set(arrived(sent, d("2026-10-20"))) == {"网格名单", "责任书签订"}


def test_a_paper_that_states_only_its_month_was_written_by_its_end() -> None:
    report = table("grid_town", "| 网格名称 | 网格长姓名 |\n| 柳河镇 | 子 |", 月份="2026-09")
    paper = arrived({Kind.GRID: [report]})["网格名单"]
    assert (paper.date, paper.known) == (None, d("2026-09-30"))


def test_a_blank_sheet_is_no_paper_unless_it_says_that_there_is_nothing() -> None:
    blank = table("grid_town", "| 网格名称 | 网格长姓名 |")
    changes = table("changes", "| 姓名 |")
    tables = {Kind.GRID: [blank], Kind.CHANGES: [changes]}
    assert set(arrived(tables)) == {"学籍异动"}


def test_a_settled_absence_is_not_asked_about_again_but_a_new_one_is() -> None:
    resting = case(
        [CaseEvent(SUSPECTED, d("2026-10-12")), CaseEvent(CLOSED, d("2026-10-14"), result="休学")],
        "2026-10-20",
    )
    back = case(
        [
            CaseEvent(SUSPECTED, d("2026-10-12")),
            CaseEvent(CLOSED, d("2026-10-14"), result="已返校"),
        ],
        "2026-10-20",
    )

    def asked(mine: CaseFile) -> list[str]:
        tasks = tasks_of_unit(SCHOOL, on("TH", "2026-10-20"), due=[ladder(*HOME)], cases=[mine])
        return [t.rule for t in tasks if t.rule == "TH-28"]

    assert asked(resting) == []
    assert asked(back) == ["TH-28"]
