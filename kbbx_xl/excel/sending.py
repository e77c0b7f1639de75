"""Ribbon commands for what leaves the office (报送): upward report, masked copy, encryption."""

from __future__ import annotations

from kbbx_xl.books.mask import mask_book
from kbbx_xl.books.one_click import in_words, read_county
from kbbx_xl.books.seal import PASSWORD_RULE, check_password, check_sealed
from kbbx_xl.books.seal import seal as encrypt
from kbbx_xl.books.seal import unseal as decrypt
from kbbx_xl.books.upward import write_upward
from kbbx_xl.excel.desk import Desk
from kbbx_xl.excel.gathering import ask_order
from kbbx_xl.excel.live import grids, stamp


def upward(desk: Desk) -> None:
    """生成上报件: the monthly report and its letter, of the county or of the centre whose book is open."""
    order = ask_order(desk, "选择报送材料所在的文件夹（最上层放单位目录）")
    out = order.results
    county = read_county(order, out=out, progress=desk.progress("生成上报件"))
    unit = county.directory.named(stamp(desk.book).get("unit_name", "") or " ")
    center = unit if unit and unit.is_center else None
    written = write_upward(county, out, unit=center)
    desk.show(written[0].path)
    files = [f"  {one.path.name}" for one in written]
    desk.say("\n".join([*in_words(county), "", f"上报件在“{out.name}”：", *files]))


def mask(desk: Desk) -> None:
    """脱敏导出: a copy of the open workbook without personal data, beside it."""
    path = desk.saved_path()
    desk.watch("正在脱敏")
    made = mask_book(grids(desk.book), path.with_name(f"{path.stem}_脱敏.xlsx"))
    told = "、".join(f"{what} {count} 处" for what, count in made.masked.items() if count)
    desk.show(made.path)
    desk.say(
        f"已脱敏：{told or '没有发现个人信息'}。\n结果“{made.path.name}”，"
        "每张表遮盖了什么见“脱敏说明”表。原工作簿没有改动。"
    )


def seal(desk: Desk) -> None:
    """加密: an encrypted copy of the saved workbook, beside it; unsaved changes are saved first."""
    path = desk.saved_path()
    saved = desk.book.api.Saved
    more = "" if saved else "没保存的改动会先存进这本工作簿。"
    password = desk.ask_text(f"{more}给加密件设一个密码，不要和文件一起发。{PASSWORD_RULE}：")
    check_password(password)
    if not saved:
        desk.save()
    desk.watch("正在加密")
    written = encrypt(path, path.with_name(f"{path.stem}_加密{path.suffix}"), password)
    desk.say(
        f"加密件：“{written.path.name}”。密码请用另外的方式告诉收件人。\n"
        f"没有加密的“{path.name}”还在原处，用完请妥善保管或删除。"
    )


def unseal(desk: Desk) -> None:
    """解密: an open copy of an encrypted workbook that was received."""
    path = desk.ask_file("选择要解密的工作簿")
    check_sealed(path)
    password = desk.ask_text(f"“{path.name}”的密码：")
    desk.watch("正在解密")
    plain = path.stem.removesuffix("_加密")
    written = decrypt(path, path.with_name(f"{plain}_解密{path.suffix}"), password)
    desk.show(written.path)
    desk.say(f"已解密为“{written.path.name}”。用完请妥善保管或删除。")
