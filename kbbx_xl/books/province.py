"""A province (全省): every sub-folder a county, each consolidated as ``county`` does, then one table.

A county that cannot be consolidated is a line with its cause; the others go on.
"""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kbbx_xl.books.cache import Cache
from kbbx_xl.books.consolidate import DIRECTORY_NAMES, find_top
from kbbx_xl.books.engine import Engine
from kbbx_xl.books.files import Written, json_result
from kbbx_xl.books.guard import Progress
from kbbx_xl.books.one_click import (
    RESULTS,
    Order,
    read_county,
    refuse_other_month,
    write_all,
)
from kbbx_xl.books.setup.in_force import named_policy, read_folder_policy
from kbbx_xl.books.summary.province import province_result
from kbbx_xl.books.writing.results import write_set
from kbbx_xl.flow.province import CountyLine, Province, export_province, line_of, province_of
from kbbx_xl.messages import InputError, KbbxError, SettingsError, reason
from kbbx_xl.model import Period
from kbbx_xl.settings.policies import Policy
from kbbx_xl.settings.strict import load


@dataclass(frozen=True, slots=True)
class CountyOrder:
    """One county of the province: its folder's name, what to do, and where the results go.

    ``named``: its policy was asked for by name, so that one of its own in its folder does not count.
    """

    name: str
    order: Order
    out: Path
    named: bool = False


@dataclass(frozen=True, slots=True)
class ProvinceOrder:
    """What is to be consolidated: ``policies`` by folder name, ``policy`` for all others."""

    folder: Path
    month: Period
    as_of: dt.date
    policy: Policy
    policies: dict[str, Policy]
    jobs: int | None = None
    passwords: tuple[str, ...] = ()
    cache: Cache | None = None


def policies_of(path: Path) -> dict[str, Policy]:
    """Policies by name of a county's folder, of a file "县名: 方案"; InputError names what is wrong."""
    try:
        block = load(path)
    except SettingsError as error:
        raise InputError(f"“{path.name}”读不懂，一行应写成“县名: 方案”") from error
    return {name: named_policy(str(profile)).policy for name, profile in block.items()}


def counties_of(order: ProvinceOrder, out: Path) -> list[CountyOrder]:
    """Every sub-folder as a county, by name; results of ours, and ``out`` itself, are none.

    InputError when there is no sub-folder, when the folder is one county's, or when a policy is
    given for a folder that is not there.
    """
    folder, place = order.folder.absolute(), out.absolute()
    if not folder.is_dir():
        raise InputError(f"找不到文件夹：{order.folder}")
    found = [
        path
        for path in sorted(folder.iterdir())
        if path.is_dir()
        and not path.name.startswith((".", RESULTS))
        and path.resolve() != place.resolve()
    ]
    if not any(find_top(path, DIRECTORY_NAMES) for path in found):
        if find_top(folder, DIRECTORY_NAMES):
            raise InputError(
                "这是一个县的文件夹，请用 kbbx-xl county；全省的文件夹里一个县一个子文件夹"
            )
        raise InputError("没有找到县的文件夹：一个县一个子文件夹，最上层放它的单位目录")
    names = {path.name for path in found}
    if unknown := sorted(set(order.policies) - names):
        raise InputError(f"方案文件里的“{'、'.join(unknown)}”不是县的文件夹")
    return [
        CountyOrder(p.name, _order_of(order, p), place / p.name, named=p.name in order.policies)
        for p in found
    ]


def _order_of(order: ProvinceOrder, folder: Path) -> Order:
    policy = order.policies.get(folder.name, order.policy)
    return Order(
        folder,
        order.month,
        order.as_of,
        policy,
        jobs=order.jobs,
        passwords=order.passwords,
        cache=order.cache,
    )


def consolidate_county(part: CountyOrder, engine: Engine) -> CountyLine:
    """Read one county, write its results, and tell its sums; whatever fails is told as its cause."""
    try:
        order = replace(part.order, engine=engine)
        own = None if part.named else read_folder_policy(order.folder)
        order = replace(order, policy=own.policy) if own else order
        county = read_county(order, out=part.out)
        refuse_other_month(county)
        write_all(county, order, part.out)
        return line_of(part.name, county)
    except KbbxError as error:
        cause = str(error)
    except OSError as error:  # its path may hold a name
        cause = f"文件读写失败：{reason(error)}"
    except Exception as error:  # noqa: BLE001 (one county's trouble never stops the others)
        cause = f"程序内部出错（{type(error).__name__}），请联系维护人员"
    return CountyLine(part.name, part.order.policy.profile, cause=cause)


def consolidate_province(
    counties: Sequence[CountyOrder], engine: Engine, progress: Progress | None = None
) -> Province:
    """All counties; the same Province whatever engine, and whatever order they get done in."""
    lines: dict[int, CountyLine] = {}
    for number, line in engine.apart(consolidate_county, counties):
        if isinstance(line, InputError):
            part = counties[number]
            lines[number] = CountyLine(part.name, part.order.policy.profile, cause=str(line))
        else:
            lines[number] = line
        gc.collect()  # the command line makes none by itself, and a province is many counties
        if progress:
            progress(len(lines), len(counties))
    return province_of([lines[number] for number in sorted(lines)])


def write_province(
    province: Province, order: ProvinceOrder, out: Path, *, json: Path | None = None
) -> list[Written]:
    """全省汇总_<month>.xlsx in ``out``, and ``json``: a set, as of one county."""
    title = order.folder.absolute().name
    results = [province_result(province, out, title=title, month=order.month, as_of=order.as_of)]
    if json:
        results.append(json_result(json, export_province(province, order.month, order.as_of)))
    return write_set(results)


def in_words(province: Province) -> list[str]:
    """How many counties, which failed and why, and the sums that are asked for first."""
    failed = province.failed
    done = len(province.lines) - len(failed)
    lines = [f"应汇总 {len(province.lines)} 个县，已汇总 {done} 个"]
    lines += [f"没有汇总：{line.folder}（{line.cause}）" for line in failed]
    sums = province.sums
    units = f"应报 {sums.get('expected', 0)} 个单位，已报 {sums.get('reported', 0)} 个"
    return [*lines, f"{units}；在校生 {sums.get('enrolled', 0)} 人"]
