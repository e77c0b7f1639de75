"""Lines around a table: titles, 填报单位, 填表人, 说明, 合计, 零报告, and what they tell of the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kbbx_xl.model import Period
from kbbx_xl.rules.cells import compact, text_of
from kbbx_xl.rules.dates import parse_date, parse_month

UNIT, MONTH, CLASS, LEVEL = "单位", "月份", "班级", "级别"
TITLE, FILLED_ON, REPORTER, REVIEWER = "标题", "填报日期", "填报人", "审核人"

_LABELS = {
    UNIT: "填报单位|填表单位|报送单位|上报单位|报告单位|制表单位|单位名称|学校名称|填报学校|所在学校|学校|校名|单位",
    MONTH: "报告月份|统计月份|填报月份|报表月份|考勤月份|所属月份|报告期|统计时段|月份|月度",
    CLASS: "所在班级|年级班级|班级名称|班级|班别|年级、班级",
    FILLED_ON: "填报日期|填报时间|填表日期|填表时间|上报日期|上报时间|报送日期|报送时间|制表日期|制表时间|统计日期|日期|时间",
    REPORTER: "填报人|填表人|制表人|造册人|统计人|统计员|经办人|报告人|上报人|录入人",
    REVIEWER: "审核人|复核人|审核|复核|审批人|校核人",
    "班主任": "班主任",
    "负责人": "单位负责人|学校负责人|主要负责人|分管领导|分管校长|主管领导|负责人|校长",
    "联系电话": "联系电话|联系方式|电话|手机",
    "说明": "填表说明|填写说明|符号说明|标记说明|考勤符号|考勤标记|图例|符号|说明|备注|注释|附注|注",
}
_SIGNED = "学生签字|家长签字|学生|家长|监护人|学校|单位|签字|签名|盖章|公章|村委会|乡镇|镇政府"
_NAMED = {label: name for name, labels in _LABELS.items() for label in labels.split("|")}
_BY_LENGTH = sorted(_NAMED, key=len, reverse=True)
_LABEL = re.compile(rf"({'|'.join(_BY_LENGTH)})\s*(?:\([^)]{{0,8}}\))?\s*:")
_LABEL_LINE = re.compile(
    rf"\(?(?:{'|'.join([*_BY_LENGTH, *_SIGNED.split('|')])})\s*(?:\([^)]{{0,8}}\))?\s*:"
)
_NOTE_LINE = re.compile(
    r"(?:填表说明|填写说明|说明|备注|附注|注)\s*[:;.、]?\s*(?:$|\d|[一二三(①])"
    r"|\d{1,2}[.、．)]\s*\D.{5,}|[一二三四五六七八九]、.{4,}|\*|※"
)
_PERSON_NUMBER = re.compile(r"[GLJ]?\d{14,18}[\dX]?", re.IGNORECASE)
_LONE_DATE = re.compile(
    r"(?:\d{4}|[〇零一二三四五六七八九]{4})?\s*年\s*\w{0,2}\s*月\s*\w{0,3}\s*日?|\((?:盖章|公章|签章)\)"
)
_TOTAL = re.compile(r"\(?\D{0,8}(?:合计|总计|小计|共计|累计|总数)(?:人数|数)?\)?:?")
_ZERO_WORD = re.compile(r"无|没有|暂无|零|0|/+|\\|[-—–]+|×")
_ZERO = re.compile(
    r"无|没有|暂无|.{0,24}(?:零报告|0报告|零上报|〇报告).{0,8}"
    r"|(?:.{0,12}(?:本月|本校|我校|本单位|本学期|目前|现))?暂?(?:没有|无)此?.{0,16}"
    r"(?:学生|情况|人员|现象|对象|儿童|少年|辍学|缺勤|缺课|人|名单)[。.]?"
)
_MONTH_TEXT = re.compile(
    r"(20\d\d)\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月份?|(?=[)\s]|$))(?!\s*\d{1,2}\s*[日号])"
)
_BARE_MONTH = re.compile(
    r"(?<![\d年./-])(\d{1,2}|[一二三四五六七八九十]{1,2})\s*月(?:份)?(?!\s*\d)"
)
_FULL_DATE = re.compile(r"20\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?")
_SEAL = re.compile(r"\((?:盖章|公章|签章|章|加盖公章|盖公章)\)|_+")
_TITLE_STOP = re.compile(
    r"\(|\"|“|20\d\d|\d{1,2}月|[一二三四五六七八九十]{1,2}月|疑似|辍学|控辍|学生|学籍|适龄|应接受|义务教育|网格|责任人|责任制"
    r"|考勤|点名|缺勤|缺课|旷课|劝返|送教|月报|报表|汇总|统计|登记|台账|名册|花名|春季|秋季|[春秋]期|第[一二]学期|[上下]学期"
    r"|[一二三四五六七八九](?:年级|\(|[一二三四五六七八九十\d]+班)|关于|零报告|基本信息|信息|各班|全校|教师|未接受|六项"
)
_UNIT_END = re.compile(
    r"(?:小学|中学|学校|教学点|教学班|中心校|中心学校|校区|分校|学区|[一二三四五六七八九十]中|[一二三四五六]小|附中|附小|完小|幼儿园"
    r"|教体局|教育局|体育局|教育和体育局|教科局|教育科技局|书院|学堂)(?:\([^)]*\))?$"
)
_LEVEL = re.compile(
    r"(县|乡镇|镇|乡|街道|村|社区|学校|校|班)级?(?=网格)|(县|乡镇|镇|乡|村|校)级|(班级)(?:网格|$)"
)
_LEVEL_NAMES = {
    "乡镇": "镇级",
    "乡": "镇级",
    "街道": "镇级",
    "社区": "村级",
    "学校": "校级",
    "班级": "班级",
    "班": "班级",
}


def filled(row: Sequence[object]) -> list[tuple[int, object]]:
    """Column and value of the cells of a row that hold anything but white space."""
    return [
        (column, cell)
        for column, cell in enumerate(row)
        if cell != "" and not (isinstance(cell, str) and not cell.strip())
    ]


def is_label_line(text: str) -> bool:
    """填表人：…, 审核人：…, 说明：…, a lone date or seal: a line about the sheet, not a record."""
    plain = text_of(text)
    return bool((":" in plain and _LABEL_LINE.match(plain)) or _NOTE_LINE.match(plain))


def is_lone_date(text: str) -> bool:
    """The date or seal that closes a sheet: 2026年10月20日, 年　月　日, （盖章）."""
    return bool(_LONE_DATE.fullmatch(text_of(text)))


def is_person_number(text: str) -> bool:
    """Whether a text is as long as an id or student number, right or wrong: data of a person."""
    return _PERSON_NUMBER.fullmatch(text) is not None


def is_total(text: str) -> bool:
    """合计, 小学小计, 总计: …"""
    return bool(_TOTAL.fullmatch(compact(text).replace(" ", "")))


def is_zero_report(text: str) -> bool:
    """无, 零报告, 本月无疑似辍学学生."""
    return bool(_ZERO.fullmatch(compact(text)))


def is_nothing(value: object) -> bool:
    """A cell that only says there is nothing: 无, /, —."""
    return bool(_ZERO_WORD.fullmatch(compact(value))) or is_zero_report(text_of(value))


def is_heading(row: Sequence[object]) -> bool:
    """A blank line, a lone text or a line of labels, as they stand above a table."""
    cells = filled(row)
    if not cells:
        return True
    first = cells[0][1]
    if not isinstance(first, str):
        return False
    if len(cells) == 1:
        return not text_of(first).isdigit()
    words = sum(not is_label_line(text_of(value)) for _, value in cells[1:])
    few = 2 if _NOTE_LINE.match(text_of(first)) else 3  # a numbered remark stands alone
    return is_label_line(first) and words < few


def grid_level(text: str) -> str:
    """镇级, 村级, 校级, 班级 or 县级 as a heading names it, else ""."""
    found = _LEVEL.search(compact(text))
    word = next((group for group in found.groups() if group), "") if found else ""
    return _LEVEL_NAMES.get(word, f"{word}级" if word else "")


def meta_of(rows: Iterable[Sequence[object]], period: Period) -> dict[str, str]:
    """What the lines around a table say: 单位, 月份 (YYYY-MM), 班级, 填报日期, 标题, 填报人, 审核人...

    Labels win over the title.  A month without a year lies in the school year of ``period``.
    """
    meta: dict[str, str] = {}
    free: list[str] = []
    for row in rows:
        cells = [text_of(cell) for _, cell in filled(row)]
        for index, text in enumerate(cells):
            following = cells[index + 1] if index + 1 < len(cells) else ""
            free += _take_labels(text, following, meta)
    titles = [text for text in free if len(text) > 3 and not _FULL_DATE.fullmatch(text)]
    if titles:
        meta.setdefault(TITLE, titles[0])
    _take_title(meta, free, period)
    return {key: value for key, value in meta.items() if value}


def _take_labels(text: str, following: str, meta: dict[str, str]) -> list[str]:
    """Fill ``meta`` from the labels in one cell; returns what is no label."""
    marks = list(_LABEL.finditer(text)) if ":" in text else []
    if not marks:
        return [text]
    free = [text[: marks[0].start()].strip()]
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        value = text[mark.end() : after.start() if after else len(text)].strip()
        value, *others = re.split(r"\s{2,}|\n|\s(?=20\d\d\s*年)", value)
        if not value and after is None and not _LABEL_LINE.match(following):
            value = following
        meta.setdefault(_NAMED[mark[1]], _SEAL.sub("", value).strip())
        free += others
    return free


def _take_title(meta: dict[str, str], free: Sequence[str], period: Period) -> None:
    month = parse_month(meta.get(MONTH, ""), period)
    month = month or next((m for text in free if (m := month_in(text))), None)
    month = month or next((m for text in free if (m := _bare_month(text, period))), None)
    meta[MONTH] = str(month) if month else ""
    filled_on = parse_date(meta.get(FILLED_ON, ""), period)
    dates = (parse_date(found[0]) for text in free if (found := _FULL_DATE.search(text)))
    filled_on = filled_on or next((day for day in dates if day), None)
    meta[FILLED_ON] = filled_on.isoformat() if filled_on else ""
    unit = compact(meta.get(UNIT, ""))
    meta[UNIT] = unit or next((u for text in free if (u := unit_in(text))), "")
    meta[CLASS] = compact(meta.get(CLASS, ""))


def month_in(text: str) -> Period | None:
    """The month written in a title with its year: 2026年10月, (2026.10); not a full date."""
    for found in _MONTH_TEXT.finditer(text_of(text)):
        if month := parse_month(f"{found[1]}-{found[2]}"):
            return month
    return None


def _bare_month(text: str, period: Period) -> Period | None:
    found = _BARE_MONTH.search(_FULL_DATE.sub("", text))
    return parse_month(f"{found[1]}月", period) if found else None


def unit_in(title: str) -> str:
    """The unit a title begins with: 双河镇初级中学2026年10月…月报表 -> 双河镇初级中学; else ""."""
    text = re.sub(
        r"^(?:附件?\d*[:.]?|20\d\d[-—]?(?:20\d\d)?学?年?度?(?:\d{1,2}月)?(?:份)?)",
        "",
        compact(title),
    )
    if stop := _TITLE_STOP.search(text):
        text = text[: stop.start()]
    return text if len(text) > 2 and _UNIT_END.search(text) else ""
