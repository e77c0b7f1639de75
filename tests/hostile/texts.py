"""Text files: CSV and HTML, as exports and renamed pages come."""

from __future__ import annotations

import csv
import io

from tests.hostile.kinds import ANY, FINDING, REFUSED, UNCHANGED, hostile
from tests.hostile.package import HEADER_ROW, Record, pupils, roster

ENCODING = "编码|无法识别|字"
QUOTE = "引号|损坏|分隔"
ROWS = roster()
SECOND = HEADER_ROW + 1  # index of the second pupil's row


def text(delimiter: str = ",", end: str = "\r\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(ROWS)
    return out.getvalue()


def html(opening: str = "<td>", closing: str = "</td>", row_end: str = "</tr>") -> str:
    rows = "".join(f"<tr>{''.join(f'{opening}{c}{closing}' for c in row)}{row_end}" for row in ROWS)
    return f"<html><head><meta charset='utf-8'></head><body><table>{rows}</table></body></html>"


for _slug, _title, _encoding in (
    ("utf8", "UTF-8", "utf-8"),
    ("utf8-bom", "UTF-8 带标记", "utf-8-sig"),
    ("gb18030", "GB18030", "gb18030"),
    ("utf16", "UTF-16 带标记", "utf-16"),
):

    @hostile(f"csv-{_slug}", f"CSV {_title}", "legal", ANY, name="学籍.csv")
    def encoded(encoding: str = _encoding) -> bytes:
        return text().encode(encoding)


@hostile(
    "csv-utf16-unmarked",
    "UTF-16 没有标记",
    "every second byte of ASCII is NUL",
    (REFUSED, FINDING, UNCHANGED),
    name="学籍.csv",
    cause=ENCODING + "|不是",
)
def utf16() -> bytes:
    return text().encode("utf-16-le")


@hostile(
    "csv-utf7",
    "UTF-7",
    "+AGE- for a letter: read as plain text",
    (REFUSED, FINDING),
    name="学籍.csv",
    cause=ENCODING + "|认不出",
    truth=None,
)
def utf7() -> bytes:
    return text().encode("utf-7")


@hostile(
    "csv-big5",
    "Big5",
    "another letter for every letter",
    (REFUSED, FINDING),
    name="学籍.csv",
    cause=ENCODING + "|认不出",
    truth=None,
)
def big5() -> bytes:
    return text().encode("big5", "replace")


@hostile(
    "csv-mixed",
    "两种编码混在一起",
    "two files were joined",
    (REFUSED, FINDING),
    name="学籍.csv",
    cause=ENCODING,
    truth=None,
)
def mixed() -> bytes:
    lines = text().splitlines(keepends=True)
    return "".join(lines[:-3]).encode("gb18030") + "".join(lines[-3:]).encode()


@hostile(
    "csv-utf16-damaged",
    "UTF-16 少一个字节",
    "from there on every letter is another one",
    (REFUSED, FINDING),
    name="学籍.csv",
    cause=ENCODING + "|损坏",
    truth=None,
)
def utf16_damaged() -> bytes:
    data = text().encode("utf-16")
    half = len(data) // 2
    return data[:half] + data[half + 1 :]


@hostile(
    "csv-one-line",
    "一行 19 MB",
    "one line without an end",
    (REFUSED, FINDING),
    name="学籍.csv",
    cause="过大|过长|认不出|损坏",
    truth=None,
    heavy=True,
)
def one_line() -> bytes:
    return b"a" * (19 * 2**20)


@hostile(
    "csv-50mb",
    "50 MB 的 CSV",
    "larger than any school",
    (REFUSED,),
    name="学籍.csv",
    cause="过大",
    truth=None,
    heavy=True,
)
def fifty() -> bytes:
    return b"a,b,c\n" * (50 * 2**20 // 6)


@hostile(
    "csv-commas",
    "一行五百万个逗号",
    "a sheet of five million columns",
    (REFUSED, FINDING),
    name="学籍.csv",
    cause="过大|太多|认不出|损坏",
    truth=None,
    heavy=True,
)
def commas() -> bytes:
    return text().encode() + b"," * 5_000_000 + b"\n" + b"x\n" * 1000


@hostile(
    "csv-nul",
    "CSV 里的 NUL",
    "a text ends there for some",
    (REFUSED, FINDING),
    name="学籍.csv",
    cause=ENCODING + "|不是|损坏",
)
def nul() -> bytes:
    return text().replace(pupils()[1]["name"], "张\0三").encode()


@hostile(
    "csv-open-quote",
    "没有闭合的引号",
    "all lines behind it become one cell",
    (REFUSED, FINDING, UNCHANGED),
    name="学籍.csv",
    cause=QUOTE,
)
def open_quote() -> bytes:
    return text().replace(pupils()[1]["name"], '"' + pupils()[1]["name"], 1).encode()


@hostile(
    "csv-inner-quote",
    "值中间的引号",
    "legal for us: a quote within a word",
    (REFUSED, FINDING, UNCHANGED),
    name="学籍.csv",
    cause=QUOTE,
    truth=lambda: _second(name='张"三'),
)
def inner_quote() -> bytes:
    return text().replace(pupils()[1]["name"], '张"三', 1).encode()


@hostile(
    "csv-injection",
    "CSV 公式注入",
    "a spreadsheet would run it",
    ANY,
    name="学籍.csv",
    truth=lambda: _second(name="=cmd|' /C calc'!A0"),
)
def injection() -> bytes:
    return text().replace(pupils()[1]["name"], "=cmd|' /C calc'!A0", 1).encode()


@hostile(
    "csv-guarded-id",
    '="…" 写法的号码',
    "how exports keep Excel from counting",
    ANY,
    name="学籍.csv",
)
def guarded() -> bytes:
    key = pupils()[1]["id_no"]
    return text().replace(f",{key},", f',"=""{key}""",', 1).encode()


@hostile("csv-cr", "只有回车的换行", "old Mac line ends", ANY, name="学籍.csv", cause=QUOTE)
def carriage() -> bytes:
    return text(end="\r").encode()


@hostile("csv-semicolon", "分号分隔", "legal", ANY, name="学籍.csv")
def semicolon() -> bytes:
    return text(";").encode()


@hostile(
    "csv-short-row",
    "少一格的行",
    "everything behind it shifts to the left",
    (FINDING, REFUSED),
    name="学籍.csv",
    cause="栏|列|格",
    truth=None,
)
def short_row() -> bytes:
    lines = text().split("\r\n")
    cells = lines[SECOND].split(",")
    lines[SECOND] = ",".join(cells[:3] + cells[4:])
    return "\r\n".join(lines).encode()


@hostile(
    "csv-long-row",
    "多一格的行",
    "a comma within an address",
    (FINDING, REFUSED),
    name="学籍.csv",
    cause="栏|列|格",
    truth=None,
)
def long_row() -> bytes:
    lines = text().split("\r\n")
    cells = lines[SECOND].split(",")
    lines[SECOND] = ",".join([*cells[:2], "多出", *cells[2:]])
    return "\r\n".join(lines).encode()


@hostile("csv-named-xls", "CSV 改名 .xls", "exports do that", ANY, name="学籍.xls")
def csv_xls() -> bytes:
    return text("\t").encode("gb18030")


@hostile("html-named-xls", "HTML 改名 .xls", "exports of web systems do that", ANY, name="学籍.xls")
def page() -> bytes:
    return html().encode()


@hostile("html-unclosed", "不闭合的 td", "legal HTML", ANY, name="学籍.xls", cause="损坏|表格")
def unclosed() -> bytes:
    return html(closing="", row_end="").encode()


@hostile(
    "html-some-unclosed",
    "有一格没闭合",
    "one cell swallows the next",
    (UNCHANGED, FINDING, REFUSED),
    name="学籍.xls",
    cause="损坏|表格",
)
def one_unclosed() -> bytes:
    key = pupils()[1]["id_no"]
    return html().replace(f"{key}</td>", key, 1).encode()


@hostile(
    "html-nested",
    "表中有表",
    "each cell holds a table",
    (UNCHANGED, FINDING, REFUSED),
    name="学籍.xls",
    cause="损坏|表格|认不出",
)
def nested() -> bytes:
    return html("<td><table><tr><td>", "</td></tr></table></td>").encode()


@hostile(
    "html-span-bomb",
    "跨 1000×1000 格的单元格",
    "a hundred of them make a hundred million cells",
    (REFUSED, FINDING, UNCHANGED),
    name="学籍.xls",
    cause="过大|太多|损坏|表格",
    heavy=True,
)
def spans() -> bytes:
    bomb = "<tr>" + "<td rowspan='1000' colspan='1000'>x</td>" * 100 + "</tr>"
    return html().replace("</table>", f"{bomb}</table>").encode()


@hostile(
    "html-span-odd",
    'colspan="²"',
    "a digit for Python, no number",
    (REFUSED, FINDING, UNCHANGED),
    name="学籍.xls",
    cause="损坏|表格",
)
def odd_span() -> bytes:
    return html().replace("<td>", "<td colspan='²'>", 1).encode()


@hostile(
    "html-span-long",
    "colspan 五千位",
    "more digits than Python turns into a number",
    (REFUSED, FINDING, UNCHANGED),
    name="学籍.xls",
    cause="损坏|表格",
    truth=None,
)
def long_span() -> bytes:
    return html().replace("<td>", f"<td colspan='{'9' * 5000}'>", 1).encode()


@hostile("html-entities", "HTML 实体", "&#24352; for 张: legal", ANY, name="学籍.xls")
def entities() -> bytes:
    name = pupils()[1]["name"]
    return html().replace(name, "".join(f"&#{ord(c)};" for c in name), 1).encode()


@hostile(
    "html-doctype-bomb",
    "XHTML 实体炸弹",
    "entities of a document type",
    (REFUSED, FINDING, UNCHANGED),
    name="学籍.xls",
    cause="实体|损坏",
)
def xhtml() -> bytes:
    return (
        "<!doctype html [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;'>]>" + html()
    ).encode()


@hostile(
    "html-hidden",
    "看不见的行",
    "display:none rows are data to some readers",
    ANY,
    name="学籍.xls",
    cause="隐藏",
)
def hidden() -> bytes:
    return html().replace("<tr>", "<tr style='display:none'>", SECOND).encode()


@hostile(
    "html-deep",
    "十万个没闭合的标签",
    "a recursive parser overflows",
    (REFUSED, FINDING, UNCHANGED),
    name="学籍.xls",
    cause="损坏|表格",
)
def deep() -> bytes:
    return html().replace("<table>", "<div>" * 100_000 + "<table>", 1).encode()


@hostile(
    "xml-2003",
    "Excel 2003 XML",
    "a workbook in one XML file",
    (REFUSED, FINDING, UNCHANGED),
    name="学籍.xls",
    cause="不支持|不是|格式",
)
def spreadsheet_ml() -> bytes:
    rows = "".join(
        f"<Row>{''.join(f'<Cell><Data ss:Type={chr(34)}String{chr(34)}>{c}</Data></Cell>' for c in row)}</Row>"
        for row in ROWS
    )
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        f'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


def _second(**values: str) -> list[Record]:
    rows = pupils()
    rows[1] = {**rows[1], **values}
    return rows
