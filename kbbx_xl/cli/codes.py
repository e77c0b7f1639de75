"""Exit codes (退出码): the one table of them, for the command line, its help and its pages."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What ``kbbx-xl`` tells the shell."""

    DONE = 0
    FOUND = 1
    FAILED = 2
    STOPPED = 130  # as shells count it: 128 and the number of the signal


MEANINGS = {
    ExitCode.DONE: "做完了",
    ExitCode.FOUND: "做完了，但有要处理的（各命令的帮助里写着是什么）",
    ExitCode.FAILED: "没有做成：命令写错、文件打不开、写不了；结果没有写出",
    ExitCode.STOPPED: "按 Ctrl+C 中断",
}
