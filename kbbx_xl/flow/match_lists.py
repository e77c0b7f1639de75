"""The lists that a comparison comes to (比对结果), and what a person's answers make of them.

Nobody is merged without a yes: a doubtful pair stays open until somebody answers it.  The lists of
a result that was read back and answered have the same form, so that they can be answered again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kbbx_xl.flow.matching import Listed, MatchResult
from kbbx_xl.flow.presence import NOT_SEEN
from kbbx_xl.model import Finding, column_letters
from kbbx_xl.settings.comparisons import PRESENT, Comparison, Outcome
from kbbx_xl.settings.lists import load_lists

YES, NO = "是", "否"
SHOWN_SCHOOLS = 5  # named in a note
BY_HAND = "人工确认是同一人"
DENIED = "经人工确认，另一方没有"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a result: whom it is about, why it stands here, and what a person wrote into it.

    ``seal``: what a row that was read back carried; "" for a new one.  ``where``: its file, sheet and
    row there.  Personal.
    """

    left: Listed | None
    right: Listed | None
    how: str = ""
    confidence: str = ""
    answer: str = ""
    filled: tuple[str, ...] = ()
    seal: str = ""
    where: tuple[str, str, int] = ("", "", 0)

    def finding(self, code: str, column: str, /, **params: object) -> Finding:
        file, sheet, row = self.where
        return Finding(code, file, sheet, f"{column}{row}", params)


@dataclass(slots=True)
class MatchLists:
    """Both sides sorted by what was found.

    ``rows``: how many each list had; ``notes`` for the front; ``rest``: how many of only_left,
    only_right and both were counted in a result that did not list them, when it is read back.
    ``answered``: how many questions were answered 是 and 否 and are doubts no more.
    """

    comparison: Comparison
    rows: tuple[int, int]
    doubts: list[Line] = field(default_factory=list)
    only_left: list[Line] = field(default_factory=list)
    only_right: list[Line] = field(default_factory=list)
    both: list[Line] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    rest: tuple[int, int, int] = (0, 0, 0)
    answered: tuple[int, int] = (0, 0)

    @property
    def parts(self) -> tuple[tuple[Outcome, list[Line]], ...]:
        """(outcome, its lines) in the order of the sheets."""
        one = self.comparison
        return (
            (one.only_left, self.only_left),
            (one.only_right, self.only_right),
            (one.both, self.both),
        )

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many stand in only_left, only_right and both, listed or not."""
        alone, other, both = self.rest
        return len(self.only_left) + alone, len(self.only_right) + other, len(self.both) + both

    @property
    def agreement(self) -> tuple[int, int]:
        """人籍一致: (people in both lists, people compared), enrolled ones and each once (P24-11).

        Compared are all enrolled on the left, open questions too, and those only on the right.
        """
        agreed = {key_of(x.left) for x in self.both if x.left and on_roll(x.left)}
        lines = (*self.both, *self.only_left, *self.doubts)
        every = {key_of(x.left) for x in lines if x.left and on_roll(x.left)}
        return len(agreed), len(every) + len({key_of(x.right) for x in self.only_right})


def key_of(row: Listed | None) -> str:
    """What tells a row of a list from every other: where it stands."""
    return "" if row is None else f"{row.source.file} {row.source.sheet} 第{row.source.row}行"


def seal_of(part: str, cells: Iterable[str]) -> str:
    """A digest of what a row says: an answer counts only for the row it was given to."""
    return hashlib.sha256("\x1f".join((part, *cells)).encode()).hexdigest()[:16]


def lists_of(result: MatchResult) -> MatchLists:
    """The lists of a comparison.

    Whoever stands on the roll call without a mark of presence was not at school: a registered child
    among them is 籍在人不在, one that is not registered is only counted.
    """
    left, right, found, unseen = result.left, result.right, result.matching, result.right.unseen
    made = MatchLists(result.comparison, (len(left.rows), len(right.rows)))
    made.doubts = [
        Line(left.rows[p.left], right.rows[p.right], p.how, p.confidence) for p in found.doubtful
    ]
    seen = [p for p in found.both if p.right not in unseen]
    made.both = [Line(left.rows[p.left], right.rows[p.right], p.how) for p in seen]
    away = {p.left for p in found.both} - {p.left for p in seen}
    made.only_left = [
        _alone(result.comparison, left.rows[i], NOT_SEEN if i in away else "")
        for i in sorted({*found.only_left, *away})
    ]
    counted = [j for j in found.only_right if j not in unseen]
    ages = result.ages
    kept = [j for j in counted if ages is None or ages.holds(right.rows[j].birth)]
    made.only_right = [Line(None, right.rows[j], _unknown_age(result, j)) for j in kept]
    nobody = len(found.only_right) - len(counted)
    made.notes = tuple(_notes(result, out_of_age=len(counted) - len(kept), nobody=nobody))
    return made


def _alone(comparison: Comparison, row: Listed, how: str) -> Line:
    """A row of the left list only; a reason that the register itself gives is filled in (YL-21)."""
    asks = comparison.only_left.ask
    given = f"学籍状态：{row.status}" if comparison.indicator and not on_roll(row) else ""
    filled = tuple(given if n == 0 else "" for n in range(len(asks)))
    return Line(row, None, how, filled=filled)


def _unknown_age(result: MatchResult, j: int) -> str:
    return "没有出生日期，年龄未核" if result.ages and result.right.rows[j].birth is None else ""


def _notes(result: MatchResult, *, out_of_age: int, nobody: int) -> Iterable[str]:
    ages, right = result.ages, result.right.title
    if ages:
        bounds = [
            f"{word} {age} 周岁" for word, age in (("满", ages.low), ("不超过", ages.high)) if age is not None
        ]  # fmt: skip
        said = "、".join(bounds) or "方案没有写登记年龄，没有按年龄筛选"
        yield f"只在{right}的人按 {ages.day} 的年龄筛选：{said}；不在登记年龄内的 {out_of_age} 人没有列出。"
    if result.comparison.id == PRESENT and (silent := _silent_schools(result)):
        few = "、".join(silent[:SHOWN_SCHOOLS]) + ("等" if len(silent) > SHOWN_SCHOOLS else "")
        yield f"{len(silent)} 所学校没有填好的点名表（{few}），名下学生都列在“{result.comparison.only_left.sheet}”，收到点名表后请重新比对。"  # fmt: skip
    if nobody:
        yield f"点名表上另有 {nobody} 人既没有到校标记，学籍里也没有，没有列出，请核对点名表。"


def _silent_schools(result: MatchResult) -> list[str]:
    """Schools of the register of which nobody was seen, while other schools sent who was there."""
    right = result.right
    heard = {row.school for j, row in enumerate(right.rows) if j not in right.unseen}
    return sorted(result.left.schools - heard - {""}) if heard - {""} else []


def on_roll(row: Listed) -> bool:
    """Whether a row of a register counts as enrolled; one without a known status does."""
    word = load_lists()["status"].find(row.status) if row.status else None
    return word is None or word.enrolled is not False


def apply_answers(lists: MatchLists) -> tuple[MatchLists, list[Finding]]:
    """The lists after a person's answers, and what is wrong with those.

    A yes joins two rows and ends every other question about them; a row with two yes stays open
    (Y01).  A row whose every question is answered no stands alone.  Unanswered ones stay open.
    """
    findings = _clashes(lists.doubts)
    refused = {f.cell for f in findings}
    doubts = [replace(x, answer="") if f"D{x.where[2]}" in refused else x for x in lists.doubts]
    pairs = [x for x in doubts if x.answer == YES]
    joined = ({key_of(x.left) for x in pairs}, {key_of(x.right) for x in pairs})
    open_ = [
        x
        for x in doubts
        if x.answer != NO and key_of(x.left) not in joined[0] and key_of(x.right) not in joined[1]
    ]
    denied = sum(x.answer == NO for x in doubts)
    told = (lists.answered[0] + len(pairs), lists.answered[1] + denied)
    made = replace(lists, doubts=open_, answered=told)
    seen = [x for x in pairs if not _unseen(x)]
    made.both = [*lists.both, *(Line(x.left, x.right, BY_HAND) for x in seen)]
    away = _rows(x.left for x in pairs if _unseen(x))
    settled = (
        joined[0] | {key_of(x.left) for x in open_},
        joined[1] | {key_of(x.right) for x in open_},
    )
    left = _rows(x.left for x in doubts if key_of(x.left) not in settled[0])
    right = _rows(x.right for x in doubts if key_of(x.right) not in settled[1])
    made.only_left = [
        *lists.only_left,
        *(_alone(lists.comparison, row, NOT_SEEN) for row in away),
        *(_alone(lists.comparison, row, DENIED) for row in left),
    ]
    new = (Line(None, row, DENIED) for row in right if row.status != NOT_SEEN)
    made.only_right = [*lists.only_right, *new]
    return made, [*findings, *_unfilled(lists)]


def _unseen(line: Line) -> bool:
    """Whether its row of the roll call has no mark of presence."""
    return line.right is not None and line.right.status == NOT_SEEN


def _rows(rows: Iterable[Listed | None]) -> list[Listed]:
    """Each row once, in order."""
    return list({key_of(row): row for row in rows if row is not None}.values())


def _clashes(doubts: Sequence[Line]) -> list[Finding]:
    """Y01 for every yes about somebody who has another yes."""
    yes = [x for x in doubts if x.answer == YES]
    left, right = Counter(key_of(x.left) for x in yes), Counter(key_of(x.right) for x in yes)
    most = ((x, max(left[key_of(x.left)], right[key_of(x.right)])) for x in yes)
    return [x.finding("Y01", "D", count=count) for x, count in most if count > 1]


def _unfilled(lists: MatchLists) -> Iterable[Finding]:
    """Y03 for every column that a person should have filled in and did not (YL-21, TH-34)."""
    for outcome, lines in lists.parts:
        for x in lines if outcome.listed else ():
            for n, ask in enumerate(outcome.ask):
                if not (x.filled[n] if n < len(x.filled) else ""):
                    yield x.finding("Y03", column_letters(n + 2), title=ask.title)
