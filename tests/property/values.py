"""Cells, rows and grids as hypothesis draws them."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from kbbx_xl.books.read.headers import standard_vocabulary

ODD = (
    "", " ", "无", "/", "—", "合计", "小计", "零报告", "*张三", "※", "注：", "说明", "填表人：", "姓名", "身份证号", "²", "½", "Ⅷ",
    "2026年10月", "10月8日", "9.31", "三年级", "三（2）班", "2026级", "√", "×", "病", "520000201806180944", "17400000001",
    "G520000201806180944", "'5200", "=1+1", "#N/A", "\u202e", "\u200b", "𠮷·", "一、", "1.张三", "（盖章）", "\ud800",
)  # fmt: skip
HEADINGS = tuple(sorted(standard_vocabulary().keys))

texts = (
    st.text(max_size=30)
    | st.sampled_from(ODD)
    | st.text("0123456789Xx年月日.-/ 一二三四五六七八九十班级", max_size=20)
)
numbers = (
    st.integers(-(10**18), 10**18)
    | st.floats()
    | st.sampled_from((0.0, 1.5, 5.2e17, 43999.0, 60.0))
)
days = st.dates(dt.date(1899, 12, 31), dt.date(2100, 1, 1)) | st.datetimes(
    dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)
)
values = texts | numbers | st.booleans() | st.none() | days
cells = texts | st.floats() | st.booleans() | st.dates() | st.just("") | st.sampled_from(HEADINGS)


def grid(width: int, height: int) -> st.SearchStrategy[list[list[object]]]:
    """Rows of one length, as a reader gives them: headings among any other values."""
    return st.integers(1, width).flatmap(
        lambda w: st.lists(st.lists(cells, min_size=w, max_size=w), min_size=1, max_size=height)
    )


@st.composite
def tables(draw: st.DrawFn) -> list[list[object]]:
    """A row of headings with rows of values below, and lines above: nearly a sheet."""
    heads = draw(st.lists(st.sampled_from(HEADINGS), min_size=2, max_size=9, unique=True))
    above = draw(st.lists(st.lists(cells, min_size=len(heads), max_size=len(heads)), max_size=3))
    below = draw(st.lists(st.lists(cells, min_size=len(heads), max_size=len(heads)), max_size=6))
    return [*above, list(heads), *below]
