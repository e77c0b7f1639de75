"""The one click (一键汇总): from a folder of submissions to every result of a county or central school.

The ribbon and the command line both come here, so that they write the same files.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kbbx_xl.books.acceptance import mark_changes, register_result
from kbbx_xl.books.beside import beside
from kbbx_xl.books.cache import Cache
from kbbx_xl.books.checking import stated_in
from kbbx_xl.books.consolidate import (
    PACKED,
    SPREADSHEETS,
    consolidate,
    load_directory,
)
from kbbx_xl.books.engine import PROCESSES, Engine
from kbbx_xl.books.files import Written, json_result
from kbbx_xl.books.guard import Progress
from kbbx_xl.books.history import add_history, add_history_of_center
from kbbx_xl.books.read import read_folder
from kbbx_xl.books.read.headers import standard_vocabulary
from kbbx_xl.books.reading import Reader, read_files
from kbbx_xl.books.setup.in_force import policy_files
from kbbx_xl.books.setup.record import untouched
from kbbx_xl.books.summary.book import center_result, county_results
from kbbx_xl.books.summary.roster import roster_result
from kbbx_xl.books.summary.scope import restrict
from kbbx_xl.books.upward import upward_results
from kbbx_xl.books.writing.results import Desk, Staged, write_set, writing
from kbbx_xl.flow.context import make_context
from kbbx_xl.flow.export import export
from kbbx_xl.flow.privacy import without_names
from kbbx_xl.flow.result import County
from kbbx_xl.messages import InputError
from kbbx_xl.model import Period
from kbbx_xl.settings.evidence import load_evidence
from kbbx_xl.settings.national import national_duties
from kbbx_xl.settings.policies import Policy

RESULTS = "汇总结果_"  # folders of earlier results, made by the ribbon, are no submissions
SAMPLE = 40  # files that are asked for their month


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be consolidated, for which month and day, by which policy."""

    folder: Path
    month: Period
    as_of: dt.date
    policy: Policy
    directory: Path | None = None
    jobs: int | None = None
    with_roster: bool = False
    with_names: bool = False
    passwords: tuple[str, ...] = ()
    cache: Cache | None = None
    engine: Engine = PROCESSES

    @property
    def results(self) -> Path:
        """Where the ribbon puts what it makes of the folder, in the folder itself."""
        return self.folder / f"{RESULTS}{self.month}"


def read_county(order: Order, *, out: Path, progress: Progress | None = None) -> County:
    """Everything below the folder as one County; what lies in ``out`` or in earlier results is left.

    Raises InputError for a folder without a unit directory, or a day before the month.
    """
    if order.as_of < order.month.first:
        raise InputError(f"截至日期 {order.as_of} 早于 {order.month.label}")
    for settings in (standard_vocabulary, load_evidence, national_duties):
        settings()  # now: every process that is forked from here has them
    known, calendar, findings, own = load_directory(order.folder, order.directory)
    context, doubts = make_context(order.month, order.as_of, order.policy, known, calendar)
    county = consolidate(
        order.folder,
        context,
        own_files=own
        | policy_files(order.folder)
        | untouched(order.folder)
        | earlier_results(order.folder, out),
        findings=[*findings, *doubts],
        jobs=order.jobs,
        with_roster=order.with_roster,
        passwords=order.passwords,
        cache=order.cache,
        progress=progress,
        engine=order.engine,
    )
    if order.cache:
        order.cache.forget_old()
    if out.suffix.lower() != ".xlsx":  # a folder of results; one workbook keeps no register
        mark_changes(county, out)
    return county


def refuse_other_month(county: County) -> None:
    """InputError when what came is for another month and nothing for the one asked: mistyped."""
    asked = str(county.month)
    others = Counter(p.wrong_month for p in county.progress if p.wrong_month)
    sent = sum(p.status != "未报" for p in county.progress)
    if any(f.month == asked for f in county.files) or 2 * others.total() < max(sent, 1):
        return
    usual = Period.parse(max(others, key=lambda m: (others[m], m)))
    raise InputError(
        f"没有 {county.month.label} 的材料，收到的多是 {usual.label}，月份写错了？什么也没有写"
    )


def write_all(
    county: County, order: Order, out: Path, *, json: Path | None = None, with_keys: bool = True
) -> list[Written]:
    """Summaries, the upward report and 采用登记 into the folder ``out``, and ``json``: a set.

    All of them are new afterwards or, when this fails or is killed, all are as they were.
    ``with_keys``: identity numbers as keys in the JSON, else labels that say nothing.
    """
    add_history(county, out, order.folder)
    names = order.with_names
    told = county if names else without_names(county)  # once, for all that is written
    results = county_results(told, out, sources=order.folder, with_names=names)
    if order.with_roster:
        results.append(roster_result(county, out))
    targets = [*(result.target for result in results), *([json] if json else [])]
    with writing(targets) as desk:
        rest = partial(_rest, desk, told, out, with_names=names)
        if json:
            rest = partial(rest, json=json, keyed=county if with_keys else None)
        with beside(rest) as others:
            staged = [desk.stage(result) for result in results]
            register = desk.stage(register_result(county, out))
            upward, data = others()
        return desk.publish([*staged, *upward, register, *data])


def _rest(
    desk: Desk,
    told: County,
    out: Path,
    *,
    with_names: bool,
    json: Path | None = None,
    keyed: County | None = None,
) -> tuple[list[Staged], list[Staged]]:
    """The upward report, and the JSON: of ``keyed`` with its keys, else of ``told`` with labels."""
    upward = [desk.stage(one) for one in upward_results(told, out, with_names=with_names)]
    if json is None:
        return upward, []
    value = export(keyed or told, with_keys=keyed is not None)
    return upward, [desk.stage(json_result(json, value))]


def write_of_center(
    county: County,
    order: Order,
    name_or_code: str,
    target: Path,
    *,
    json: Path | None = None,
    with_keys: bool = True,
) -> tuple[County, list[Written]]:
    """One central school's part of the county: its summary as ``target``, its report beside it.

    With ``json`` they are a set, as in ``write_all``.
    Raises InputError naming the known ones when the directory has no such central school.
    """
    center = county.directory.named(name_or_code)
    if center is None or not center.is_center:
        known = "、".join(f"{u.code} {u.name}" for u in county.directory.centers)
        raise InputError(f"单位目录里没有中心校“{name_or_code}”。可用的有：{known}")
    add_history(county, target.parent, order.folder)
    part = restrict(county, center)
    add_history_of_center(part, center, target.parent, order.folder)
    names = order.with_names
    results = [center_result(part, center, target, sources=order.folder, with_names=names)]
    results += upward_results(county, target.parent, unit=center, with_names=names)
    if json:
        results.append(json_result(json, export(part, with_keys=with_keys)))
    return part, write_set(results)


def in_words(county: County) -> list[str]:
    """What came, what did not, how many pupils, absences and findings: one line each."""
    by_status = Counter(p.status for p in county.progress)
    missing = [p.unit for p in county.progress if p.status == "未报"]
    rest = [f"{s} {by_status[s]} 个" for s in ("缺项", "错月", "未报") if by_status[s]]
    told = [f"应报 {len(county.progress)} 个单位", f"已报 {by_status['已报']} 个", *rest]
    lines = [f"{county.month.label}：{'，'.join(told)}"]
    if missing:
        lines.append(f"未报：{'、'.join(missing)}")
    lines += [
        f"{p.status}：{p.unit}（{p.wrong_month if p.status == '错月' else '、'.join(p.missing)}）"
        for p in county.progress
        if p.status in ("缺项", "错月")
    ]
    altered = [f"{p.unit}（{len(p.altered)} 次）" for p in county.progress if p.altered]
    if altered:
        lines.append(f"采用后有改动：{'、'.join(altered)}")
    enrolled = sum(t.enrolled for t in county.totals)
    runs, findings = len(county.runs), len(county.findings)
    return [*lines, f"在校生 {enrolled} 人；连续旷课记录 {runs} 条；问题 {findings} 条"]


def earlier_results(folder: Path, out: Path) -> set[Path]:
    """What earlier runs left below ``folder``: no submissions, so that a second run says the same."""
    if not folder.is_dir():
        return set()
    made = {p for place in folder.glob(f"{RESULTS}*") if place.is_dir() for p in place.rglob("*")}
    if out.resolve() == folder.resolve():
        return made
    place, kept = out.resolve(), f"{out.stem}_"  # backups are called after the result
    return made | {
        path
        for path in folder.rglob("*")
        if (whole := path.resolve()).is_relative_to(place)
        or (whole.parent == place.parent and path.name.startswith(kept) and out.suffix)
    }


def usual_month(folder: Path, default: Period) -> tuple[Period, dt.date | None]:
    """The month that most of the files below ``folder`` say they are for, and their usual 截至日期.

    A sample of the files is read; ``default``, the month of today, and None when they say nothing.
    Workbooks already carried over to a month that has not come do not count while others do.
    """
    old = earlier_results(folder, folder)
    files = [
        (path, rel)
        for path, rel in read_folder(folder)
        if path.suffix.lower() in (*SPREADSHEETS, *PACKED) and path not in old
    ]
    step = max(1, len(files) // SAMPLE)
    return stated_in(read_files(files[::step], Reader(default)), default)
