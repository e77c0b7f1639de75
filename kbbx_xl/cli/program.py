"""The program ``kbbx-xl``: its own options, and how a run ends."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from kbbx_xl import __version__
from kbbx_xl.books.scratch import own_scratch
from kbbx_xl.cli import completing, shared, watch
from kbbx_xl.cli.codes import ExitCode
from kbbx_xl.cli.commands import PROGRAM, LazyGroup
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
    add_completion=False,  # its options are ours: typer's speak English
)


def _tell_version(asked: bool) -> None:
    if asked:
        say(f"{PROGRAM} {__version__}")
        raise typer.Exit


def _complete(parameter: typer.CallbackParam, asked: bool) -> None:
    """What --install-completion and --show-completion do."""
    if asked:
        getattr(completing, str(parameter.name))()
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="显示版本", callback=_tell_version, is_eager=True)
    ] = False,
    install_completion: Annotated[
        bool,
        typer.Option(
            "--install-completion",
            help="给现在用的 shell 装上按 Tab 键补全（bash、zsh、fish、PowerShell）",
            callback=_complete,
            is_eager=True,
        ),
    ] = False,
    show_completion: Annotated[
        bool,
        typer.Option(
            "--show-completion",
            help="显示补全脚本，自己放进 shell 的配置",
            callback=_complete,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """They have done their work when this is called; the commands are the group's own."""


def main() -> None:
    """Run a command; every failure is one clear sentence, never a traceback or a cell's content."""
    hush()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=shared.NEAREST)  # a console of GBK has no ✓
    usual = signal.getsignal(signal.SIGINT)
    with own_scratch():
        code, outcome = _run()
    try:
        watch.log(outcome)
    except KbbxError as error:
        say_error(str(error))
    if code == ExitCode.STOPPED:
        signal.signal(signal.SIGINT, usual)
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
        shared.begin()
        learn(of_paths(_typed()))
        completing.prepare()
        code = int(app(standalone_mode=False, prog_name=PROGRAM) or 0)
    except UsageError as error:
        if type(error).__name__ != "NoArgsIsHelpError":  # its help has been shown
            say_error(sentence(error))
        return ExitCode.FAILED, "usage"
    except SystemExit as stopped:  # what shows the text is gone: kbbx-xl check … | head
        return stopped.code if isinstance(stopped.code, int) else ExitCode.FAILED, "unread"
    except (typer.Abort, KeyboardInterrupt):
        code = ExitCode.STOPPED
    except KbbxError as error:
        say_error(str(error))
        return ExitCode.FAILED, type(error).__name__
    except OSError as error:
        say_error(f"文件读写失败：{reason(error)}：{error.filename or ''}")
        return ExitCode.FAILED, type(error).__name__
    except Exception as error:  # noqa: BLE001 (told by its place; its text may hold a cell)
        say_error(f"程序内部出错（{type(error).__name__}），结果没有写出。请联系维护人员。")
        if os.environ.get("KBBX_DEBUG"):
            say_error("\n".join(places(error)))
        return ExitCode.FAILED, type(error).__name__
    if code == ExitCode.STOPPED:  # typer's own answer to Ctrl+C as well
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one would cut the cleaning up short
        say_error(watch.stopped())
        return code, "stopped"
    return code, "findings" if code else "done"
