"""待办 of the absence ladder: what shows a step done, and when it is not asked for."""

from __future__ import annotations

from kbbx_xl.flow.casework.tasks import Done, tasks_of_unit
from kbbx_xl.flow.casework.values import CaseFile, Task, TaskState
from kbbx_xl.flow.casework.work_log import Called
from kbbx_xl.flow.result import Due
from kbbx_xl.rules.cases import CLOSED, SUSPECTED, VISIT, WARNING, CaseEvent
from kbbx_xl.settings.policies import LegalStepName, load_policy
from tests.flow.casework.tasking import KEY, SEEN, case, d, on
from tests.flow.tables import SCHOOL


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
