"""Talking to the user (屏幕): two consoles, names that are not shown, and how far long work is."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from kbbx_xl.cli import looks
from kbbx_xl.flow.hiding import Hider

NEAREST = "kbbx.nearest"  # what an encoding cannot write is written as the nearest it can
_NEAREST = {"✓": "√", "✗": "×", "•": "·", "–": "-"}
ROOMY = 70  # columns from which the bar is longer and says how long it has taken

console = Console()
errors = Console(stderr=True)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Handler of codecs: a console of GBK shows √ for ✓ and ? for what it has nothing like."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = ""
    for character in error.object[error.start : error.end]:
        near = _NEAREST.get(character, "?")
        try:
            near.encode(error.encoding)
        except UnicodeEncodeError:
            near = "?"
        text += near
    return text, error.end


codecs.register_error(NEAREST, _nearest)

_hiders: list[Hider] = []


def begin() -> None:
    """As at the start of a run: nobody is hidden yet, results go to standard output."""
    learn(None)
    console.stderr = False


def learn(hider: Hider | None) -> None:
    """From now on nothing that ``hider`` knows is shown on the terminal; None forgets all."""
    _hiders[:] = [*_hiders, hider] if hider else []


def discreet(text: str) -> str:
    """A text as the terminal may show it: a child in the name of a file is not repeated."""
    for hider in _hiders:
        text = hider.text(text)
    return text


def say(text: str) -> None:
    """One line to the user."""
    console.print(discreet(text), highlight=False, markup=False, soft_wrap=True)


def say_error(text: str, style: str = "red") -> None:
    """One line to the user on standard error."""
    errors.print(discreet(text), highlight=False, markup=False, style=style, soft_wrap=True)


class _Bar(BarColumn):
    """A bar only where there is something to measure it by."""

    def render(self, task: Task) -> Text:  # type: ignore[override]  # both can be shown
        return super().render(task) if task.total else Text("……")  # type: ignore[return-value]


class _Clock(ProgressColumn):
    """How long it has taken, and how long it may still take."""

    def render(self, task: Task) -> Text:
        if not task.total:
            return Text()
        told = f"已用 {_minutes(task.elapsed)}" if errors.width >= ROOMY else ""
        left = task.time_remaining
        return Text(f"{told} 还需约 {_minutes(left)}" if left else told)


def _minutes(seconds: float | None) -> str:
    minutes, rest = divmod(round(seconds or 0), 60)
    return f"{minutes}:{rest:02}"


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while something long runs; give it (done, total).

    It is drawn when it is given something, never by a thread: this process may be forked meanwhile.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        _Bar(
            bar_width=24 if errors.width >= ROOMY else 10,
            style="bright_black",
            complete_style=looks.GOOD,
            finished_style=looks.GOOD,
        ),
        TextColumn("{task.fields[count]}"),
        _Clock(),
        console=errors,
        transient=True,
        auto_refresh=False,
        disable=not errors.is_terminal,  # it would leave an empty line in a file
    )
    with bar:
        task = bar.add_task(title, total=None, count="")
        bar.refresh()

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, count=f"{done}/{total}", refresh=True)

        yield tell


@contextmanager
def working(title: str) -> Iterator[None]:
    """The same for what cannot be counted."""
    with progress(title):
        yield
