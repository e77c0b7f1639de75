"""``cache``: what of unchanged files is kept on this computer, and to delete it."""

from __future__ import annotations

from typing import Annotated

import typer

from kbbx_xl.books.cache import default_cache
from kbbx_xl.cli import shared
from kbbx_xl.messages import OutputError, reason


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="清空")] = False,
    json: shared.JsonOption = None,
) -> None:
    """没有变过的文件，上次算好的还用。里面有学生信息，只有本人能读。

    一个月不用的自动删去，随时可以清空，结果不受影响。

    写出：不写文件；--clear 时删去缓存。

    例：kbbx-xl cache
    例：kbbx-xl cache --clear
    """
    kept = default_cache()
    if kept is None:
        shared.say("本机缓存已由环境变量 KBBX_CACHE 关闭")
        shared.answer(json, {"folder": None, "bytes": 0, "cleared": False})
        return
    if clear:
        try:
            kept.clear()
        except OSError as error:
            raise OutputError(
                f"清空不了“{kept.path}”：{reason(error)}。关掉别的汇总再试"
            ) from error
        shared.say("本机缓存已清空")
    size = kept.size()
    shared.say(f"{kept.folder}：{size / 2**20:.1f} MB")
    shared.answer(json, {"folder": kept.folder, "bytes": size, "cleared": clear})


def register(app: typer.Typer) -> None:
    app.command(cache.__name__)(cache)
