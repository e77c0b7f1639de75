"""Which of the packages that came counts (接收核对): per unit and month, whatever their order.

The newest package that is as it was sealed stands.  One that was changed after sealing never takes
the place of one that was not: its own list says when it was sealed, and that may be changed too.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a package is worth (报送包状态)."""

    INTACT = "原样"
    CHANGED = "封后有改动"
    BARE = "没有清单"
    REPLACED = "已被新版取代"
    OLD = "旧版"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One package with a manifest, as it came.  ``received``: when it was first seen here."""

    id: str  # sha256 of the package
    file: str
    unit: str
    month: str
    sealed_at: dt.datetime
    digest: str  # of the manifest's body: equal for the same files sealed at once
    changed: bool
    received: dt.datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a package: its state, whether its files are used, and why not (Chinese)."""

    state: State
    used: bool
    reason: str = ""
    remedy: str = ""


def judge(receipts: Iterable[Receipt]) -> dict[str, Verdict]:
    """Id of every package -> its verdict; the order in which they are given decides nothing."""
    groups: dict[tuple[str, str], dict[str, Receipt]] = defaultdict(dict)
    for one in sorted(receipts, key=lambda r: (r.id, r.file)):
        groups[one.unit, one.month].setdefault(one.id, one)
    latest: dict[str, str] = {}
    for unit, month in groups:
        latest[unit] = max(month, latest.get(unit, ""))
    found: dict[str, Verdict] = {}
    for (unit, month), group in groups.items():
        standing = _standing(list(group.values()))
        for one in group.values():
            verdict = _verdict(one, standing)
            found[one.id] = verdict if month == latest[unit] else _of_earlier(verdict, latest[unit])
    return found


def _of_earlier(verdict: Verdict, latest: str) -> Verdict:
    """A unit's folder holds one month; what stands for an earlier one is kept in its package."""
    if not verdict.used:
        return verdict
    reason = "；".join(
        filter(None, (verdict.reason, f"这个单位已有 {latest} 的报送包，没有放进“报送”"))
    )
    remedy = verdict.remedy or "要用的，另外打开到那个月的文件夹"
    return Verdict(verdict.state, used=False, reason=reason, remedy=remedy)


def _standing(group: Sequence[Receipt]) -> Receipt:
    """The newest as sealed; among changed ones only when there is no other."""
    return max(group, key=lambda r: (not r.changed, r.sealed_at, r.digest, r.id))


def _verdict(one: Receipt, standing: Receipt) -> Verdict:
    state = State.CHANGED if one.changed else State.INTACT
    if one.id == standing.id:
        if not one.changed:
            return Verdict(state, used=True)
        return Verdict(
            state,
            used=True,
            reason="封装以后文件被改动过",
            remedy="向报送单位核实改动；属实的请其重新打包",
        )
    if one.sealed_at < standing.sealed_at:
        return _older(one, standing)
    if one.changed:
        return Verdict(
            state,
            used=False,
            reason=f"封装以后文件被改动过，没有采用；采用的是“{standing.file}”",
            remedy="向报送单位核实改动；属实的请其重新打包",
        )
    if one.digest == standing.digest:
        return Verdict(state, used=False, reason=f"与“{standing.file}”是同一包", remedy="不用处理")
    return Verdict(
        state,
        used=False,
        reason=f"与“{standing.file}”封装时间相同、内容不同，没有采用",
        remedy="问清以哪一包为准，请报送单位重新打包",
    )


def _older(one: Receipt, standing: Receipt) -> Verdict:
    """已被新版取代 when the newer one came with it or after it; 旧版 when it came too late."""
    late = one.received > standing.received
    told = "收到时已有新版" if late else "有新版"
    return Verdict(
        State.OLD if late else State.REPLACED,
        used=False,
        reason=f"{told}“{standing.file}”",
        remedy="不用处理；应以这一包为准的，请报送单位重新打包",
    )
