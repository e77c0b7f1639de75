"""待办 of cases: the next legal step, terms that run out, reports, who persuades."""

from __future__ import annotations

import pytest

from kbbx_xl.flow.casework.case_tasks import person_rule
from kbbx_xl.flow.casework.tasks import tasks_of_unit
from kbbx_xl.flow.casework.values import Task, TaskState
from kbbx_xl.rules.cases import APPROVED, CLOSED, DROPOUT, SUSPECTED, VISIT, CaseEvent
from kbbx_xl.settings.policies import LegalStepName
from tests.flow.casework.tasking import LISTED, ORDER, case, d, on
from tests.flow.tables import SCHOOL


def of_case(policy: str, day: str, *events: CaseEvent, **more: object) -> dict[str, Task]:
    mine = case(events, day, **more)
    tasks = tasks_of_unit(SCHOOL, on(policy, day), cases=[mine])
    return {task.rule: task for task in tasks if task.mark}


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


def test_dropout_stays_open_and_nothing_far_off_is_listed() -> None:
    away = CaseEvent(CLOSED, d("2026-10-12"), until=d("2027-10-31"), result="休学")
    assert of_case("TH", "2026-10-20", CaseEvent(DROPOUT, d("2026-10-09")), away) == {}
