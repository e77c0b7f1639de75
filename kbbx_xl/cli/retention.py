"""``retain``: files whose time is over, listed or destroyed (保存期限)."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.books.cache import default_cache
from kbbx_xl.books.oplog import account, mark_of_kind
from kbbx_xl.books.retention import Kept, Listing, destroy, find_files, write_certificate
from kbbx_xl.books.retention.certificate import BEYOND
from kbbx_xl.cli import completing, shared, watch
from kbbx_xl.messages import InputError, OutputError, reason
from kbbx_xl.settings.retention import LONGEST, Retention, load_retention

if TYPE_CHECKING:
    from kbbx_xl.cli import office_shapes

PAPER = "销毁证明写成哪个 .xlsx；不写时放在文件夹里"
HEAD = ("文件编号",)  # columns that are never folded
SHOWN = 40  # files on the terminal; all of them stand in the certificate

YearsOption = Annotated[
    int | None,
    typer.Option("--years", min=0, max=LONGEST, help="学年结束后保存几年；有规定的不用写"),
]


def retain(
    folder: Annotated[Path, typer.Argument(help="要查的文件夹")],
    years: YearsOption = None,
    as_of: Annotated[
        str, typer.Option("--as-of", help="查到哪天；不写时是今天", autocompletion=completing.days)
    ] = "",
    delete: Annotated[
        bool, typer.Option("--delete", help="销毁到期的文件；不写时只列出，什么也不动")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，给脚本用")] = False,
    with_names: Annotated[
        bool,
        typer.Option("--with-names/--without-names", help="屏幕上写不写文件名，里面可能有学生姓名"),
    ] = False,
    certificate: Annotated[
        Path | None,
        typer.Option("--certificate", help=PAPER, callback=shared.workbook_name),
    ] = None,
    json: shared.JsonOption = None,
) -> int:
    """所属学年（9 月 1 日至次年 8 月 31 日）已过保存期的列为到期，不写 --delete 时什么也不动。

    学年按文件里写的，没有的按文件名；看不出学年的、认不出的、单位目录都不动。

    写出：用 --delete 时，销毁证明（.xlsx）。

    退出码 1：有没销毁成的。

    例：kbbx-xl retain 报送材料 --years 3
    例：kbbx-xl retain 报送材料 --years 3 --delete
    """
    rules = load_retention()
    if (period := rules.years if years is None else years) is None:
        raise InputError("文件没有规定保存几年，请用 --years 写明，或写进 config/retention.yaml")
    today = dt.date.today()
    day = shared.day(as_of) if as_of else today
    if delete and day > today:
        raise InputError(f"--as-of {day} 还没有到，不能按它销毁")
    with shared.working("查看文件"):
        listing = find_files(folder, rules, years=period, as_of=day)
    _show(listing, with_names=with_names)
    if not _wanted(len(listing.past), delete=delete, yes=yes):
        _answer(json, listing, None, None)
        return 0
    rule = _rule(rules, period, day, said=years is not None)
    paper = certificate or folder / f"销毁证明_{dt.datetime.now():%Y%m%d-%H%M%S}.xlsx"
    failed = _destroy(listing, folder, paper, rule)
    _answer(json, listing, failed, paper)
    return 1 if failed else 0


def _wanted(past: int, *, delete: bool, yes: bool) -> bool:
    """Whether the files are to be destroyed; asks."""
    if not past:
        return False
    if not delete:
        shared.say("只列出，什么也没有动；要销毁，加 --delete")
    elif yes or typer.confirm(f"销毁这 {past} 个文件，不能恢复。确定吗？", err=True):
        return True
    else:
        shared.say("没有销毁")
    return False


def _rule(rules: Retention, period: int, day: dt.date, *, said: bool) -> str:
    source = "本次指定（--years），没有引用文件" if said else rules.source
    return f"学年结束后保存 {period} 年，{source}；到期按 {day} 算；{rules.law}。"


def _show(listing: Listing, *, with_names: bool) -> None:
    """Counts, and what is past its time; a file by its mark and kind: a name may be a child's."""
    kept = "、".join(f"{why} {len(listing.kept[why])}" for why in Kept if why in listing.kept)
    shared.say(
        f"共 {listing.total} 个文件：到期 {len(listing.past)}" + (f"、{kept}" if kept else "")
    )
    listed = [(found, "到期") for found in listing.past]
    listed += [(found, str(Kept.UNKNOWN)) for found in listing.kept.get(Kept.UNKNOWN, ())]
    if not listed:
        return
    named = ("文件",) if with_names else ()
    rows = []
    for found, state in listed[:SHOWN]:
        mark = mark_of_kind(found.path)
        kind = " ".join(filter(None, (mark.kind, mark.suffix)))
        year = found.year.label if found.year else ""
        name = (found.rel,) if with_names else ()
        rows.append((state, mark.mark, *name, kind, year, found.known_by, f"{found.size:,}"))
    titles = ("状态", "文件编号", *named, "种类", "学年", "学年依据", "大小")
    shared.show_rows(titles, rows, head=4 + len(named), whole=("状态", *HEAD))
    if not with_names:
        shared.say("要看文件名，加 --with-names")
    if len(listed) > SHOWN:
        shared.say(f"……其余 {len(listed) - SHOWN} 个未显示")


def _destroy(listing: Listing, folder: Path, paper: Path, rule: str) -> int:
    """Certify what is to be destroyed, destroy it, certify what was; how many were not destroyed."""
    who, when = account(), dt.datetime.now().replace(microsecond=0)

    def certify(outcomes: dict[str, str] | None) -> Path:
        written = write_certificate(
            listing.past, paper, outcomes=outcomes, rule=rule, who=who, when=when
        )
        return written.path

    certify(None)
    outcomes: dict[str, str] = {}
    try:
        with shared.progress("销毁") as show:
            for done, found in enumerate(listing.past, 1):
                outcomes[found.rel] = destroy(folder, found)
                show(done, len(listing.past))
    finally:
        left = {found.rel: "没有轮到" for found in listing.past if found.rel not in outcomes}
        watch.current().counts["destroyed"] = sum(not why for why in outcomes.values())
        try:
            place = certify(outcomes | left)
            if place not in watch.current().written:
                watch.current().written.append(place)
            watch.current().proof = hashlib.sha256(place.read_bytes()).hexdigest()
        except OutputError as error:
            shared.say_error(f"{error}。销毁前的清单在“{paper.name}”，结果见屏幕")
    _forget()
    failed = [why for why in outcomes.values() if why]
    shared.say(f"销毁 {len(outcomes) - len(failed)} 个，没有销毁 {len(failed)} 个。证明：{paper}")
    shared.say(BEYOND)
    return len(failed)


def _answer(json: Path | None, listing: Listing, failed: int | None, paper: Path | None) -> None:
    value: office_shapes.Retained = {
        "total": listing.total,
        "past": len(listing.past),
        "kept": {str(why): len(found) for why, found in listing.kept.items()},
        "destroyed": None if failed is None else len(listing.past) - failed,
        "failed": failed or 0,
        "certificate": str(paper) if paper else None,
    }
    shared.answer(json, value)


def _forget() -> None:
    """What is kept on this computer of files that were read goes with them."""
    kept = default_cache()
    if kept is None or not kept.size():
        return
    try:
        kept.clear()
        shared.say("本机缓存也清空了")
    except OSError as error:
        shared.say_error(f"本机缓存清空不了（{reason(error)}），请运行 kbbx-xl cache --clear")


def register(app: typer.Typer) -> None:
    app.command(retain.__name__)(retain)
