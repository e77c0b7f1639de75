"""待办 of the calendar: which duties are listed, when they are done and for how long they stay."""

from __future__ import annotations

import datetime as dt

import pytest

from kbbx_xl.flow.casework.tasks import Done, tasks_of_unit
from kbbx_xl.flow.casework.values import Task, TaskState
from kbbx_xl.flow.casework.work_log import Arrived, WorkDone
from kbbx_xl.flow.source import Source
from kbbx_xl.model import Unit
from kbbx_xl.settings.national import duties_of
from kbbx_xl.settings.policies import load_policy
from tests.flow.casework.tasking import d, on
from tests.flow.tables import CENTER, COUNTY, SCHOOL


def duties(unit: Unit, policy: str, day: str, **done: object) -> dict[str, Task]:
    """By rule; of a duty listed twice the time that opened first."""
    tasks = tasks_of_unit(unit, on(policy, day), done=Done(**done))  # type: ignore[arg-type]
    newest = sorted(tasks, key=lambda task: task.since or dt.date.min, reverse=True)
    return {task.rule: task for task in newest}


def row(kind: str, day: str) -> WorkDone:
    return WorkDone(kind, d(day), Source("责任人名单.xlsx", "工作记录", 5))


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
