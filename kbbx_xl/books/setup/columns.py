"""The sheets of the policy workbook (政策.xlsx): which column holds what of the YAML, and how it is asked."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kbbx_xl.books.setup import words
from kbbx_xl.settings.policies import load_parameters

FORM, VERSION = "policy", "1"  # as the stamp of the workbook says
SOURCE_HINT = "写原文件的条款编号（如 TH-28）；本县自己加的一行写“本县”。"
OWN_HINT = "与原方案不同的一行必填：本县文件的名称和条款。"


class Ask(StrEnum):
    """What may stand in a cell."""

    TEXT = "text"
    AMOUNT = "amount"  # 0, 0.5, 1 …; or nothing, or 文件没有写
    NUMBER = "number"  # any number from 0 on
    WHOLE = "whole"
    WORD = "word"  # one of a drop-down
    LIST = "list"  # texts, 、 between them
    NUMBERS = "numbers"  # whole numbers, 、 between them
    YES = "yes"  # 是 or 否
    DATE = "date"
    MONTH = "month"  # 2026-10
    FIXED = "fixed"  # written by the program, locked


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``path`` into the row's mapping (threshold.value), title, what it takes.

    ``usual``: the YAML's default where the cell is blank, for YES; ``low``–``high`` bound a WHOLE.
    """

    path: str
    title: str
    ask: Ask = Ask.TEXT
    width: float = 12
    words: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    hint: str = ""
    usual: bool = False
    low: int = 0
    high: int = 999


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a table whose rows are the entries of ``room`` in the YAML.

    ``spare``: blank rows for the county's own; ``key``: path of the column that tells rows apart.
    """

    name: str
    room: str
    title: str
    hint: str
    key: str
    columns: tuple[Column, ...]
    spare: int = 0


STATE = Column("@state", "用不用", Ask.WORD, 8, {words.IN_USE: words.IN_USE, words.OFF: words.OFF}, hint="本县不用原方案的这一行时选“停用”，并写本县依据；不要删行。")  # fmt: skip
BASE = Column("@base", "原方案", Ask.FIXED, 24)
OWN = Column("@own", "本县依据", Ask.TEXT, 28, hint=OWN_HINT)
SOURCE = Column("source", "依据", Ask.TEXT, 11, required=True, hint=SOURCE_HINT)
SOURCES = Column("source", "依据", Ask.LIST, 16, hint=SOURCE_HINT)
ALSO = Column("also", "另见", Ask.LIST, 14, hint="其他有关条款，用顿号隔开。")
WORDING = Column("wording", "原文怎么写", Ask.TEXT, 28)
TO = Column("to", "报给（送达）谁", Ask.LIST, 20, hint="几个用顿号隔开。")


def _amount(path: str, title: str, hint: str = "", *, required: bool = False) -> tuple[Column, ...]:
    """Condition, number and unit of a threshold."""
    return (
        Column(f"{path}.operator", f"{title}：条件", Ask.WORD, 8, words.THRESHOLDS),
        Column(f"{path}.value", f"{title}：数", Ask.AMOUNT, 12, hint=hint, required=required),
        Column(f"{path}.unit", f"{title}：单位", Ask.WORD, 11, words.DAYS, required=required),
    )


LADDER = Sheet(
    "缺勤阶梯", "steps", "缺勤阶梯：缺勤到多少天，谁做什么",
    "改“到线”三栏就是改门槛，数可以是 0.5 的倍数；连续、累计是两种量法，分开填。改了的一行，在“本县依据”写本县文件和条款。",
    "step",
    (
        STATE,
        Column("step", "步骤", Ask.WORD, 14, words.STEPS, required=True),
        Column("title", "步骤名称", Ask.TEXT, 14, required=True),
        Column("measure", "量法", Ask.WORD, 7, words.MEASURES, hint="连续：不间断的缺勤；累计：加在一起的缺勤。空着就是连续。"),
        *_amount("threshold", "到线", "填 0.5 的倍数。", required=True),
        BASE,
        Column("actor", "由谁做", Ask.TEXT, 12, required=True),
        Column("action", "做什么", Ask.TEXT, 32, required=True),
        *_amount("within", "时限", "到线后多久以内办完；没有写的，当天。"),
        Column("report_to", "报给谁", Ask.TEXT, 14),
        Column("document", "文书", Ask.TEXT, 16),
        Column("after", "从哪一步算起", Ask.WORD, 14, words.STEPS),
        WORDING, SOURCE, ALSO, OWN,
    ),
    spare=6,
)  # fmt: skip
LEGAL = Sheet(
    "四步法与期限", "legal", "四步法与期限：劝返无效以后",
    "宣传教育、责令改正、行政处罚、起诉或申请强制执行，按这个次序各最多一行；“书面报告”是学校报告一名学生的要求。文件没有写次数、期限的，不提示、不催办。",
    "step",
    (
        STATE,
        Column("step", "步骤", Ask.WORD, 18, words.LEGAL, required=True),
        Column("actor", "由谁做", Ask.TEXT, 14),
        Column("action", "做什么", Ask.TEXT, 34, required=True),
        Column("document", "文书", Ask.TEXT, 16),
        TO,
        Column("after_visits", "几次劝返无效后", Ask.WHOLE, 12, low=1, high=99),
        Column("after_joint", "几次联合劝返无效后", Ask.WHOLE, 12, low=1, high=99),
        *_amount("within", "时限", "从上一步文书送达算起。"),
        BASE,
        Column("categories", "只用于哪几类", Ask.LIST, 12, hint="佐证类别 A—M，用顿号隔开；空着就是各类都用。"),
        Column("by_visit", "家访就算这一步", Ask.YES, 9, usual=True, hint="只对“宣传教育”有意义。"),
        Column("alone", "可以单独走", Ask.YES, 9, hint="文件没有写在它之前的步骤时选“是”。"),
        Column("after_persuasion", "劝返过才报告", Ask.YES, 9, hint="只对“书面报告”有意义。"),
        WORDING, SOURCE, ALSO, OWN,
    ),
    spare=4,
)  # fmt: skip
LEAVE = Sheet(
    "请假", "leave", "请假：几天以上由谁批",
    "一级审批一行，从低到高。没有写天数的，是不分天数都要批。",
    "approver",
    (
        STATE,
        Column("approver", "由谁批", Ask.TEXT, 14, required=True),
        *_amount("threshold", "请假", "填 0.5 的倍数。"),
        BASE,
        Column("wording", "原文怎么写", Ask.TEXT, 40, required=True),
        SOURCE, OWN,
    ),
    spare=6,
)  # fmt: skip
DUTIES = Sheet(
    "日常工作", "duties", "日常工作：哪一级、什么时候、做什么",
    "一项工作一行，待办和开工清单由它生成。什么时候只写一种：哪一天、哪些日期、开学后多久、开学前、放假前或哪几个月；都不写，就是周期末，并写明“文件没有写哪一天”。",
    "duty",
    (
        STATE,
        Column("duty", "编号", Ask.TEXT, 14, hint="英文小写字母、数字和下划线；自己加的一行可以空着，由程序编。"),
        Column("title", "做什么", Ask.TEXT, 30, required=True),
        Column("levels", "哪一级做", Ask.LIST, 18, words.levels(), required=True, hint="学校、县直学校、中心校、县；几级用顿号隔开。"),
        Column("every", "多久一次", Ask.WORD, 9, words.EVERY, required=True),
        Column("day", "每月哪一天", Ask.WHOLE, 10, low=1, high=31),
        Column("dates", "哪些日期", Ask.LIST, 13, hint="写成 04-30；只做一次的写成 2026-04-30；几个用顿号隔开。"),
        *_amount("after_start", "开学后"),
        *_amount("from_start", "开学后起", "时间段的开头，要同时写“开学后”。"),
        Column("before_start", "开学前", Ask.YES, 8),
        Column("before_end", "放假前", Ask.YES, 8),
        Column("months", "哪几个月", Ask.NUMBERS, 10, hint="如 3、9。", low=1, high=12),
        BASE,
        Column("times", "每期几次", Ask.WHOLE, 8, low=1, high=99),
        Column("period_stated", "文件写了周期", Ask.YES, 9, usual=True, hint="文件只写“定期”的选“否”。"),
        TO,
        Column("work", "由哪种工作记录证明", Ask.WORD, 14, words.works()),
        Column("paper", "由哪种材料证明", Ask.WORD, 14, words.KINDS),
        WORDING, SOURCE, ALSO, OWN,
    ),
    spare=8,
)  # fmt: skip
PARAMETERS = Sheet(
    "文件要点", "parameters", "文件要点：文件对每一点怎么说",
    "每一点一行，不增不删。文件没有写的，“文件怎么说”填“文件没有写”，其他栏空着；不要估一个数。",
    "@key",
    (
        Column("@key", "编号", Ask.FIXED, 20),
        Column("@title", "要点", Ask.FIXED, 26),
        Column("value", "文件怎么说", Ask.TEXT, 46, required=True),
        Column("operator", "条件", Ask.WORD, 8, words.TARGETS),
        Column("number", "数", Ask.NUMBER, 9),
        Column("unit", "单位", Ask.WORD, 12, words.UNITS),
        SOURCES,
        Column("note", "说明", Ask.TEXT, 26),
        BASE, OWN,
    ),
)  # fmt: skip
TARGETS = Sheet(
    "指标目标", "targets", "指标目标：文件要求达到多少",
    "一个指标一行，汇总时与实际比较。",
    "@key",
    (
        STATE,
        Column("@key", "指标", Ask.WORD, 26, words.indicators(), required=True),
        Column("value", "文件怎么说", Ask.TEXT, 30, required=True),
        Column("operator", "条件", Ask.WORD, 9, words.TARGETS, required=True),
        Column("number", "数", Ask.NUMBER, 9, required=True),
        Column("unit", "单位", Ask.WORD, 12, words.UNITS, required=True),
        SOURCES,
        Column("note", "说明", Ask.TEXT, 26),
        BASE, OWN,
    ),
    spare=6,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One row of 其他: where its value stands in the YAML, and the column that says what it takes."""

    item: str  # of own_policy.items that it belongs to; "" for what needs no ground
    column: Column


OTHER = "其他"
LINES = (
    Line("", Column("base", "基础方案", Ask.FIXED)),
    Line("", Column("short", "条款编号的开头", Ask.FIXED)),
    Line("", Column("profile", "方案代号", Ask.TEXT, required=True, hint="英文小写字母、数字和连字符；改了门槛的方案，不能用原方案的代号。")),
    Line("", Column("title", "方案名称", Ask.TEXT, required=True)),
    Line("", Column("document", "执行文件", Ask.TEXT, required=True, hint="文件的全称和文号，会印在汇总和文书里。")),
    Line("", Column("level", "文件的层级", Ask.TEXT, required=True)),
    Line("age_low", Column("age_low", "登记年龄：从几岁", Ask.WHOLE, low=0, high=20)),
    Line("age_high", Column("age_high", "登记年龄：到几岁", Ask.WHOLE, low=0, high=20)),
    Line("monthly", Column("monthly.recipient", "月报报给“文件要点”里的报送对象", Ask.YES)),
    Line("monthly", Column("monthly.signoff", "月报按“文件要点”里的盖章签字", Ask.YES)),
    Line("monthly", Column("monthly.source", "月报的依据", Ask.LIST, hint=SOURCE_HINT)),
    Line("counting", Column("counting.leave_breaks_run", "请假打断连续旷课", Ask.YES, usual=True)),
    Line("counting", Column("counting.half_days_stand_alone", "旷课半天单独计", Ask.YES, usual=True)),
    Line("counting", Column("counting.unstated_day", "只写“天”的，按哪种天计", Ask.WORD, words=words.DAYS, required=True)),
    Line("counting", Column("counting.kinds", "计入旷课的类别", Ask.LIST, required=True)),
)  # fmt: skip

TABLES = (LADDER, LEGAL, LEAVE, DUTIES, PARAMETERS, TARGETS)


@functools.cache
def parameter_titles() -> Mapping[str, str]:
    """Key of config/parameters.yaml -> its Chinese title."""
    return {one.key: one.title for one in load_parameters()}
