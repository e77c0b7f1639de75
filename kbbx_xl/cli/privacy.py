"""``mask``, ``seal`` and ``open``: workbooks that leave the office."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl.books.mask import mask_file
from kbbx_xl.books.seal import PASSWORD_RULE, read_password
from kbbx_xl.books.seal import seal as seal_file
from kbbx_xl.books.seal import unseal as unseal_file
from kbbx_xl.cli import shared

OutOption = Annotated[Path, typer.Option("-o", "--out", help="写成哪个文件")]
PasswordOption = Annotated[
    Path, typer.Option("--password-file", help="密码文件，密码写在第一行；密码不写在命令里")
]
NewPasswordOption = Annotated[
    Path,
    typer.Option(
        "--password-file", help=f"密码文件，密码写在第一行，不写在命令里。密码{PASSWORD_RULE}"
    ),
]


def mask(
    workbook: Annotated[
        Path,
        typer.Argument(help="要脱敏的工作簿（.xlsx、.xls、.ods、.csv）", callback=shared.no_folder),
    ],
    out: OutOption,
    keep_text: Annotated[
        bool, typer.Option("--keep-text", help="保留备注等说明文字，只遮盖其中认得出的姓名和号码")
    ] = False,
) -> None:
    """脱敏导出：遮盖姓名、证件号、电话、地址，另存一份，附脱敏说明。

    例：kbbx-xl mask 登记表.xlsx -o 登记表_脱敏.xlsx
    """
    result = mask_file(workbook, out, keep_text=keep_text)
    counts = "、".join(f"{title} {count} 处" for title, count in sorted(result.masked.items()))
    shared.say(f"检查 {result.checked} 个单元格，遮盖：{counts or '没有需要遮盖的'}")
    if result.left_out:
        shared.say(f"{result.left_out} 张隐藏的工作表没有带入")
    shared.say("写成后已读回复查，没有剩余。没有写在姓名栏里的姓名查不出来，对外提供前请再看一遍")
    shared.say(f"结果：{result.written}")


def seal(
    workbook: Annotated[
        Path, typer.Argument(help="要加密的工作簿（.xlsx）", callback=shared.no_folder)
    ],
    out: OutOption,
    password_file: NewPasswordOption,
) -> None:
    """加密：给工作簿加打开密码（AES-256），Excel 和 WPS 都能凭密码打开。

    例：kbbx-xl seal 登记表.xlsx -o 登记表_加密.xlsx --password-file 密码.txt
    """
    shared.say(f"结果：{seal_file(workbook, out, read_password(password_file))}")


def unseal(
    workbook: Annotated[Path, typer.Argument(help="有打开密码的工作簿", callback=shared.no_folder)],
    out: OutOption,
    password_file: PasswordOption,
) -> None:
    """解密：去掉打开密码，另存一份。

    例：kbbx-xl open 登记表_加密.xlsx -o 登记表.xlsx --password-file 密码.txt
    """
    shared.say(f"结果：{unseal_file(workbook, out, read_password(password_file))}")


def register(app: typer.Typer) -> None:
    app.command("mask")(mask)
    app.command("seal")(seal)
    app.command("open")(unseal)
