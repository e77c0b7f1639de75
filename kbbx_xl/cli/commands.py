"""Every command of ``kbbx-xl``, what it does in one line, and where it is.

A module is loaded when its command is first asked for, so a command waits for no library that only
others need.  ``--help`` and completion of names ask this table alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from kbbx_xl.cli.watch import watch

PROGRAM = "kbbx-xl"
SCHOOL, CENTER, BUREAU = "学校（班主任、填报员）", "中心校", "教体局"
CASES, SENDING, OFFICE, CLUSTER = "个案和文书", "收发和保密", "试用和维护", "多台机器一起算"


@dataclass(frozen=True, slots=True)
class Listed:
    """A command as the list shows it: for whom, what it does (at most 30 characters), its module."""

    name: str
    group: str
    summary: str
    module: str

    @property
    def title(self) -> str:
        """What the command is called in Chinese: the words before the colon."""
        return self.summary.partition("：")[0]


LISTED = (  # in the order of --help
    Listed("check", SCHOOL, "报送前检查：每个问题在哪一格、怎么办", "inspect"),
    Listed("flag", SCHOOL, "缺勤预警：谁到了哪一步，谁在哪天前办", "inspect"),
    Listed("report", SCHOOL, "生成本月月报：由登记表生成月报表", "school"),
    Listed("zero", SCHOOL, "零报告：没有辍学学生的月报表，带声明", "school"),
    Listed("carry", SCHOOL, "结转下月：名册、台账、缺勤带到新表", "school"),
    Listed("print", SCHOOL, "打印登记表：台账里每名学生一页", "printing"),
    Listed("merge", CENTER, "汇总各校：一个中心校的汇总和上报件", "county"),
    Listed("init", BUREAU, "建县：问答或读设置表，写出全部文件", "setup"),
    Listed("policy", BUREAU, "政策方案：用 Excel 改本县门槛，检查读回", "setup"),
    Listed("templates", BUREAU, "发放模板：空白的，或每个单位预填一套", "make"),
    Listed("county", BUREAU, "一键汇总全县：进度、人数、预警、上报件", "county"),
    Listed("explain", BUREAU, "追溯一个数：算法、来源文件和行", "inspect"),
    Listed("movement", BUREAU, "学籍流动：转学配对、移交、小升初", "movement"),
    Listed("match", BUREAU, "人籍比对：两份名单谁都有、谁只在一方", "match"),
    Listed("province", BUREAU, "全省汇总：每个县汇总一遍，再出总表", "province"),
    Listed("todo", CASES, "待办：每个单位哪天前办什么，依据哪条", "tasks"),
    Listed("assign", CASES, "交办单：没有办结的个案和下一步", "tasks"),
    Listed("case", CASES, "个案办理经过：每案一页，可打印归档", "cases"),
    Listed("evidence", CASES, "佐证清单：每个个案有哪些材料、缺哪些", "evidence"),
    Listed("letters", CASES, "生成文书：19 种，Word 格式，登记编号", "casework"),
    Listed("pack", SENDING, "打包：报送文件夹打成一个报送包", "privacy"),
    Listed("receive", SENDING, "收件：打开报送包，按单位放好并登记", "receiving"),
    Listed("return", SENDING, "退回：写明哪里要改、怎么改的退回单", "receiving"),
    Listed("seal", SENDING, "加密：给工作簿或报送包加打开密码", "privacy"),
    Listed("open", SENDING, "解密、解包：去掉密码，或打开报送包", "privacy"),
    Listed("mask", SENDING, "脱敏导出：遮盖姓名、号码，另存一份", "privacy"),
    Listed("demo", OFFICE, "造一个虚拟县：用来试用和培训", "make"),
    Listed("doctor", OFFICE, "自检：这台电脑缺什么、怎么办", "doctor"),
    Listed("log", OFFICE, "操作记录：谁何时做了什么，有没有被改", "oplog"),
    Listed("retain", OFFICE, "保存期限：列出或销毁到期的文件", "retention"),
    Listed("cache", OFFICE, "本机缓存：看它多大，或清空", "cache"),
    Listed("build", OFFICE, "重建模板：由 config/ 生成，开发用", "make"),
    Listed("help", OFFICE, "帮助：一个命令的用法和例子", "helping"),
    Listed("scheduler", CLUSTER, "调度程序：给各台工作机分活", "engines"),
    Listed("worker", CLUSTER, "工作机：连上调度程序，等着分活", "engines"),
)
GROUPS = tuple(dict.fromkeys(one.group for one in LISTED))


class OurCommand(TyperCommand):
    """A command whose help is ours: Chinese, with examples (``helping``)."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 (click's signature)
        import_module("kbbx_xl.cli.helping").show_command(self, ctx)


class Commands(MutableMapping[str, Any]):
    """Name -> command, in the order of LISTED."""

    def __init__(self) -> None:
        self._home = {one.name: one.module for one in LISTED}
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made |= _of_module(self._home[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._home

    def __setitem__(self, name: str, command: Any) -> None:
        self._home.setdefault(name, "")
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._home[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._home)

    def __len__(self) -> int:
        return len(self._home)


class LazyGroup(TyperGroup):
    """``kbbx-xl`` with all its commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Commands()

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 (click's signature)
        import_module("kbbx_xl.cli.helping").show_all(self, ctx)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Names of commands out of the table: no module is loaded for them."""
        item = import_module("typer.core").CompletionItem
        known = [one for one in LISTED if one.name.startswith(incomplete)]
        names = [item(one.name, help=one.summary) for one in known]
        return [*names, *super(TyperGroup, self).shell_complete(ctx, incomplete)]


def _of_module(module: str) -> dict[str, Any]:
    """The commands that a module registers, each of which tells the log what it was given."""
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    import_module(f"kbbx_xl.cli.{module}").register(app)
    watch(app)
    app.callback()(_group)
    for info in app.registered_commands:
        info.cls = OurCommand
    made: dict[str, Any] = dict(vars(typer.main.get_command(app))["commands"])
    for one in LISTED:
        if one.module == module:
            command = made[one.name]
            command.help = f"{one.summary}\n\n{inspect.cleandoc(command.help or '')}"
            command.short_help = one.summary
    return made


def _group() -> None:
    """Makes a group also of one command."""


def titles() -> dict[str, str]:
    """Name -> what every command is called in Chinese."""
    return {one.name: one.title for one in LISTED}
