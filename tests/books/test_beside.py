"""books.beside: work in a process of its own gives what it makes, raises what it raises, and ends."""

from __future__ import annotations

import os
import time
from functools import partial

import pytest

from kbbx_xl.books.beside import beside
from kbbx_xl.messages import InputError, OutputError


def _refuse(text: str) -> int:
    raise InputError(text)


def test_it_gives_what_was_made_elsewhere() -> None:
    with beside(os.getpid) as answer:
        assert answer() != os.getpid()


def test_what_it_raises_is_raised_here() -> None:
    with beside(partial(_refuse, "不行")) as answer, pytest.raises(InputError, match="不行"):
        answer()


def test_an_end_without_an_answer_is_told() -> None:
    with beside(partial(os._exit, 9)) as answer, pytest.raises(OutputError, match="中断"):
        answer()


def test_it_is_over_when_the_block_is_left() -> None:
    began = time.monotonic()
    with pytest.raises(ValueError, match="left"), beside(partial(time.sleep, 60)):
        raise ValueError("left")
    assert time.monotonic() - began < 30
