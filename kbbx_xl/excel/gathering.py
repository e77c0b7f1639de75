"""Ribbon commands over a folder of closed files (汇总): central school, county, progress, trace.

The files are read in the background by the same code as the command line; Excel opens the result.
"""

from __future__ import annotations

from pathlib import Path

from kbbx_xl.books.cache import default_cache
from kbbx_xl.books.checking import settled_day
from kbbx_xl.books.consolidate import DIRECTORY_NAMES, find_top, load_directory
from kbbx_xl.books.explain import explain as trace
from kbbx_xl.books.explain import render
from kbbx_xl.books.files import Written
from kbbx_xl.books.one_click import (
    Order,
    in_words,
    read_county,
    usual_month,
    write_all,
    write_of_center,
)
from kbbx_xl.books.setup.in_force import policy_in_force
from kbbx_xl.books.summary import write_board
from kbbx_xl.books.writing.names import safe_name
from kbbx_xl.excel.desk import Desk
from kbbx_xl.excel.judging import policy_of
from kbbx_xl.excel.live import stamp
from kbbx_xl.excel.place import folder_of, remember_folder
from kbbx_xl.messages import InputError
from kbbx_xl.model import Directory, Period

SHOWN = 900  # characters of a trace that a message box holds well


def ask_order(desk: Desk, title: str) -> Order:
    """The folder of submissions, chosen or remembered; month, day and policy as the files say."""
    key = str(desk.book.api.FullName)
    folder = desk.ask_folder(title, start=folder_of(key))
    remember_folder(key, folder)
    directory = directory_of(folder)
    desk.watch("正在看各校报的是哪个月")
    month, said = usual_month(folder, Period(desk.today.year, desk.today.month))
    own = policy_in_force(
        "", [folder]
    )  # what lies with the material, before what the workbook says
    policy = own.policy if own.path else policy_of(stamp(desk.book))
    return Order(
        folder,
        month,
        settled_day(month, said, desk.today),
        policy,
        directory=directory,
        cache=default_cache(),
    )


def directory_of(folder: Path) -> Path:
    """单位目录 in the folder of submissions, or one level above; InputError when neither holds one."""
    for place in (folder, folder.parent):
        if found := find_top(place, DIRECTORY_NAMES):
            return found
    raise InputError(f"“{folder.name}”里没有“单位目录.xlsx”。请把它放进这个文件夹，再汇总")


def gather(desk: Desk) -> None:
    """汇总各校: the schools of one central school into its summary and its report."""
    order = ask_order(desk, "选择本中心校各学校报来的材料所在的文件夹")
    directory = load_directory(order.folder, order.directory)[0]
    center = _center(desk, directory, order.folder)
    out = order.results
    target = out / f"中心校汇总_{safe_name(center)}_{order.month}.xlsx"
    county = read_county(order, out=out, progress=desk.progress("汇总各校"))
    desk.watch("正在写出汇总")
    part, written = write_of_center(county, order, center, target)
    _finish(desk, order, in_words(part), written)


def _center(desk: Desk, directory: Directory, folder: Path) -> str:
    """The central school meant: the workbook's own, the folder's, the only one, or asked for."""
    names = [unit.name for unit in directory.centers]
    if not names:
        raise InputError("单位目录里没有中心校。直接管学校的县请用“一键汇总全县”")
    own = stamp(desk.book).get("unit_name", "")
    by_folder = [name for name in names if name in folder.name or folder.name in name]
    for found in ([own] if own in names else [], by_folder, names):
        if len(found) == 1:
            return found[0]
    listed = "、".join(f"{n} {name}" for n, name in enumerate(names, 1))
    answer = desk.ask_text(f"汇总哪个中心校？输入编号：{listed}"[:250])
    if answer in names:
        return answer
    if answer.isdigit() and 1 <= int(answer) <= len(names):
        return names[int(answer) - 1]
    raise InputError(f"没有编号“{answer}”的中心校")


def county(desk: Desk) -> None:
    """一键汇总全县: every summary, the findings and the upward report of the county."""
    order = ask_order(desk, "选择全县报送材料所在的文件夹（最上层放单位目录）")
    out = order.results
    told = read_county(order, out=out, progress=desk.progress("汇总全县"))
    desk.watch("正在写出汇总")
    written = write_all(told, order, out)
    _finish(desk, order, in_words(told), written)


def progress(desk: Desk) -> None:
    """报送进度: who has sent what, as one sheet, without writing the rest."""
    order = ask_order(desk, "选择报送材料所在的文件夹（最上层放单位目录）")
    out = order.results
    told = read_county(order, out=out, progress=desk.progress("查看报送进度"))
    written = write_board(told, out / f"报送进度_{order.month}.xlsx", sources=order.folder)
    _finish(desk, order, in_words(told)[:-1], [written])


def _finish(desk: Desk, order: Order, lines: list[str], written: list[Written]) -> None:
    """Open the first result and say what came, what did not, and by which settings."""
    desk.show(written[0].path)
    files = "\n".join(f"  {one.path.name}" for one in written[:8])
    notes = [one.note for one in written if one.note]
    desk.say(
        "\n".join(
            [
                *lines,
                "",
                f"截至 {order.as_of}，按“{order.policy.title}”方案。结果在“{order.results.name}”：",
                files,
                *notes,
            ]
        )
    )


def explain(desk: Desk) -> None:
    """追溯此数: formula, units, files and rows behind the selected number of a summary."""
    path = desk.saved_path()
    cell = desk.app.api.ActiveCell
    if cell is None:  # a chart sheet is in front
        raise InputError("请先在汇总结果里选中一个数，再点“追溯此数”")
    sheet = desk.book.api.ActiveSheet.Name
    told = render(trace(path, f"{sheet}!{cell.Address.replace('$', '')}"))
    more = "\n……（全部来源用命令行 kbbx-xl explain 查看）" if len(told) > SHOWN else ""
    desk.say(told[:SHOWN] + more)
