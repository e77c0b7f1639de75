"""``mask``, ``pack``, ``seal`` and ``open``: files that leave the office, and those that come in."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.books.mask import mask_file
from kbbx_xl.books.package.folder import Packed, unpack
from kbbx_xl.books.package.folder import pack as pack_folder
from kbbx_xl.books.package.reading import could_be_package, read_package
from kbbx_xl.books.seal import PASSWORD_RULE, read_password
from kbbx_xl.books.seal import seal as seal_file
from kbbx_xl.books.seal import unseal as unseal_file
from kbbx_xl.cli import completing, shared
from kbbx_xl.messages import InputError

if TYPE_CHECKING:
    from kbbx_xl.cli import office_shapes

OutOption = Annotated[Path, typer.Option("-o", "--out", help="写成哪个文件")]
PackageOption = Annotated[
    Path, typer.Option("-o", "--out", help="写成哪个 .zip", callback=shared.no_folder)
]
PasswordOption = Annotated[
    Path | None,
    typer.Option("--password-file", help="密码文件，密码写在第一行；密码不写在命令里"),
]
NewPasswordOption = Annotated[
    Path,
    typer.Option(
        "--password-file", help=f"密码文件，密码写在第一行，不写在命令里。密码{PASSWORD_RULE}"
    ),
]
UnitOption = Annotated[
    str,
    typer.Option(
        "--unit", help="报送单位全称；不写时按材料里写的", autocompletion=completing.units
    ),
]
MonthOption = Annotated[
    str,
    typer.Option("--month", help="报告月份；不写时按材料里写的", autocompletion=completing.months),
]
SHOWN = 20  # files named on the screen


def mask(
    workbook: Annotated[
        Path,
        typer.Argument(help="要脱敏的工作簿（.xlsx、.xls、.ods、.csv）", callback=shared.no_folder),
    ],
    out: OutOption,
    keep_text: Annotated[
        bool, typer.Option("--keep-text", help="保留备注等说明文字，只遮盖其中认得出的姓名和号码")
    ] = False,
    json: shared.JsonOption = None,
) -> None:
    """遮盖姓名、证件号、电话、地址，写成后读回来复查。原件不动。

    写出：-o 的工作簿，附脱敏说明。

    例：kbbx-xl mask 登记表.xlsx -o 登记表_脱敏.xlsx
    """
    with shared.working("脱敏"):
        result = mask_file(workbook, out, keep_text=keep_text)
    counts = "、".join(f"{title} {count} 处" for title, count in sorted(result.masked.items()))
    shared.say(f"检查 {result.checked} 个单元格，遮盖：{counts or '没有需要遮盖的'}")
    if result.left_out:
        shared.say(f"{result.left_out} 张隐藏的工作表没有带入")
    shared.say("写成后已读回复查，没有剩余。没有写在姓名栏里的姓名查不出来，对外提供前请再看一遍")
    shared.say(f"结果：{result.written}")
    value: office_shapes.Masked = {
        "checked": result.checked,
        "masked": dict(result.masked),
        "left_out": result.left_out,
        "file": str(result.path),
    }
    shared.answer(json, value)


def pack(
    folder: Annotated[Path, typer.Argument(help="一个单位的报送文件夹")],
    out: PackageOption,
    unit: UnitOption = "",
    month: MonthOption = "",
    json: shared.JsonOption = None,
) -> None:
    """附清单和校验码，封装以后的改动收件时看得出来。不加密；有学生信息、要走微信或邮件的用 seal。

    写出：-o 的报送包（.zip）。

    例：kbbx-xl pack 双河镇中心小学 -o 报送包.zip
    """
    with shared.working("打包"):
        packed = pack_folder(
            folder,
            out,
            now=dt.datetime.now().astimezone(),
            unit=unit,
            month=shared.period(month) if month else None,
        )
    _say_packed(packed)
    shared.answer(json, _value(packed))


def seal(
    source: Annotated[Path, typer.Argument(help="要加密的工作簿（.xlsx），或报送文件夹")],
    out: OutOption,
    password_file: NewPasswordOption,
    unit: UnitOption = "",
    month: MonthOption = "",
    json: shared.JsonOption = None,
) -> None:
    """工作簿加打开密码（AES-256），Excel 和 WPS 凭密码打开；文件夹打成加密的报送包。原件不动。

    写出：-o 的工作簿（.xlsx）或报送包（.zip）。

    例：kbbx-xl seal 登记表.xlsx -o 登记表_加密.xlsx --password-file 密码.txt
    例：kbbx-xl seal 双河镇中心小学 -o 报送包.zip --password-file 密码.txt
    """
    password = read_password(password_file)
    if not source.is_dir():
        if unit or month:
            raise InputError("--unit 和 --month 只用于文件夹")
        with shared.working("加密"):
            sealed = seal_file(source, out, password)
        shared.say(f"结果：{sealed}")
        shared.answer(json, {"file": sealed.path})
        return
    with shared.working("打包加密"):
        packed = pack_folder(
            source,
            out,
            now=dt.datetime.now().astimezone(),
            unit=unit,
            month=shared.period(month) if month else None,
            password=password,
            but=[password_file],
        )
    _say_packed(packed)
    shared.answer(json, _value(packed))
    if not password.isascii():
        shared.say("密码里有汉字：用本程序能打开，7-Zip、WinRAR 等不一定能")
    shared.say("文件夹还在原处，没有加密。密码另外告诉收件人，不和报送包一起发")


def unseal(
    source: Annotated[
        Path, typer.Argument(help="有打开密码的工作簿，或报送包（.zip）", callback=shared.no_folder)
    ],
    out: Annotated[
        Path, typer.Option("-o", "--out", help="工作簿写成哪个文件；报送包解到哪个文件夹")
    ],
    password_file: PasswordOption = None,
    json: shared.JsonOption = None,
) -> None:
    """工作簿去掉打开密码，另存一份；报送包逐个文件说明封装以后有没有改动。

    写出：-o 的工作簿；是报送包的，解到 -o 的文件夹。

    退出码 1：报送包封装以后有改动。

    例：kbbx-xl open 登记表_加密.xlsx -o 登记表.xlsx --password-file 密码.txt
    例：kbbx-xl open 报送包.zip -o 双河镇中心小学
    """
    password = read_password(password_file) if password_file else None
    if could_be_package(source):
        _open_package(source, out, password, json)
        return
    if password is None:
        raise InputError("打开有密码的工作簿，要用 --password-file 指定密码文件")
    with shared.working("解密"):
        written = unseal_file(source, out, password)
    shared.say(f"结果：{written}")
    shared.answer(json, {"file": written.path})


def _open_package(source: Path, folder: Path, password: str | None, json: Path | None) -> None:
    """Unpack and say of every file what became of it; exit 1 when something was changed."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"“{folder}”是文件，报送包要解到文件夹")
    package = read_package(source, password)
    if made := package.manifest:
        shared.say(
            f"{made.unit} {made.month}，{made.sealed_at:%Y-%m-%d %H:%M} 封装，校验码 {made.code}"
        )
    with shared.working("解包"):
        files = unpack(package, folder)
    counts = Counter(one.label for one in files)
    told = "，".join(f"{label} {number} 个" for label, number in counts.items())
    shared.say(f"{package.state}：{told}")
    for one in files:
        renamed = one.path is not None and one.path.name != one.name.rpartition("/")[2]
        saved = f"（这里已有同名文件，存成“{one.path.name}”）" if one.path and renamed else ""
        shared.say(f"  {one.label} {one.name}{saved}")
    shared.say(f"结果：{folder}")
    value: office_shapes.Opened = {
        "state": str(package.state),
        "unit": made.unit if made else "",
        "month": made.month if made else "",
        "code": made.code if made else "",
        "files": [
            {"name": one.name, "state": one.label, "path": str(one.path) if one.path else None}
            for one in files
        ],
        "folder": str(folder),
    }
    shared.answer(json, value)
    if package.changes:
        shared.say("向报送单位核实改动；属实的请其重新打包")
        raise typer.Exit(1)


def _value(packed: Packed) -> office_shapes.Packed:
    made = packed.manifest
    return {
        "unit": made.unit,
        "month": str(made.month),
        "files": len(made.files),
        "code": made.code,
        "left_out": [{"path": rel, "why": why} for rel, why in packed.left_out],
        "file": str(packed.written.path),
    }


def _say_packed(packed: Packed) -> None:
    made = packed.manifest
    shared.say(f"{made.unit} {made.month}：{len(made.files)} 个文件，校验码 {made.code}")
    for rel, why in packed.left_out[:SHOWN]:
        shared.say(f"  没有放进去：{rel}（{why}）")
    if len(packed.left_out) > SHOWN:
        shared.say(f"  没有放进去的一共 {len(packed.left_out)} 个")
    shared.say(f"结果：{packed.written}")


def register(app: typer.Typer) -> None:
    app.command("mask")(mask)
    app.command("pack")(pack)
    app.command("seal")(seal)
    app.command("open")(unseal)
