"""``kbbx-xl``: the command line (命令行). Exit 0 nothing wrong, 1 findings of severity 错误, 2 could not run."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from pathlib import Path

import typer

from kbbx_xl.books.scratch import own_scratch
from kbbx_xl.cli import watch
from kbbx_xl.cli.commands import LazyGroup
from kbbx_xl.cli.shared import learn, say, say_error
from kbbx_xl.cli.usage import UsageError, sentence
from kbbx_xl.flow.hiding import of_paths
from kbbx_xl.messages import KbbxError, reason
from kbbx_xl.messages.crash import hush, places

app = typer.Typer(
    cls=LazyGroup,
    help="控辍保学：模板、校验、预警、汇总、上报，全部在本机完成，不联网。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)


@app.callback()
def _commands() -> None:
    """They are the group's own."""


def main() -> None:
    """Run a command; every failure is one clear sentence, never a traceback or a cell's content."""
    gc.disable()  # a run makes millions of values and no cycles: a tenth faster, no more memory
    hush()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    with own_scratch():
        code, outcome = _run()
    try:
        watch.log(outcome)
    except KbbxError as error:
        say_error(str(error))
    sys.exit(code)


def _typed() -> set[str]:
    """Parts of the paths on the command line, but not of the way to this account's own folder."""
    words = {part for word in sys.argv[1:] for part in Path(word).parts}
    with contextlib.suppress(RuntimeError):
        words -= set(Path.home().parts)
    return words


def _run() -> tuple[int, str]:
    """Exit code, and what the log is told: done, findings, or the class of the error."""
    try:
        watch.begin()
        learn(None)
        learn(of_paths(_typed()))
        code = int(app(standalone_mode=False) or 0)
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            say(str(error))
        else:
            say_error(sentence(error))
        return 2, "usage"
    except SystemExit as stopped:  # what shows the text is gone: kbbx-xl check … | head
        return stopped.code if isinstance(stopped.code, int) else 2, "unread"
    except (typer.Abort, KeyboardInterrupt):
        say_error("已中断，结果没有写出。")
        return 2, "stopped"
    except KbbxError as error:
        say_error(str(error))
        return 2, type(error).__name__
    except OSError as error:
        say_error(f"文件读写失败：{reason(error)}：{error.filename or ''}")
        return 2, type(error).__name__
    except Exception as error:  # noqa: BLE001 (told by its place; its text may hold a cell)
        say_error(f"程序内部出错（{type(error).__name__}），结果没有写出。请联系维护人员。")
        if os.environ.get("KBBX_DEBUG"):
            say_error("\n".join(places(error)))
        return 2, type(error).__name__
    return code, "findings" if code else "done"
