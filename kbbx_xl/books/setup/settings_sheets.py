"""The sheets of the settings workbook (设置.xlsx)."""

from __future__ import annotations

from kbbx_xl.books.setup import words
from kbbx_xl.books.setup.columns import Ask, Column, Sheet
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.policies import all_policies

SETTINGS_FORM, SETTINGS_VERSION = "setup", "1"
BASICS = "开县设置"
STAGES = {word: word for word in load_lists()["unit_stage"].values}
DAY_KINDS = {word: word for word in ("上课", "休息")}


def policy_words() -> dict[str, str]:
    """Profile -> how the drop-down calls it: tanghe 唐河县."""
    return {one.profile: f"{one.profile} {one.title}" for one in all_policies()}


LINES = (
    Column("county", "县（市、区）名称", Ask.TEXT, required=True, hint="如：青禾县。"),
    Column("bureau", "教体局名称", Ask.TEXT, required=True, hint="写全称，与公章一致，如：青禾县教育和体育局。"),
    Column("code", "教体局编码", Ask.TEXT, required=True, hint="6 位行政区划代码，如 520000；没有编码的单位在它后面接着编号。"),
    Column("policy", "政策方案", Ask.WORD, words=policy_words(), required=True, hint="从下拉列表中选最接近本县文件的一个；门槛不同的，填“本县标准”。"),
    Column("month", "报告月份", Ask.MONTH, required=True, hint="第一次报送的月份，写成 2026-10。"),
    Column("start", "开学日期", Ask.DATE, required=True, hint="本学期学生到校上课的第一天。"),
    Column("end", "放假日期", Ask.DATE, required=True, hint="本学期学生放假前的最后一天。"),
    Column("earlier_start", "上学期开学日期", Ask.DATE, hint="第二学期才填。"),
    Column("earlier_end", "上学期放假日期", Ask.DATE, hint="第二学期才填。"),
    Column("reporter", "教体局填报人", Ask.TEXT, hint="可以空着。"),
    Column("phone", "教体局联系电话", Ask.TEXT, hint="可以空着。"),
)  # fmt: skip
OWN = Sheet(
    "本县标准", "own", "本县标准：本县文件写的缺勤天数，与所选方案不同的才填",
    "一步一行，全与所选方案一样的就空着。数是 0.5 的倍数；连续、累计分开填。“本县依据”必填：本县文件的名称和条款。方案里没有这一步的，还要填步骤名称、由谁做、做什么。",
    "step",
    (
        Column("step", "步骤", Ask.WORD, 16, words.STEPS, required=True),
        Column("measure", "量法", Ask.WORD, 8, words.MEASURES, hint="空着就是连续。"),
        Column("operator", "条件", Ask.WORD, 8, words.THRESHOLDS, hint="空着就是达到。"),
        Column("value", "数", Ask.AMOUNT, 8, required=True),
        Column("unit", "单位", Ask.WORD, 12, words.DAYS, required=True),
        Column("source", "本县依据", Ask.TEXT, 36, required=True, hint="如：青教体〔2026〕3号第二条。"),
        Column("title", "步骤名称", Ask.TEXT, 16),
        Column("actor", "由谁做", Ask.TEXT, 14),
        Column("action", "做什么", Ask.TEXT, 36),
    ),
    spare=7,
)  # fmt: skip
UNITS = Sheet(
    "单位", "units", "单位：中心校、县直学校、学校各一行",
    "单位名称写全称，与公章一致。学校的上级单位填它的中心校；中心校和县直学校可以空着，就是教体局。层级空着由程序判断，编码空着由程序编。可以从已有的名单复制，粘贴时选“只粘贴文本”。教体局不用写。",
    "name",
    (
        Column("code", "单位编码", Ask.TEXT, 16, hint="学校（机构）标识码；没有的空着。"),
        Column("name", "单位名称", Ask.TEXT, 30, required=True),
        Column("parent", "上级单位", Ask.TEXT, 28, hint="学校填它的中心校，与本表里的写法相同。"),
        Column("level", "层级", Ask.WORD, 12, words.levels()),
        Column("stage", "学段", Ask.WORD, 16, STAGES),
        Column("reporter", "填报人", Ask.TEXT, 12),
        Column("phone", "联系电话", Ask.TEXT, 15),
    ),
    spare=400,
)  # fmt: skip
VILLAGES = Sheet(
    "村校分包", "villages", "村校分包：一个村（社区）一所学校",
    "可以先空着，以后填在“单位目录”里。填了，村级网格有没有人管就按它核对，学校的责任人名单里也先写好。",
    "village",
    (
        Column("town", "乡镇", Ask.TEXT, 22),
        Column("village", "行政村", Ask.TEXT, 28, required=True),
        Column("school", "服务学校", Ask.TEXT, 34, required=True, hint="填“单位”表里的学校名称。"),
    ),
    spare=400,
)  # fmt: skip
DAYS = Sheet(
    "校历", "days", "校历：与国家规定不同的日子",
    "国家法定节假日和调休程序里已有（2004—2026 年），不用写。只写本县停课、补课、农忙假的日子，一天一行；只适用个别学校的写校名。",
    "date",
    (
        Column("date", "日期", Ask.DATE, 16, required=True),
        Column("kind", "上课/休息", Ask.WORD, 14, DAY_KINDS, required=True),
        Column("school", "适用学校", Ask.TEXT, 30, hint="空着就是全县；几所学校用顿号隔开。"),
        Column("note", "说明", Ask.TEXT, 36),
    ),
    spare=60,
)  # fmt: skip
SHEETS = (OWN, UNITS, VILLAGES, DAYS)
