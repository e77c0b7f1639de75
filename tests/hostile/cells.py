"""Cells that are legal and easily misread, and sheets of hostile extent."""

from __future__ import annotations

import re

from tests.hostile.kinds import ANY, FINDING, REFUSED, UNCHANGED, hostile
from tests.hostile.package import (
    HEADER_ROW,
    NAME,
    SHEET,
    STRINGS,
    Parts,
    Record,
    bent,
    book_parts,
    changed,
    inline,
    pack,
    pupils,
    roster,
    with_cell,
)

ROW = HEADER_ROW + 2  # the second pupil
FAR = "太远|过大|太大|超出|损坏|太多|区域"
ERRORS = {
    "na": "#N/A",
    "div": "#DIV/0!",
    "value": "#VALUE!",
    "ref": "#REF!",
    "name": "#NAME?",
    "num": "#NUM!",
    "null": "#NULL!",
    "data": "#GETTING_DATA",
    "spill": "#SPILL!",
    "calc": "#CALC!",
    "field": "#FIELD!",
    "unknown": "#坏了!",
}


def _second(**values: str) -> list[Record]:
    """The truth when the second pupil has other values."""
    rows = pupils()
    rows[1] = {**rows[1], **values}
    return rows


for _slug, _error in ERRORS.items():

    @hostile(
        f"error-{_slug}",
        f"错误单元格 {_error}",
        "an error looks like a blank",
        (FINDING, REFUSED),
        cause="错误值",
    )
    def error(text: str = _error) -> bytes:
        return pack(with_cell(f"E{ROW}", f'<c r="E{ROW}" t="e"><v>{text}</v></c>'))


@hostile(
    "error-no-address",
    "没有地址的错误单元格",
    "an error looks like a blank",
    (FINDING, REFUSED),
    cause="错误值|损坏",
    truth=None,
)
def error_bare() -> bytes:
    return pack(with_cell(f"E{ROW}", '<c t="e"><v>#N/A</v></c>'))


@hostile(
    "error-lower-case",
    "小写地址的错误单元格",
    "e5 for E5",
    (FINDING, REFUSED),
    cause="错误值|损坏|地址",
    truth=None,
)
def error_lower() -> bytes:
    return pack(with_cell(f"E{ROW}", f'<c r="e{ROW}" t="e"><v>#N/A</v></c>'))


@hostile(
    "error-self-closed",
    "不带值的错误单元格",
    "its value is taken from the next cell",
    (FINDING, REFUSED),
    cause="错误值|损坏",
)
def error_closed() -> bytes:
    return pack(with_cell(f"E{ROW}", f'<c r="E{ROW}" t="e"/>'))


for _slug, _cell in (
    ("missing", "<f>A1</f>"),
    ("empty", "<f>A1</f><v></v>"),
    ("closed", "<f>A1</f><v/>"),
    ("space", '<f>A1</f><v xml:space="preserve"></v>'),
    ("blank", "<f>A1</f><v> </v>"),
    ("shared", '<f t="shared" ref="E5:E9" si="0">A1</f>'),
    ("array", '<f t="array" ref="E5">A1</f>'),
    ("bare", "<f/>"),
):

    @hostile(
        f"uncached-{_slug}",
        f"没有算出结果的公式（{_slug}）",
        "a formula without a result is taken for a blank",
        (FINDING, REFUSED),
        cause="公式|结果",
    )
    def uncached(cell: str = _cell) -> bytes:
        return pack(with_cell(f"E{ROW}", f'<c r="E{ROW}">{cell}</c>'))


@hostile("formula-string", "公式结果是文字", 't="str": the cached text is the value', ANY)
def formula_string() -> bytes:
    key = pupils()[1]["id_no"]
    return pack(with_cell(f"E{ROW}", f'<c r="E{ROW}" t="str"><f>"5"&amp;A1</f><v>{key}</v></c>'))


@hostile(
    "formula-empty-string",
    "公式结果是空文字",
    't="str" with an empty result: blank or not calculated?',
    (FINDING, REFUSED),
    cause="公式|结果|没有填",
    truth=lambda: _second(id_no=""),
)
def formula_empty() -> bytes:
    return pack(with_cell(f"E{ROW}", f'<c r="E{ROW}" t="str"><f>IF(1,"","")</f><v></v></c>'))


@hostile("formula-array", "数组公式", "the result counts, the formula does not", ANY)
def formula_array() -> bytes:
    key = pupils()[1]["id_no"]
    cell = f'<c r="E{ROW}" t="str"><f t="array" ref="E{ROW}">A1:A2</f><v>{key}</v></c>'
    return pack(with_cell(f"E{ROW}", cell))


@hostile("rich-text", "带格式的文字", "a text in several runs", ANY)
def rich() -> bytes:
    key = pupils()[1]["id_no"]
    runs = f"<r><t>{key[:6]}</t></r><r><rPr><b/></rPr><t>{key[6:]}</t></r>"
    return pack(bent(STRINGS, f"<si><t>{key}</t></si>", f"<si>{runs}</si>"))


@hostile("phonetic", "带拼音标注的姓名", "phonetic runs are no part of the name", (UNCHANGED,))
def phonetic() -> bytes:
    name = pupils()[1]["name"]
    ruby = f'<si><t>{name}</t><rPh sb="0" eb="1"><t>拼音</t></rPh><phoneticPr fontId="0"/></si>'
    return pack(bent(STRINGS, f"<si><t>{name}</t></si>", ruby))


@hostile("inline-strings", "行内文字", "no string table at all: legal", ANY)
def inline_strings() -> bytes:
    return pack(_inline(with_strings=False))


def _inline(*, with_strings: bool) -> Parts:
    parts = book_parts()
    rows = roster()

    def cell(found: re.Match[str]) -> str:
        address = found[1]
        column = 0
        for letter in re.sub(r"\d", "", address):
            column = column * 26 + ord(letter) - 64
        return inline(address, rows[int(re.sub(r"\D", "", address)) - 1][column - 1])

    text = re.sub(r'<c r="(\w+)" t="s"><v>\d+</v></c>', cell, parts[SHEET].decode())
    return {**parts, SHEET: text.encode()}


@hostile(
    "escaped-characters",
    "_x0041_ 一类的转义",
    "Excel's own escape: _x5F20_ is 张",
    (UNCHANGED, FINDING),
    truth=lambda: _second(name="张三"),
)
def escaped() -> bytes:
    return pack(book_parts({"学生基本信息": changed(ROW, NAME, "_x5F20_三")}))


for _slug, _title, _value, _allowed in (
    ("control", "控制字符", "张\u0085三", ANY),
    ("bidi", "U+202E 反转", "张\u202e三", ANY),
    ("zero-width", "零宽字符", "张\u200b三", ANY),
    ("null-name", "姓名 NULL", "NULL", ANY),
    ("na-name", "姓名 NA", "NA", ANY),
    ("none-name", "姓名 None", "None", ANY),
    ("true-name", "姓名 TRUE", "TRUE", ANY),
    ("nan-name", "姓名 nan", "nan", ANY),
    ("supplementary", "生僻字 𠮷", "𠮷·买买提", ANY),
    ("newline", "姓名里换行", "张\n三", ANY),
    ("star", "姓名前加 *", "*张三", (UNCHANGED, FINDING)),
    ("numbered", "姓名前加序号", "1.张小三四五六", (UNCHANGED, FINDING)),
    ("remark", "姓名像说明", "注:张三", (UNCHANGED, FINDING)),
    ("total", "姓名叫合计", "合计", (UNCHANGED, FINDING)),
    ("nothing", "姓名写“无”", "无", (UNCHANGED, FINDING)),
    ("slash", "姓名写“/”", "/", (UNCHANGED, FINDING)),
    ("formula-text", "像公式的文字", '=HYPERLINK("http://127.0.0.1:9","x")', ANY),
    ("command-text", "像命令的文字", "@SUM(1+1)*cmd|' /C calc'!A0", ANY),
):

    @hostile(
        f"text-{_slug}",
        _title,
        "a name that readers or writers take for something else",
        _allowed,
        truth=lambda v=_value: _second(name=v),
    )
    def text(value: str = _value) -> bytes:
        return pack(book_parts({"学生基本信息": changed(ROW, NAME, value)}))


@hostile(
    "text-long",
    "四万字的单元格",
    "more than Excel can hold: cut in silence by writers",
    (FINDING, REFUSED, UNCHANGED),
    cause="过长|太长",
    truth=lambda: _second(name="长" * 40_000),
)
def long_text() -> bytes:
    return pack(book_parts({"学生基本信息": changed(ROW, NAME, "长" * 40_000)}))


@hostile(
    "text-surrogate",
    "单独的代理项",
    "&#xD800; is no character: not XML at all",
    (REFUSED, FINDING),
    cause="损坏|字符",
    truth=None,
)
def surrogate() -> bytes:
    return pack(bent(STRINGS, pupils()[1]["name"], "张&#xD800;三"))


@hostile(
    "text-nul-reference",
    "&#0;",
    "no character of XML",
    (REFUSED, FINDING),
    cause="损坏|字符",
    truth=None,
)
def nul() -> bytes:
    return pack(bent(STRINGS, pupils()[1]["name"], "张&#0;三"))


@hostile(
    "text-unknown-entity",
    "不认识的实体",
    "&nbsp; is no entity of XML",
    (REFUSED, FINDING),
    cause="损坏|实体",
    truth=None,
)
def unknown_entity() -> bytes:
    return pack(bent(STRINGS, pupils()[1]["name"], "张&nbsp;三"))


@hostile(
    "id-number",
    "18 位号码存成数字",
    "Excel has lost the last three digits",
    (FINDING, REFUSED),
    cause="数字|丢失",
    truth=None,
)
def id_number() -> bytes:
    key = int(pupils()[1]["id_no"][:15] + "000")
    return pack(with_cell(f"E{ROW}", f'<c r="E{ROW}"><v>{key}</v></c>'))


@hostile(
    "id-scientific",
    "科学记数的号码",
    "5.20000202006181E+17",
    (FINDING, REFUSED),
    cause="数字|丢失",
    truth=None,
)
def id_scientific() -> bytes:
    return pack(with_cell(f"E{ROW}", f'<c r="E{ROW}"><v>5.20000202006181E+17</v></c>'))


@hostile(
    "id-scientific-text",
    "文字形式的科学记数",
    "text 5.20000E+17",
    (FINDING, REFUSED, UNCHANGED),
    cause="数字|丢失",
    truth=lambda: _second(id_no="5.20000202006181E+17"),
)
def id_scientific_text() -> bytes:
    return pack(book_parts({"学生基本信息": changed(ROW, 4, "5.20000202006181E+17")}))
