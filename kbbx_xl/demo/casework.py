"""What a school writes down of its case work (办案): steps, evidence, plans, 适龄儿童台账, 责任书, work.

What is done for a pupil hangs on the pupil's own number, what a school does on its head's: the same
county always keeps the same papers, and none of the county's other chances change by them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random

from kbbx_xl.demo.people import Case, Student
from kbbx_xl.demo.records import Record, numbered, verified_of
from kbbx_xl.demo.world import School, World
from kbbx_xl.model import LeaveKind

WEEK = dt.timedelta(days=7)
TOLD, ORDERED = 0.8, 0.6  # share of cases with 劝返复学通知书, and of those with 限期复学通知书
CALLED, SIGNED = 0.9, 0.95  # share of parents called on the first day, of 责任书 signed
UNCONDITIONAL = ("相关部门劝返记录", "司法部门劝返文书存根", "新注册的学籍卡", "所在班级学习照片")
# (day of the term from 0, share of schools that did it, 工作种类, 内容, 材料)
WORK: tuple[tuple[int, float, str, str, str], ...] = (
    (1, 1.0, "领导小组", "调整控辍保学工作领导小组，明确分工", "领导小组名单"),
    (2, 1.0, "工作方案", "制定本学年控辍保学工作方案", "控辍保学工作方案"),
    (5, 0.95, "人籍比对", "各班点名，与学籍系统逐人比对", "人籍比对记录"),
    (6, 0.85, "全面清查", "清查入学、学籍变动、辍学和学籍情况", "学期初清查表"),
    (9, 0.7, "开学报告", "书面报告本学期初学生辍学情况", "学期初书面报告"),
    (12, 0.7, "入户走访", "走访未按时到校学生和重点家庭", "家访记录"),
    (22, 0.6, "网格排查", "班主任、包村人员排查网格内的学生", "排查记录"),
)
CENTER_WORK = ("领导小组", "工作方案", "会议研究")


def case_steps(school: School) -> list[Record]:
    """办理记录: calls on the first day, 劝返复学通知书, then 限期复学通知书 and the report of a dropout."""
    rows = [row for student in school.students for row in _steps(school, student)]
    return numbered(sorted(rows, key=lambda row: (str(row["step_date"]), str(row["id_no"]))))


def _steps(school: School, student: Student) -> Iterator[Record]:
    rng = Random(f"办理 {student.id_no}")
    case = student.case
    teacher = school.teachers[student.grade, student.class_name].name
    away = [s.days[0] for s in student.spells if s.kind is LeaveKind.UNEXCUSED and s.back is None]
    called = rng.random() < CALLED
    for day in [case.first_absent] if case else away[-1:] if called else []:
        yield _step(student, "联系家长", day, by=school.unit.name, handler=teacher, result="已通话")
    if case:
        yield from _notices(school, student, case, teacher, rng)


def _notices(
    school: School, student: Student, case: Case, teacher: str, rng: Random
) -> Iterator[Record]:
    """The papers of one case on school days from 列入台账 to its end."""
    days = [d for d in school.days if d >= case.listed_on and (not case.closed or d < case.closed)]
    year = case.listed_on.year
    if not days or rng.random() >= TOLD:
        return
    taken = next((d for d in days[1:2] if d <= days[0] + WEEK), None)
    mine = {"by": school.unit.name, "handler": teacher}
    if case.status == "辍学":
        report = {"document": "学生辍学报告书", "number": f"报〔{year}〕{student.class_no}号"}
        yield _step(student, "书面报告", days[0], **mine, **report)
    yield _step(
        student, "宣传教育", days[0], received=taken, until=days[0] + WEEK,
        document="劝返复学通知书", number=f"劝〔{year}〕{student.class_no}号",
        result="家长签收" if taken else None, **mine,
    )  # fmt: skip
    later = [d for d in days if d > days[0] + WEEK]
    if taken and later and rng.random() < ORDERED:
        yield _step(
            student, "责令改正", later[0], received=later[1] if len(later) > 1 else None,
            until=later[0] + 2 * WEEK, document="限期复学通知书",
            number=f"限〔{year}〕{student.class_no}号", by=f"{school.town}人民政府",
        )  # fmt: skip


def _step(student: Student, step: str, day: dt.date, **more: object) -> Record:
    return {"name": student.name, "id_no": student.id_no, "step": step, "step_date": day, **more}


def evidence(world: World, school: School) -> list[Record]:
    """佐证登记: all there for whoever is back, some of it for the others."""
    return numbered(
        [row for student, case in school.cases() for row in _papers(world, school, student, case)]
    )


def _papers(world: World, school: School, student: Student, case: Case) -> Iterator[Record]:
    rng = Random(f"佐证 {student.id_no}")
    category = verified_of(student, case)
    if category == "打工务农":
        items = UNCONDITIONAL[: rng.randrange(3)]
    else:
        items = ("情况说明",) if case.closed or (category == "其他" and rng.random() < 0.6) else ()
    for number, item in enumerate(items, 1):
        yield {
            "name": student.name,
            "id_no": student.id_no,
            "category": category,
            "item": item,
            "number": f"佐{student.class_no}-{number}",
            "issued_by": school.unit.name,
            "item_date": case.closed or min(case.listed_on + WEEK, world.as_of),
            "note": f"因{case.reason}缺勤，{'已返校就读' if case.closed else '正在劝返'}",
        }


def home_plan(school: School) -> list[Record]:
    """送教计划: one lesson a week for every pupil taught at home."""
    return numbered(
        [
            {
                "name": student.name,
                "id_no": student.id_no,
                "plan_start": school.days[0],
                "times": 1,
                "per": "每周",
                "hours": 2,
                "teachers": school.teachers[student.grade, student.class_name].name,
            }
            for student in school.students
            if student.taught_at_home
        ]
    )


def school_age(school: School) -> list[Record]:
    """适龄儿童台账: children of the school's villages who are not at this school."""
    heads = school.village_heads
    return numbered(
        [
            {
                "name": child.name,
                "sex": child.sex,
                "birth": child.birth,
                "id_no": child.id_no,
                "village": child.village,
                "registered_address": child.registered_address,
                "guardian": child.guardian,
                "guardian_phone": child.guardian_phone,
                "schooling": schooling,
                "school_at": at,
                "grade": child.grade if at else None,
                "verified": "延缓入学" if schooling == "延缓入学" else None,
                "special_group": "残疾儿童" if schooling == "特教学校" else "无",
                "persuader": heads[child.village].name,
            }
            for child, schooling, at in school.elsewhere
        ]
    )


def signed(school: School) -> list[Record]:
    """责任书签订 of villages, school and classes in the first weeks of term; a few are not signed yet."""
    rng = Random(f"责任书 {school.head.phone}")
    sizes = {(g, k): sum(s.enrolled for s in school.pupils(g, k)) for g, k in school.classes}
    name, everyone = school.unit.name, sum(sizes.values())
    rows: list[tuple[str, str, str, str]] = [
        ("村级", village, head.name, f"{village}适龄儿童入学、劝返")
        for village, head in school.village_heads.items()
    ]
    rows.append(("校级", name, school.head.name, f"本校学生 {everyone} 名"))
    rows += [
        ("班级", f"{name}{grade}{klass}", head.name, f"本班学生 {sizes[grade, klass]} 名")
        for (grade, klass), head in school.teachers.items()
    ]
    return numbered(
        [
            {
                "level": level,
                "grid_name": grid,
                "signer": signer,
                "signed_on": rng.choice(school.days[:8]) if rng.random() < SIGNED else None,
                "copies": 2,
                "targets": targets,
            }
            for level, grid, signer, targets in rows
        ]
    )


def work_log(school: School) -> list[Record]:
    """工作记录 of a school: what most schools do in the first weeks of term; some leave a duty undone."""
    rng = Random(f"工作 {school.head.phone}")
    did = [one for one in WORK if rng.random() < one[1]]
    return numbered(
        [
            _work(school.days[at], kind, content, paper, school.head.name)
            for at, _, kind, content, paper in did
            if at < len(school.days)
        ]
    )


def center_log(world: World, center: str) -> list[Record]:
    """工作记录 of a central school."""
    head = world.center_heads[center].name
    days = world.school(next(u.name for u in world.directory.children(center))).days
    words = {one[2]: one[3:] for one in WORK}
    rows = []
    for number, kind in enumerate(CENTER_WORK):
        content, paper = words.get(kind, ("听取各校控辍保学情况，研究劝返工作", "会议记录"))
        rows.append(_work(days[min(number + 1, len(days) - 1)], kind, content, paper, head))
    return numbered(rows)


def _work(day: dt.date, kind: str, content: str, paper: str, people: str) -> Record:
    return {
        "work_date": day,
        "work_kind": kind,
        "content": content,
        "document": paper,
        "people": people,
    }
