"""What is passed at one look is what the cells one by one would give."""

from __future__ import annotations

import datetime as dt

from hypothesis import assume, given
from hypothesis import strategies as st

from kbbx_xl.model import Period
from kbbx_xl.rules.cells import clean_column, cleaner
from kbbx_xl.rules.grids import all_mobile, is_mobile
from kbbx_xl.settings.forms import Field, FieldType
from tests.property.values import ODD, cells

OCTOBER = Period(2026, 10)
alike = st.sampled_from(
    ("张三", "阿依·古丽", "三年级", "2015-04-07", "20150407", "2015年4月7日", "9月3日", "17400000001", "520000201806180944", "")
)  # fmt: skip
columns = (
    st.lists(alike, max_size=8)
    | st.lists(alike | st.sampled_from(ODD), max_size=8)
    | st.lists(st.floats(-100, 1e6).map(float.__round__).map(float), max_size=8)
    | st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)) | st.just(""), max_size=8)
    | st.lists(cells | alike | st.sampled_from((0.0, 1.0, True, False, 0)), max_size=8)
)


@given(columns, st.sampled_from(list(FieldType)), st.sampled_from(("name", "note")))
def test_a_column_is_cleaned_as_its_cells_are(column, kind, name):
    types = set(map(type, column))
    assume(bool not in types or types.isdisjoint((int, float)))  # as keys 1 and True are one
    field = Field(name, "一栏", kind)
    clean = cleaner(field, period=OCTOBER)
    together = clean_column(column, field, period=OCTOBER)
    assert list(map(repr, together)) == [repr(clean(cell)) for cell in column]


@given(st.lists(st.sampled_from(("17400000001", "1380000000", "13800000000\n", "1" * 22, "\n", "", "１７４００００００01")), max_size=6))  # fmt: skip
def test_numbers_of_mobiles_together(numbers):
    assert all_mobile(numbers) == all(map(is_mobile, numbers))
