"""Finding a pupil again (认人): by id, by number, by name in the class; never by guessing."""

from __future__ import annotations

from dataclasses import dataclass

from kbbx_xl.flow.roster import Pupils


@dataclass(frozen=True, slots=True)
class Match:
    """A pupil found again in a roster; ``index`` -1 when none or several were found."""

    pupils: Pupils | None
    index: int = -1
    several: bool = False

    @property
    def key(self) -> str:
        return self.pupils.key[self.index] if self.pupils and self.index >= 0 else ""


@dataclass(frozen=True, slots=True)
class Register:
    """All rosters of one unit, asked as one."""

    rosters: tuple[Pupils, ...]

    def find(
        self,
        *,
        id_no: str = "",
        number: str = "",
        name: str = "",
        grade: str = "",
        class_name: str = "",
    ) -> Match:
        """By id, then 学籍号 or 班内学号, then name in the class, the grade, the school."""
        for pupils in self.rosters:
            if id_no in pupils.by_id:
                return Match(pupils, pupils.by_id[id_no])
            if number in pupils.by_student_no:
                return Match(pupils, pupils.by_student_no[number])
        named = [(p, i) for p in self.rosters for i in p.by_name.get(name, ())]
        place = (grade, class_name)
        hits = [(p, i) for p, i in named if (p.grade[i], p.class_name[i]) == place]
        hits = hits or [(p, i) for p, i in named if not grade or p.grade[i] == grade]
        return self._one(hits or named, number)

    def doubt(self, match: Match) -> str:
        """Finding code of a pupil who is not found: D04 several, D05 none; "" without any roster,
        where nobody can be missing from it, and for a pupil found."""
        if match.pupils is not None or not self.rosters:
            return ""
        return "D04" if match.several else "D05"

    def enrolled_in(self, grade: str, class_name: str) -> list[tuple[Pupils, int]]:
        """Pupils on roll of one class, in the order of the roster."""
        return [
            (pupils, i)
            for pupils in self.rosters
            for i, place in enumerate(zip(pupils.grade, pupils.class_name, strict=True))
            if place == (grade, class_name) and pupils.enrolled[i]
        ]

    @staticmethod
    def _one(hits: list[tuple[Pupils, int]], number: str) -> Match:
        if len(hits) > 1 and number:
            short = number.lstrip("0")  # which a cell of numbers loses
            numbered = [
                (p, i)
                for p, i in hits
                if str(p.table.get("class_no")[i] or "").lstrip("0") == short
            ]
            hits = numbered or hits
        if len(hits) == 1:
            return Match(hits[0][0], hits[0][1])
        return Match(None, several=len(hits) > 1)
