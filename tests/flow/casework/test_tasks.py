"""待办 of one unit as a list: its order, what is missing of papers and lessons."""

from __future__ import annotations

from dataclasses import replace

from kbbx_xl.flow.casework.evidence import check_cases
from kbbx_xl.flow.casework.tasks import tasks_of_unit
from kbbx_xl.flow.casework.values import Task, TaskState, TeachingMonth
from kbbx_xl.model import Period
from kbbx_xl.settings.policies import load_policy
from tests.flow.casework.tasking import KEY, LISTED, ORDER, SEEN, case, on
from tests.flow.tables import SCHOOL


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


def test_overdue_stands_first_and_without_a_day_last() -> None:
    ready = Task(SCHOOL.name, "签订责任书", "", None, TaskState.OPEN, "YL-34")
    tasks = tasks_of_unit(
        SCHOOL, on("TH", "2026-10-20"), cases=[case([LISTED, ORDER], "2026-10-20")], more=[ready]
    )
    states = [t.state for t in tasks]
    assert states[0] is TaskState.OVERDUE
    assert states == sorted(states, key=[*TaskState].index)
    assert tasks[-1].due is None
    assert ready in tasks
    assert all(task.rule for task in tasks)
