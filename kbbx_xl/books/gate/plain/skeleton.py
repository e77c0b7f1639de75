"""XML of a sheet as shapes and numbers (骨架): each run of digits is cut out and kept as a number.

A sheet of 300 pupils has thousands of cells and a few dozen shapes of cells, because only numbers
tell one ``<c r="B7" s="3" t="s"><v>41</v></c>`` from the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

GONE = 0x01  # no XML holds such a byte
ZERO, TEN = np.uint8(ord("0")), np.uint8(10)
LONGEST = 18  # digits that surely fit into 64 bits
TOO_LONG = -1  # stands for a longer run


@dataclass(frozen=True, slots=True)
class Skeleton:
    """``text``: the XML with each run of digits as one ``0``; ``numbers``: what stood there, in order.

    ``begin`` and ``end`` are the offsets of the runs in the XML.
    """

    text: bytes
    numbers: Numbers
    begin: Numbers
    end: Numbers


def skeleton(xml: bytes) -> Skeleton:
    """The skeleton of some bytes without control characters; a run of more than 18 digits is -1 among the numbers."""
    raw = np.frombuffer(xml, dtype=np.uint8)
    digit = (raw - ZERO) < TEN  # below 48 an unsigned byte turns to a large one
    begin, end = _runs(digit)
    length = end - begin
    digit[begin] = False
    marked = raw.copy()
    np.copyto(marked, GONE, where=digit)  # all digits but the first of each run
    marked[begin] = ZERO
    numbers = (raw[begin] - ZERO).astype(np.int64)
    longer = np.flatnonzero(length > 1)
    for place in range(1, min(int(length.max(initial=0)), LONGEST)):
        longer = longer[length[longer] > place]
        numbers[longer] = numbers[longer] * 10 + (raw[begin[longer] + place] - ZERO)
    numbers[length > LONGEST] = TOO_LONG
    return Skeleton(marked.tobytes().translate(None, bytes((GONE,))), numbers, begin, end)


def _runs(digit: npt.NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Where each run of digits begins and ends."""
    edges = np.flatnonzero(digit[1:] != digit[:-1]) + 1
    first = [0] if digit[:1].any() else []
    last = [digit.size] if digit[-1:].any() else []
    if first or last:
        edges = np.concatenate((first, edges, last)).astype(np.int64)
    return edges[::2], edges[1::2]
