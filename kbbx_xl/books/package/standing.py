"""Which of the packages that lie in a folder count (报送包取舍), as ``flow.receipt`` judges them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from kbbx_xl.flow.receipt import Receipt, State, Verdict, judge
from kbbx_xl.model import FileRead


def replaced_packages(packages: Iterable[FileRead]) -> dict[str, Verdict]:
    """Path of every package whose files do not count -> why: another of its unit and month stands.

    Months are judged one by one: what came for an earlier one is history, and stays readable.
    """
    by_month: dict[str, list[Receipt]] = defaultdict(list)
    for read in packages:
        if "digest" in read.own:
            receipt = _receipt(read)
            by_month[receipt.month].append(receipt)
    found: dict[str, Verdict] = {}
    for receipts in by_month.values():
        verdicts = judge(receipts)
        seen: dict[str, str] = {}
        for one in sorted(receipts, key=lambda r: r.file):
            verdict = verdicts[one.id]
            if verdict.used and one.id in seen:  # the very same package twice
                copy = f"与“{seen[one.id]}”是同一包"
                verdict = Verdict(State.REPLACED, used=False, reason=copy)
            seen.setdefault(one.id, one.file)
            if not verdict.used:
                found[one.file] = verdict
    return found


def _receipt(read: FileRead) -> Receipt:
    own = read.own
    sealed = dt.datetime.fromisoformat(own["sealed_at"])
    return Receipt(
        read.sha256,
        read.path,
        own["unit_name"],
        own["period"],
        sealed,
        own["digest"],
        "changed" in own,
        sealed,
    )
