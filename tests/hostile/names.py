"""File names that are hard to print, to sort or to trust."""

from __future__ import annotations

from tests.hostile.kinds import ANY, hostile
from tests.hostile.package import book_parts, pack

NAMES = {
    "rare": ("𠮷林·小学.xlsx", "生僻字和间隔号"),
    "newline": ("学籍\n表.xlsx", "文件名里换行"),
    "bidi": ("学籍\u202excod.xlsx", "反转的扩展名"),
    "double": ("学籍.pdf.xlsx", "两个扩展名"),
    "long": ("长" * 80 + ".xlsx", "很长的文件名"),
    "spaces": (" 学籍 .xlsx", "前后有空格"),
    "upper": ("学籍.XLSX", "大写扩展名"),
    "formula": ("=HYPERLINK(1).xlsx", "像公式的文件名"),
    "braces": ("学籍{0}%s{name}.xlsx", "像占位符的文件名"),
    "none": ("学籍", "没有扩展名"),
    "dash": ("-o.xlsx", "像选项的文件名"),
}
for _slug, (_name, _title) in NAMES.items():

    @hostile(
        f"file-{_slug}", _title, "a name that ends a line, an option or a message", ANY, name=_name
    )
    def named() -> bytes:
        return pack(book_parts())
