"""Lies of the structure: rows, cells, string indexes and sheets that contradict one another."""

from __future__ import annotations

import re

from tests.hostile.kinds import ANY, FINDING, REFUSED, UNCHANGED, hostile
from tests.hostile.package import (
    BOOK,
    HEADER_ROW,
    RELS,
    SHEET,
    STRINGS,
    Parts,
    bent,
    book_parts,
    cell_of,
    inline,
    pack,
    pupils,
    roster,
    row_of,
    with_cell,
)
from tests.hostile.xml import ROW_A, ROW_B, STRUCTURE
from tests.hostile.zips import DAMAGED


@hostile(
    "rows-same-number",
    "两行同一行号",
    "one of the two children is lost",
    (REFUSED, FINDING),
    cause=STRUCTURE,
)
def same_row() -> bytes:
    return pack(bent(SHEET, f'<row r="{ROW_B}"', f'<row r="{ROW_A}"'))


@hostile(
    "rows-same-address",
    "两行同一行号、同一地址",
    "all cells of a child stand on those of another",
    (REFUSED, FINDING),
    cause=STRUCTURE,
)
def same_address_row() -> bytes:
    row = row_of(ROW_B)
    return pack(bent(SHEET, row, re.sub(rf'r="([A-Z]*){ROW_B}"', rf'r="\g<1>{ROW_A}"', row)))


@hostile(
    "cells-same-address",
    "两个单元格同一地址",
    "one child's id stands on another's",
    (REFUSED, FINDING),
    cause=STRUCTURE,
)
def same_cell() -> bytes:
    return pack(bent(SHEET, f'r="E{ROW_B}"', f'r="E{ROW_A}"'))


@hostile(
    "row-differs-from-cell",
    "行号与单元格地址不同",
    "the cell says row 6, its row says 5",
    (REFUSED, FINDING),
    cause=STRUCTURE,
    truth=None,
)
def row_differs() -> bytes:
    return pack(bent(SHEET, f'r="E{ROW_B}"', f'r="E{ROW_B + 1}"'))


@hostile(
    "rows-out-of-order",
    "行次序颠倒",
    "Excel repairs it; readers differ",
    (REFUSED, FINDING, UNCHANGED),
    cause=STRUCTURE,
)
def rows_out_of_order() -> bytes:
    a, b = row_of(ROW_A), row_of(ROW_B)
    return pack(bent(SHEET, a + b, b + a))


@hostile(
    "cells-out-of-order",
    "单元格次序颠倒",
    "Excel repairs it; readers differ",
    (REFUSED, FINDING, UNCHANGED),
    cause=STRUCTURE,
)
def cells_out_of_order() -> bytes:
    a, b = cell_of(f"E{ROW_B}"), cell_of(f"F{ROW_B}")
    return pack(bent(SHEET, a + b, b + a))


@hostile(
    "no-addresses", "单元格没有地址", "legal: rows and cells simply count", ANY, cause=STRUCTURE
)
def no_addresses() -> bytes:
    """Blank cells are written out, or the count would shift."""
    texts = "".join(
        f"<row>{''.join(inline('', cell).replace(' r=' + chr(34) * 2, '') for cell in row)}</row>"
        for row in roster()
    )
    parts = book_parts()
    sheet = re.sub(
        r"<sheetData>.*</sheetData>", f"<sheetData>{texts}</sheetData>", parts[SHEET].decode()
    )
    return pack({**parts, SHEET: sheet.encode()})


@hostile(
    "row-zero",
    "行号为 0",
    "an address outside the sheet",
    (REFUSED, FINDING),
    cause=STRUCTURE,
    truth=None,
)
def row_zero() -> bytes:
    return pack(bent(SHEET, row_of(ROW_B), row_of(ROW_B).replace(f'{ROW_B}"', '0"')))


@hostile(
    "row-huge",
    "行号超过 Excel 上限",
    "row 4,000,000,000: a table of that height",
    (REFUSED,),
    cause=STRUCTURE + "|过大|太远|太多",
)
def row_huge() -> bytes:
    return pack(bent(SHEET, row_of(ROW_B), row_of(ROW_B).replace(f'{ROW_B}"', '4000000000"')))


@hostile(
    "nested-cell",
    "单元格套单元格",
    "which of the two is the value?",
    (REFUSED,),
    cause=STRUCTURE,
    truth=None,
)
def nested() -> bytes:
    cell = cell_of(f"E{ROW_B}")
    return pack(with_cell(f"E{ROW_B}", cell.replace("<v>", f'<c r="E{ROW_B + 1}"><v>5</v></c><v>')))


@hostile(
    "several-values",
    "一个单元格几个值",
    "readers take the first, the last, or both",
    (REFUSED, FINDING),
    cause=STRUCTURE,
    truth=None,
)
def several() -> bytes:
    cell = cell_of(f"E{ROW_B}")
    other = re.search(r"<v>\d+</v>", cell_of(f"E{ROW_A}"))
    return pack(with_cell(f"E{ROW_B}", cell.replace("</c>", f"{other[0] if other else ''}</c>")))


@hostile(
    "two-sheetdata",
    "两个 sheetData",
    "the second half of the school is not read",
    (REFUSED, FINDING, UNCHANGED),
    cause=STRUCTURE,
)
def two_sheetdata() -> bytes:
    return pack(bent(SHEET, f'<row r="{ROW_B}"', f'</sheetData><sheetData><row r="{ROW_B}"'))


@hostile(
    "lying-dimension",
    "谎报的区域（过小）",
    "who trusts A1:B2 loses the rest",
    (UNCHANGED, REFUSED),
    cause=STRUCTURE,
)
def dimension() -> bytes:
    return pack(_dimension("A1:B2"))


@hostile(
    "lying-dimension-huge",
    "谎报的区域（过大）",
    "who trusts A1:XFD1048576 asks for all memory",
    (UNCHANGED, REFUSED),
    cause=STRUCTURE + "|过大|太远",
)
def dimension_huge() -> bytes:
    return pack(_dimension("A1:XFD1048576"))


def _dimension(ref: str) -> Parts:
    parts = book_parts()
    return {**parts, SHEET: re.sub(rb'ref="[^"]*"', f'ref="{ref}"'.encode(), parts[SHEET], count=1)}


@hostile(
    "lying-spans",
    "谎报的 spans",
    "an optimisation hint that is wrong",
    (UNCHANGED, REFUSED),
    cause=STRUCTURE,
)
def spans() -> bytes:
    parts = book_parts()
    return pack({**parts, SHEET: re.sub(rb'spans="[^"]*"', b'spans="9:9"', parts[SHEET])})


for _slug, _value in (("small", "1"), ("huge", "4294967295"), ("negative", "-1"), ("text", "many")):

    @hostile(
        f"unique-count-{_slug}",
        f"谎报的字符串数 {_value}",
        "memory is asked for in advance, or strings are cut off",
        (UNCHANGED, REFUSED),
        cause="字符串|数目|损坏|谎报",
    )
    def unique(value: str = _value) -> bytes:
        parts = book_parts()
        new = re.sub(rb'(count|uniqueCount)="\d+"', rf'\1="{value}"'.encode(), parts[STRINGS])
        return pack({**parts, STRINGS: new})


for _slug, _value in (
    ("negative", "-1"),
    ("beyond", "99999"),
    ("half", "1.5"),
    ("text", "abc"),
    ("empty", ""),
):

    @hostile(
        f"string-index-{_slug}",
        f"字符串序号 {_value or '空'}",
        "another child's value, or a blank",
        (REFUSED, FINDING),
        cause="字符串|序号|损坏|引用",
        truth=None,
    )
    def index(value: str = _value) -> bytes:
        return pack(with_cell(f"E{ROW_B}", f'<c r="E{ROW_B}" t="s"><v>{value}</v></c>'))


@hostile(
    "unknown-type",
    "不认识的单元格类型",
    't="q": text, number or nothing?',
    (REFUSED, FINDING, UNCHANGED),
    cause=STRUCTURE,
)
def unknown_type() -> bytes:
    return pack(with_cell(f"E{ROW_B}", f'<c r="E{ROW_B}" t="q"><v>{pupils()[1]["id_no"]}</v></c>'))


@hostile(
    "sheet-twice-named",
    "两张同名工作表",
    "the first is read twice, the second never",
    (REFUSED, FINDING, UNCHANGED),
    cause="同名|重复|损坏",
    truth=pupils,
)
def same_names() -> bytes:
    rows = [list(row) for row in roster()]
    half = HEADER_ROW + 4
    parts = book_parts({"三年级": rows[:half], "四年级": [*rows[:HEADER_ROW], *rows[half:]]})
    return pack(bent(BOOK, "四年级", "三年级", parts))


@hostile(
    "two-parts-one-sheet",
    "一张表列了两次",
    "two entries point to one part: every child counted twice",
    (REFUSED, FINDING),
    cause="同名|重复|损坏|两次",
    truth=None,
)
def one_part_twice() -> bytes:
    parts = book_parts({"三年级": roster(), "四年级": roster()})
    return pack(bent(RELS, "sheet2.xml", "sheet1.xml", parts))


@hostile(
    "two-relations-one-id",
    "两条关系同一编号",
    "which part is the sheet?",
    (REFUSED, FINDING),
    cause="重复|损坏|关系",
    truth=None,
)
def one_id_twice() -> bytes:
    rows = [["姓名", "身份证号"], ["某某", "520000201503050011"]]
    parts = book_parts({"三年级": roster(), "四年级": rows})
    return pack(bent(RELS, '"rId2"', '"rId1"', parts))


@hostile(
    "sheet-id-unknown",
    "工作表没有关系",
    "the sheet is listed, its relation is not",
    (REFUSED, FINDING),
    cause=DAMAGED + "|关系",
)
def unknown_id() -> bytes:
    return pack(bent(BOOK, 'r:id="rId1"', 'r:id="rId77"'))


@hostile("absolute-target", "绝对路径的关系", "legal: /xl/worksheets/sheet1.xml", ANY)
def absolute_target() -> bytes:
    return pack(bent(RELS, '"worksheets/', '"/xl/worksheets/'))


@hostile("dotdot-target", "带 .. 的关系", "legal, rarely written", ANY, cause=DAMAGED + "|路径")
def dotdot_target() -> bytes:
    return pack(bent(RELS, '"worksheets/', '"../xl/./worksheets/'))


@hostile(
    "target-mode-external",
    "工作表在外部地址",
    "the reader would fetch it",
    (REFUSED,),
    cause=DAMAGED + "|外部",
)
def external_sheet() -> bytes:
    target = 'Target="worksheets/sheet1.xml"'
    return pack(bent(RELS, target, 'Target="http://127.0.0.1:9/sheet1.xml" TargetMode="External"'))


@hostile(
    "deep-nesting",
    "嵌套十万层",
    "a recursive reader overflows its stack",
    (REFUSED, UNCHANGED),
    cause=DAMAGED + "|嵌套",
)
def deep() -> bytes:
    deep = "<a>" * 100_000 + "</a>" * 100_000
    return pack(bent(SHEET, "</sheetData>", f"</sheetData><extLst>{deep}</extLst>"))


@hostile(
    "many-attributes",
    "十万个属性",
    "quadratic checks for doubles",
    (REFUSED, UNCHANGED),
    cause=DAMAGED,
)
def attributes() -> bytes:
    many = " ".join(f'a{n}="1"' for n in range(100_000))
    return pack(bent(SHEET, "<sheetData>", f"<sheetData {many}>"))


@hostile(
    "errors-unclosed",
    "几十万个不闭合的错误单元格",
    "a search that starts again at each of them",
    (REFUSED, FINDING),
    cause=DAMAGED,
    truth=None,
)
def errors_unclosed() -> bytes:
    return pack(bent(SHEET, row_of(ROW_B), f'<row r="{ROW_B}">' + '<c r="A1" t="e"><v>' * 300_000))
