"""Work under watch: what hangs, dies or takes too much is told of its file, and the rest goes on."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest

from kbbx_xl.books.guard import BETWEEN, Begin, Limits, Spent, Standing, each_read, watched
from kbbx_xl.messages import InputError

QUICK = Limits(processor=0.5, clock=1.0, memory=200 * 1024 * 1024, between=1.0)


def act(file: str) -> str:
    if file == "hang":
        time.sleep(60)
    if file == "spin":
        while True:
            pass
    if file.startswith("slow"):  # as on a computer that is busy with something else
        for _ in range(int(file[4:])):
            time.sleep(0.2)
            turn = time.process_time() + 0.03
            while time.process_time() < turn:
                pass
    if file == "abort":
        os.abort()
    if file == "take":
        return str(len(bytearray(2**31)))
    if file == "fault":
        raise ValueError("a row of a child")
    return file.upper()


def task(files: Sequence[str], begin: Begin, spent: Spent) -> list[str]:
    return each_read(files, act, lambda file, cause: f"{file}：{cause}", begin, spent)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_answers_come_in_order(workers: int) -> None:
    todo = [[f"a{n}", f"b{n}"] for n in range(7)]
    seen: list[tuple[int, int]] = []
    answers = watched(task, todo, workers, lambda done, total: seen.append((done, total)))
    assert answers == [[f"A{n}", f"B{n}"] for n in range(7)]
    assert seen[-1] == (7, 7)


@pytest.mark.parametrize(
    ("file", "cause"),
    [
        ("hang", r"hang：读了 \d+ 秒还没有读完"),
        ("spin", r"spin：读了 \d+ 秒还没有读完"),
        ("abort", "abort：读取时出错，读取程序中断"),
        ("take", "take：占用内存过多"),
        ("fault", r"fault：读取时程序出错（ValueError）"),
    ],
)
def test_trouble_with_one_file_is_told_of_it_and_the_others_are_read(file: str, cause: str) -> None:
    (first, second) = watched(task, [["a", file, "b"], ["c"]], 2, limits=QUICK)
    assert [first[0], first[2], second] == ["A", "B", ["C"]]
    import re

    assert re.fullmatch(cause, first[1])


def test_a_reader_that_waits_for_its_turn_is_not_hung() -> None:
    """Twice the clock seconds that a hung one gets, a fraction of the processor time that is allowed."""
    assert watched(task, [["a", "slow10", "b"]], 1, limits=QUICK) == [["A", "SLOW10", "B"]]


def test_a_reader_that_trickles_is_ended() -> None:
    short = replace(QUICK, whole=1.5, processor=5.0)
    ((first, told, last),) = watched(task, [["a", "slow60", "b"]], 1, limits=short)
    assert (first, last) == ("A", "B")
    assert "还没有读完" in told


def test_two_bad_files_of_one_task() -> None:
    (answers,) = watched(task, [["abort", "a", "abort", "b"]], 1, limits=QUICK)
    assert answers[1::2] == ["A", "B"]
    assert all("中断" in answer for answer in answers[::2])


def die(todo: str, begin: Begin, spent: Spent) -> str:
    begin(BETWEEN)
    os._exit(1)


def test_a_task_that_dies_on_no_file_is_refused_in_words() -> None:
    with pytest.raises(InputError, match="两次使程序中断"):
        watched(die, ["x"], 1, limits=QUICK)


def raising(todo: str, begin: Begin, spent: Spent, *, error: type[Exception]) -> str:
    raise error("said")


def test_what_a_task_raises_is_raised_here() -> None:
    with pytest.raises(InputError, match="said"):
        watched(partial(raising, error=InputError), ["x", "y"], 2)


def test_no_worker_is_left(capfd: pytest.CaptureFixture[str]) -> None:
    import psutil

    before = {p.pid for p in psutil.Process().children()}
    watched(task, [["abort"], ["a"], ["b"]], 2, limits=QUICK)
    assert {p.pid for p in psutil.Process().children()} == before
    assert capfd.readouterr() == ("", "")


def number_of_process(todo: str, begin: Begin, spent: Spent) -> int:
    begin(0)
    if spent:
        return 0
    if todo == "abort":
        os.abort()
    return os.getpid()


def test_a_standing_worker_serves_call_after_call_and_is_replaced_when_it_dies() -> None:
    standing = Standing(limits=QUICK)
    try:
        first, second = (standing.each(number_of_process, ["a", "b"]) for _ in range(2))
        assert len({*first, *second}) == 1
        assert standing.each(number_of_process, ["abort"]) == [0]
        assert standing.each(task, [["hang"]])[0][0].endswith("还没有读完")
        with pytest.raises(InputError, match="said"):
            standing.each(partial(raising, error=InputError), ["x"])
        (after,) = standing.each(number_of_process, ["a"])
        assert after not in (0, *first)
    finally:
        standing.close()


def test_a_standing_worker_that_nobody_asks_ends() -> None:
    import psutil

    standing = Standing(idle=0.2)
    (first,) = standing.each(number_of_process, ["a"])
    end = time.monotonic() + 60
    while psutil.Process(first).status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
        time.sleep(0.05)
    (second,) = standing.each(number_of_process, ["a"])
    standing.close()
    assert second not in (0, first)
