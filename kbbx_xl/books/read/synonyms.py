"""Headings that say the same in other words (同义表头): tried where no title or alias fits.

A heading is a phrase of few parts, and schools exchange the parts: 缺勤|旷课|未到校, 开始|起始,
日期|时间, 返校|到校|回校.  With one word for each part, 旷课开始时间 and 缺勤起始日期 are the same
heading.  Where two fields of a sheet reduce to the same phrase, neither is known by it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

_PARTS = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"^(?:共计?|合计)(?=.)|\([^()]*\)|学生(?!人?数)|该生|适龄儿童(?:少年)?", ""),
        (
            r"(?<!在)(?:目前|当前|所在|现所|就读|具体|实际|详细|正式)|(?<![再重出])现(?=[住居去])",
            "",
        ),
        (r"未到校|未到|缺课|旷课|缺席|没到校", "缺勤"),
        (r"回校|到校|复课|返回学校|回到学校", "返校"),
        (r"起始|开始|始于|起于|(?<=勤)起(?!因)", ""),
        (r"截止|截至|结束|终止", "截止"),
        (r"时间|日期|年月日|时点", "日期"),
        (r"教学日数|上课日数|学习日数|日数|天数", "天数"),
        (r"居民|公民", ""),
        (r"身份证件|身份证明|身份证|证件", "身份证"),
        (r"号码|编号", "号"),
        (r"(?:联系|移动)?(?:电话|手机)号?|联系方式", "电话"),
        (r"住址|居住地址?|地址|住所", "住址"),
        (r"类型|种类|性质|类别|情况|结果|状态", "类别"),
        (r"流失|失学", "辍学"),
        (r"(?<=月)底|(?<=期)终", "末"),
        (r"在校学生数|在校生数|在校人数|实有人数|学生人数|学生数|生数|实有数|总人数", "人数"),
        (r"期初|月初", "上月末"),
        (r"期末|(?<!本)(?<!上)月末", "本月末"),
        (r"(?<=[本上]月)末?(?=人数)", "末"),
        (r"(?:责任|负责|联系|帮扶)?(?:教师|老师|干部|责任人|负责人|联系人|人员)", "责任人"),
        (r"姓名|名字|名称", "名"),
        (r"本月(?!末)|本次", ""),
        (r"(?<=[入出学疑返读])人数|(?<=上门)人数", ""),
    )
)


@functools.lru_cache(maxsize=8192)
def reduced(key: str) -> str:
    """A heading key with every part put into one word: 旷课开始时间 -> 缺勤日期."""
    for pattern, word in _PARTS:
        key = pattern.sub(word, key)
    return key


def reduced_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """Reduced heading -> field, for the headings that reduce to one field only."""
    claims: dict[str, set[str]] = {}
    for key, name in fields.items():
        if short := reduced(key):
            claims.setdefault(short, set()).add(name)
    return {key: names.pop() for key, names in claims.items() if len(names) == 1}
