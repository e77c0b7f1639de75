"""Letters about where a child attends (转学文书): a row of 学籍异动, or a child known to attend elsewhere.

TH-06 and TH-07 ask for the letters of categories C and D, P02-09 for 异地就读证明.
"""

from __future__ import annotations

from collections.abc import Sequence

from kbbx_xl.flow.casework.marks import mark_of
from kbbx_xl.flow.letters.school import Row, School, cells_of, read_schools
from kbbx_xl.flow.letters.subject import Ask, Subject, text_of
from kbbx_xl.model import FileRead, Finding, Kind
from kbbx_xl.settings.letters import CHANGE_LISTS, About
from kbbx_xl.settings.lists import load_lists

CHANGE_SHEETS = (Kind.CHANGES, Kind.SCHOOL_AGE, Kind.CASES)


def change_letters(reads: Sequence[FileRead], ask: Ask) -> tuple[list[Subject], list[Finding]]:
    """Children whose 异动类别, 核查结果 or 就读形式 the form is for, or the chosen rows."""
    subjects: list[Subject] = []
    for school in read_schools(reads, ask):
        seen: set[str] = set()  # a child may stand in two of the sheets
        for row in school.rows(*CHANGE_SHEETS):
            if not ask.chosen(row.table.sheet, row.number):
                continue
            one = _change(school, row, ask)
            if not ask.marked(one.mark):
                continue
            if ask.choosing or (_meant(one, ask) and one.mark not in seen):
                subjects.append(one)
                seen.add(one.mark)
    return subjects, []


def _meant(one: Subject, ask: Ask) -> bool:
    """Whether the letter is for this child when no rows were chosen."""
    other = ask.directory.named(one.facts["对方学校"] or " ")
    return not one.refusal and not (ask.form.elsewhere and other)


def _words(row: Row) -> tuple[str, ...]:
    """What the row says of the child's schooling, in words of the lists."""
    lists = load_lists()
    found = (lists[name].canonical(text_of(row.get(name))) for name in CHANGE_LISTS)
    return tuple(word for word in found if word)


def _change(school: School, row: Row, ask: Ask) -> Subject:
    facts = school.facts(row, About.CHANGE)
    facts["对方学校"] = text_of(row.get("other_school")) or text_of(row.get("school_at"))
    words = _words(row)
    facts["情况"] = "、".join(words)
    refusal = ""
    if not set(words).intersection(ask.form.takes):
        said = f"写的是“{facts['情况']}”" if words else "没有写异动类别、就读形式或核查类别"
        refusal = f"{row.table.sheet} 第{row.number}行：{said}"
    return Subject(
        source=row.source,
        unit=facts["学校"],
        mark=mark_of((school.unit.name, row.who)),
        facts=facts,
        refusal=refusal,
        cells=cells_of(row.table, row.index, About.CHANGE),
    )
