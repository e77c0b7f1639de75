"""A formula together with the value it has at building, so that both are put together once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Live:
    """``text``: a formula without its =; ``value``: what it gives for what is known at building."""

    text: str
    value: object

    def over(self, least: int = 0) -> Live:
        """Whether the number is more than ``least``."""
        return Live(f"{self.text}>{least}", isinstance(self.value, int) and self.value > least)

    def is_number(self, number: int) -> Live:
        """Whether it is this number."""
        return Live(f"{self.text}={number}", self.value == number)

    def is_text(self, *words: str) -> Live:
        """Whether it is one of these texts."""
        tests = ",".join(f'{self.text}="{word}"' for word in words)
        return Live(f"OR({tests})", self.value in words)


@dataclass(frozen=True, slots=True)
class Saying:
    """What a line may say, and where its link leads, while ``when`` is true."""

    when: Live
    text: Live
    link: Live


ALWAYS = Live("TRUE", True)


def said(*parts: str | Live) -> Live:
    """One text of words and numbers: said("还缺 ", count, " 格")."""
    texts = [p.text if isinstance(p, Live) else f'"{p}"' for p in parts]
    values = [str(p.value if isinstance(p, Live) else p) for p in parts]
    return Live("&".join(texts), "".join(values))


def total(numbers: Iterable[Live]) -> Live:
    """The sum of some numbers."""
    given = list(numbers)
    known = sum(n.value for n in given if isinstance(n.value, int))
    return Live("(" + "+".join(n.text for n in given) + ")", known)


def day_of(date: Live) -> Live:
    """10月20日 of a date."""
    value = f"{date.value.month}月{date.value.day}日" if isinstance(date.value, dt.date) else ""
    return Live(f'MONTH({date.text})&"月"&DAY({date.text})&"日"', value)


def first_true(choices: Iterable[tuple[Live, Live]], last: Live) -> Live:
    """The second of the first pair whose first is true, else ``last``."""
    text, value = last.text, last.value
    for when, what in reversed(list(choices)):
        text = f"IF({when.text},{what.text},{text})"
        value = what.value if when.value else value
    return Live(text, value)
