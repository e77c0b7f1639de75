"""The commands of the ribbon tab 控辍保学: what each is called and where its button is enabled.

The ribbon XML draws the buttons, the add-in's sheet ``kbbx.commands`` carries this table to VBA, and
``main.HANDLERS`` says what each does; a test fails when any two of them disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

from kbbx_xl.model import MASKED_FORM

REGISTRATION, MONTHLY = "registration", "monthly"  # form ids, as the stamp of a workbook says them
RESPONSIBILITY, DIRECTORY, SUMMARY = "responsibility", "directory", "summary"
OTHER, NONE = "other", "none"  # a workbook without our stamp; no workbook open at all

SCHOOL_BOOKS = (REGISTRATION, MONTHLY, RESPONSIBILITY)
ANY_BOOK = (*SCHOOL_BOOKS, DIRECTORY, SUMMARY, OTHER, MASKED_FORM)
ALWAYS = (*ANY_BOOK, NONE)


@dataclass(frozen=True, slots=True)
class Command:
    """One button: control id, Chinese label, group of the tab, kinds of workbook it works on."""

    id: str
    title: str
    group: str
    forms: tuple[str, ...]


FILL, GATHER, CASES, SEND, TOOLS = "填报", "汇总", "个案", "报送", "工具"
LETTER = "letter_"  # ids of the letters: letter_<kind>

COUNTY_BOOKS = (DIRECTORY, SUMMARY, NONE)
LETTERS: tuple[Command, ...] = (
    Command(f"{LETTER}visit", "学生辍学家访记录单", CASES, (REGISTRATION,)),
    Command(f"{LETTER}persuade", "劝返复学通知书", CASES, (REGISTRATION,)),
    Command(f"{LETTER}report", "学生辍学报告书", CASES, (REGISTRATION,)),
    Command(f"{LETTER}order", "限期复学通知书", CASES, (REGISTRATION,)),
    Command(f"{LETTER}penalty", "行政处罚告知书（草案）", CASES, (REGISTRATION,)),
    Command(f"{LETTER}defer", "延缓入学（休学）申请书", CASES, (REGISTRATION,)),
    Command(f"{LETTER}enrol", "入学（复学）通知书", CASES, (REGISTRATION,)),
    Command(f"{LETTER}away", "非户籍地辍学学生情况通报", CASES, (REGISTRATION,)),
    Command(f"{LETTER}elsewhere", "异地就读证明", CASES, (REGISTRATION,)),
    Command(f"{LETTER}register", "学籍转接联系函", CASES, (REGISTRATION,)),
    Command(f"{LETTER}transfer", "及时办理学生转学的告知函", CASES, (REGISTRATION,)),
    Command(f"{LETTER}inquiry", "控辍保学协查函", CASES, (REGISTRATION,)),
    Command(f"{LETTER}leave", "学生假条", CASES, (REGISTRATION,)),
    Command(f"{LETTER}duty_town", "镇级网格长目标责任书", CASES, (RESPONSIBILITY,)),
    Command(f"{LETTER}duty_village", "村（社区）级网格长目标责任书", CASES, (RESPONSIBILITY,)),
    Command(f"{LETTER}duty_school", "校级网格长目标责任书", CASES, (RESPONSIBILITY,)),
    Command(f"{LETTER}duty_class", "班级网格长目标责任书", CASES, (RESPONSIBILITY,)),
    Command(f"{LETTER}bulletin", "控辍保学工作情况通报", CASES, COUNTY_BOOKS),
    Command(f"{LETTER}summary", "控辍保学工作情况报告", CASES, COUNTY_BOOKS),
)

COMMANDS: tuple[Command, ...] = (
    Command("check", "校验本表", FILL, (*SCHOOL_BOOKS, DIRECTORY, OTHER)),
    Command("flag", "标记缺勤预警", FILL, (REGISTRATION, OTHER)),
    Command("report", "生成本月月报", FILL, (REGISTRATION,)),
    Command("zero", "零报告", FILL, (REGISTRATION, MONTHLY)),
    Command("print", "打印登记表", FILL, (REGISTRATION,)),
    Command("carry", "结转下月", FILL, (REGISTRATION, MONTHLY)),
    Command("gather", "汇总各校", GATHER, ALWAYS),
    Command("county", "一键汇总全县", GATHER, ALWAYS),
    Command("progress", "报送进度", GATHER, ALWAYS),
    Command("explain", "追溯此数", GATHER, (SUMMARY,)),
    Command("todo", "待办", CASES, (*SCHOOL_BOOKS, *COUNTY_BOOKS)),
    Command("assign", "交办单", CASES, (REGISTRATION, *COUNTY_BOOKS)),
    Command("history", "个案经过", CASES, (REGISTRATION, OTHER)),
    Command("evidence", "佐证清单", CASES, (REGISTRATION, *COUNTY_BOOKS)),
    *LETTERS,
    Command("match", "人籍比对", CASES, (REGISTRATION, OTHER)),
    Command("movement", "学籍流动", CASES, COUNTY_BOOKS),
    Command("upward", "生成上报件", SEND, (DIRECTORY, SUMMARY, OTHER, NONE)),
    Command("mask", "脱敏导出", SEND, ANY_BOOK),
    Command("seal", "加密", SEND, ANY_BOOK),
    Command("unseal", "解密", SEND, ALWAYS),
    Command("policy", "政策与校历", TOOLS, (REGISTRATION, DIRECTORY, SUMMARY)),
    Command("clear", "清除标记", TOOLS, (*SCHOOL_BOOKS, DIRECTORY, SUMMARY, OTHER)),
    Command("help", "帮助", TOOLS, ALWAYS),
    Command("doctor", "自检", TOOLS, ALWAYS),
)
