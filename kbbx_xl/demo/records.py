"""What a school writes down, as records of the declared forms: field name -> value.

The filled workbooks of ours and the files made by hand are written from the same records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kbbx_xl.demo.people import Case, Person, Student, Visit
from kbbx_xl.demo.world import School, World
from kbbx_xl.model import GRADES, JUNIOR, PRIMARY, LeaveKind, stage_of

Record = dict[str, object]
Data = Mapping[str, Sequence[Record]]
VISITED = 3  # school days of absence without leave after which somebody goes to the home

PRESENT, ABSENT, HALF, SICK, PERSONAL, HOME = "√", "×", "半", "病", "事", "送"
SYMBOLS = {LeaveKind.UNEXCUSED: ABSENT, LeaveKind.SICK: SICK, LeaveKind.PERSONAL: PERSONAL}
NET = {"转入": "transfer_in", "复学": "return_in", "转出": "transfer_out", "休学": "suspend"}
CHANGES = {**NET, "辍学": "dropout"}  # change of register -> column of the monthly report


def numbered(records: list[Record]) -> list[Record]:
    """The records with 序号 1, 2, 3 ... in front."""
    return [{"seq": number, **record} for number, record in enumerate(records, 1)]


def cover(world: World, school: School) -> Record:
    unit = school.unit
    return {
        "unit": unit.name,
        "unit_code": unit.code,
        "parent": unit.parent,
        "month": world.month.first,
        "as_of": world.as_of,
        "reporter": unit.reporter,
        "reviewer": school.reviewer.name,
        "head": school.head.name,
        "phone": unit.phone,
        "filled_on": world.as_of,
    }


def roster(school: School) -> list[Record]:
    return numbered([_roster_row(student) for student in school.students])


def _roster_row(student: Student) -> Record:
    return {
        "name": student.name,
        "sex": student.sex,
        "birth": student.birth,
        "id_type": "居民身份证",
        "id_no": student.id_no,
        "student_no": student.student_no,
        "grade": student.grade,
        "class_name": student.class_name,
        "class_no": student.class_no,
        "ethnicity": student.ethnicity,
        "registered_address": student.registered_address,
        "address": student.address,
        "left_behind": _yes(student.left_behind),
        "migrant": _yes(student.migrant),
        "disability": student.disability,
        "orphan": _yes(student.orphan),
        "guardian": student.guardian,
        "guardian_phone": student.guardian_phone,
        "status": student.status,
        "home_teaching": _yes(student.taught_at_home),
    }


def _yes(value: bool) -> str:
    return "是" if value else "否"


def roll_call(world: World, school: School, students: Sequence[Student]) -> list[Record]:
    """One row a pupil on the books: ``marks`` is day of the month -> symbol, up to the reporting day."""
    return numbered(
        [
            {
                "grade": student.grade,
                "class_name": student.class_name,
                "name": student.name,
                "number": student.class_no,
                "marks": marks(world, school, student),
            }
            for student in students
            if student.enrolled
        ]
    )


def marks(world: World, school: School, student: Student) -> dict[int, str]:
    """Day of the month -> symbol, for the school days so far on which the pupil was on the books."""
    usual = HOME if student.taught_at_home else PRESENT
    here_from = world.month.first
    if student.change and student.change.change in ("转入", "复学"):
        here_from = student.change.date
    days = school.calendar.between(here_from, world.as_of)
    away = {
        day: HALF if spell.half else SYMBOLS[spell.kind]
        for spell in student.spells
        for day in spell.days
    }
    return {day.day: away.get(day, usual) for day in days}


def absence(world: World, school: School) -> list[Record]:
    """Spells that touch the month, in order of their first day; halves are not written here."""
    rows: list[Record] = [
        {
            "name": student.name,
            "id_no": student.id_no,
            "grade": student.grade,
            "class_name": student.class_name,
            "start": spell.days[0],
            "back": spell.back,
            "leave_kind": str(spell.kind),
            "days": len(spell.days),
            "reason": spell.reason,
            "contacted": "是",
        }
        for student in school.students
        for spell in student.spells
        if not spell.half and (spell.back is None or spell.back >= world.month.first)
    ]
    return numbered(sorted(rows, key=lambda row: str(row["start"])))


def cases(school: School, *statuses: str) -> list[Record]:
    """Ledger lines of the given statuses."""
    chosen = [(student, case) for student, case in school.cases() if case.status in statuses]
    return numbered([_case_row(school, student, case) for student, case in chosen])


def _case_row(school: School, student: Student, case: Case) -> Record:
    return {
        "name": student.name,
        "sex": student.sex,
        "id_no": student.id_no,
        "student_no": student.student_no,
        "birth": student.birth,
        "school": school.unit.name,
        "grade": student.grade,
        "class_name": student.class_name,
        "registered_address": student.registered_address,
        "address": student.address,
        "guardian": student.guardian,
        "guardian_phone": student.guardian_phone,
        "special_group": "留守儿童" if student.left_behind else "无",
        "first_absent": case.first_absent,
        "run_days": case.run_days,
        "reason": case.reason,
        "whereabouts": case.whereabouts,
        "teacher": school.teachers[student.grade, student.class_name].name,
        "verified": verified_of(student, case),
        "listed_on": case.listed_on,
        "case_status": case.status,
        "closing": case.status if case.closed else None,
        "closed": case.closed,
        "closing_basis": f"返校确认{case.closed:%m%d}" if case.closed else None,
    }


def verified_of(student: Student, case: Case) -> str:
    """核查结果: who is back needs no more than a statement; of the others some are still looked into."""
    if case.closed:
        return "其他"
    if case.reason == "外出务工":
        return "打工务农"
    return "核查中" if student.id_no[-2] in "048" else "其他"


def visits(school: School) -> list[Record]:
    """One row a visit."""
    return numbered(
        [
            {
                "name": student.name,
                "id_no": student.id_no,
                "student_no": student.student_no,
                "nth": number,
                "visit_date": visit.date,
                "mode": "电话" if visit.record.startswith("电话") else "入户",
                "joint": _yes(student.status == "辍学" and number > 1),
                "place": None if visit.record.startswith("电话") else student.village,
                "visitors": visit.visitors,
                "visitor_phone": visit.phone,
                "spoke_with": student.guardian,
                "record": visit.record,
                "result": visit.result,
                "evidence": f"家访{visit.date:%m%d}-{number}",
            }
            for student in school.students
            for number, visit in enumerate(_visits(school, student), 1)
        ]
    )


def _visits(school: School, student: Student) -> Sequence[Visit]:
    """The visits of a case; before there is one, the first when the pupil has been away for days."""
    if student.case:
        return student.case.visits
    away = (s for s in student.spells if s.kind is LeaveKind.UNEXCUSED and len(s.days) >= VISITED)
    last = next((s for s in away if s.back is None), None)
    if last is None:
        return ()
    teacher = school.teachers[student.grade, student.class_name]
    said = "入户见到家长，约定次日送学生返校"
    return (Visit(last.days[VISITED - 1], teacher.name, teacher.phone, said, "暂未返校"),)


def home_teaching(world: World, school: School) -> list[Record]:
    """One lesson a week since the term began for every pupil taught at home."""
    weeks = {
        day.isocalendar().week: day for day in school.calendar.between(school.days[0], world.as_of)
    }
    rows: list[Record] = [
        {
            "name": student.name,
            "id_no": student.id_no,
            "lesson_date": day,
            "hours": 2,
            "teachers": school.teachers[student.grade, student.class_name].name,
            "content": "语文、数学和生活自理",
            "photo": f"送教{day:%m%d}",
        }
        for student in school.students
        if student.taught_at_home
        for day in weeks.values()
    ]
    return numbered(rows)


def changes(school: School) -> list[Record]:
    return numbered(
        [
            {
                "name": student.name,
                "sex": student.sex,
                "id_no": student.id_no,
                "student_no": student.student_no,
                "grade": student.grade,
                "class_name": student.class_name,
                "change": student.change.change,
                "change_date": student.change.date,
                "other_school": student.change.other_school,
            }
            for student in school.students
            if student.change
        ]
    )


def report(school: School) -> list[Record]:
    """One row a grade; 本月末 = 上月末 + 转入 + 复学 − 转出 − 休学 − 辍学, month end = reporting day."""
    rows = []
    for grade in dict.fromkeys(grade for grade, _ in school.classes):
        pupils = [s for s in school.students if s.grade == grade]
        enrolled = [s for s in pupils if s.enrolled]
        moved = Counter(CHANGES[s.change.change] for s in pupils if s.change)
        listed = Counter(s.case.status for s in pupils if s.case)
        gone = moved["transfer_out"] + moved["suspend"] + moved["dropout"]
        rows.append(
            {
                "grade": grade,
                "opening": len(enrolled) - moved["transfer_in"] - moved["return_in"] + gone,
                **{column: moved[column] for column in CHANGES.values()},
                "closing": len(enrolled),
                "closing_male": sum(s.sex == "男" for s in enrolled),
                "closing_female": sum(s.sex == "女" for s in enrolled),
                "suspected": listed["疑似辍学"],
                "persuaded": listed["已返校"],
                "home_teaching": sum(s.taught_at_home for s in enrolled),
            }
        )
    return rows


def six_checks(school: School) -> list[Record]:
    """小学、初中 × 辍学、疑似辍学、复学."""
    stages = dict.fromkeys(stage_of(grade) for grade, _ in school.classes)
    counted = Counter((stage_of(s.grade), case.status) for s, case in school.cases())
    return [
        {
            "stage": stage,
            "dropout_now": counted[stage, "辍学"],
            "suspected_now": counted[stage, "疑似辍学"],
            "returned": counted[stage, "已返校"],
        }
        for stage in (PRIMARY, JUNIOR)
        if stage in stages
    ]


def zero_report(world: World, school: School) -> Record:
    nothing = all(case.status == "已返校" for _, case in school.cases())
    return {"zero": _yes(nothing), "declared_on": world.as_of}


def grid_rows(school: School) -> dict[str, list[Record]]:
    """网格名单 by table: villages, school, classes; each a name, a head and a phone."""
    name = school.unit.name
    villages = [_grid(village, head) for village, head in school.village_heads.items()]
    classes = [
        _grid(f"{name}{grade}{klass}", teacher)
        for (grade, klass), teacher in sorted(
            school.teachers.items(), key=lambda item: (GRADES.index(item[0][0]), item[0][1])
        )
    ]
    return {
        "grid_village": numbered(villages),
        "grid_school": numbered([_grid(name, school.head)]),
        "grid_class": numbered(classes),
    }


def _grid(name: str, head: Person) -> Record:
    return {"grid_name": name, "head": head.name, "phone": head.phone}
