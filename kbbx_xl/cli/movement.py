"""``movement``: where the children of the earlier register are now (学籍流动).

What it needs of openpyxl is loaded in the command: no other command should wait for it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kbbx_xl.books.files import Written
from kbbx_xl.cli import completing, shared
from kbbx_xl.flow.movement.values import Movement
from kbbx_xl.settings.policies import DEFAULT_POLICY

if TYPE_CHECKING:
    from kbbx_xl.cli import shapes

BeforeOption = Annotated[
    Path | None,
    typer.Option(
        "--before", help="上期（上月、上学期）材料的文件夹；不写时用本文件夹里更早的登记表"
    ),
]


def movement(
    folder: Annotated[Path, typer.Argument(help="本期全县报送材料所在的文件夹")],
    before: BeforeOption = None,
    out: Annotated[
        Path, typer.Option("-o", "--out", help="写成 .xlsx", callback=shared.workbook_name)
    ] = Path("学籍流动.xlsx"),
    month: Annotated[
        str,
        typer.Option(
            "--month", help="本期月份；不写时按文件里写的", autocompletion=completing.months
        ),
    ] = "",
    policy: shared.PolicyOption = DEFAULT_POLICY,
    directory: shared.DirectoryOption = None,
    with_names: Annotated[
        bool, typer.Option("--with-names/--without-names", help="写不写学生姓名和证件号")
    ] = False,
    json: shared.JsonOption = None,
) -> int:
    """县内转学两边配对，外县的列出移交，毕业的看初中注册没有，并核对一个学生也不少。

    写出：-o 的工作簿；不写 --with-names 时没有学生姓名。

    退出码 1：有“错误”级的问题。

    例：kbbx-xl movement 2026年10月 --before 2026年9月 -o 学籍流动.xlsx
    """
    from kbbx_xl.books.movement import read_movement, write_movement

    with shared.progress("读取材料") as show:
        result, root = read_movement(
            folder,
            before,
            out=out,
            policy=shared.policy(policy),
            today=dt.date.today(),
            month=shared.period(month) if month else None,
            directory=directory,
            progress=show,
        )
    shared.show_findings(result.findings, rest="-o 的工作簿")
    _tell(result)
    written = write_movement(result, out, names=with_names, sources=root)
    shared.say(f"结果：{written}")
    shared.answer(json, _value(result, written))
    return shared.exit_code(result.findings)


def _tell(result: Movement) -> None:
    shared.say(
        f"县内转学配对 {len(result.transfers)} 对，待核实 {len(result.losses)} 条，"
        f"转往外县 {len(result.outside)} 人，非户籍地辍学 {len(result.nonlocal_dropouts)} 人"
    )
    if result.earlier is None:
        shared.say("没有上期名册，没有做守恒核对；用 --before 指定上期材料的文件夹")
    elif result.handed_over:
        shared.say("小升初：六年级毕业 {1} 人，已在县内初中注册 {0} 人".format(*result.handed_over))


def _value(result: Movement, written: Written) -> shapes.Moved:
    return {
        "month": str(result.month),
        "transfers": len(result.transfers),
        "to_verify": len(result.losses),
        "outside": len(result.outside),
        "nonlocal_dropouts": len(result.nonlocal_dropouts),
        "handed_over": list(result.handed_over) if result.handed_over else None,
        "earlier": str(result.earlier) if result.earlier else None,
        "file": str(written.path),
        "findings": shared.found(result.findings),
    }


def register(app: typer.Typer) -> None:
    app.command("movement")(movement)
