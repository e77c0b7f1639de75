"""What stands for the value of an option or argument, in Chinese (占位词): 文件夹, 日期, 方案."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_BY_NAME = {
    "address": "地址",
    "against": "名单",
    "answers": "工作簿",
    "as_of": "日期",
    "before": "文件夹",
    "book": "工作簿",
    "cell": "单元格",
    "certificate": "文件",
    "command": "命令",
    "day": "日期",
    "directory": "文件",
    "file": "文件",
    "folder": "文件夹",
    "host": "地址",
    "ics": "文件",
    "inbox": "文件夹",
    "json": "文件",
    "keys": "文件夹",
    "kind": "种类",
    "last": "月报表",
    "mark": "案件号",
    "month": "年-月",
    "numbering": "代字",
    "password_file": "文件",
    "paths": "文件",
    "policies": "文件",
    "policy": "方案",
    "reason": "原因",
    "rosters": "名单",
    "scheduler": "地址",
    "source": "文件",
    "sources": "材料",
    "templates": "文件夹",
    "unit": "单位",
    "until": "日期",
    "workbook": "工作簿",
}
_BY_TYPE = {Path: "路径", int: "数字", float: "数字"}


def value_word(parameter: Any) -> str:
    """What is written after an option, or for an argument; "" for a switch, a|b for a choice."""
    if getattr(parameter, "is_flag", False):
        return ""
    kind = parameter.type_descriptor
    if kind.is_choice:
        return "|".join(str(getattr(one, "value", one)) for one in kind.choices or ())
    return str(
        parameter.metavar or _BY_NAME.get(parameter.name) or _BY_TYPE.get(kind.annotation, "文字")
    )


def label(parameter: Any) -> str:
    """An option as it is typed, with the word for its value; an argument by its word."""
    if parameter.param_type_name == "argument":
        return value_word(parameter) + (" …" if parameter.nargs != 1 else "")
    names = sorted(parameter.opts, key=len, reverse=True)
    told = ", ".join(names)
    if parameter.secondary_opts:
        told += " / " + ", ".join(parameter.secondary_opts)
    return f"{told} {value_word(parameter)}".strip()
