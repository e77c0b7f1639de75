"""One way in for every cell: whichever reader found it, ``clean`` makes one value of it.

Ids, student numbers and phones stay as written, because the checks must see how they were written.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import sys
import unicodedata
from collections.abc import Callable, Sequence

from kbbx_xl.model import Period
from kbbx_xl.rules.dates import parse_date, parse_month
from kbbx_xl.settings.forms import Field, FieldType

UNCALCULATED = "#未计算"  # stands for a formula whose result was never stored
ERROR_VALUES = frozenset(
    ("#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", UNCALCULATED)
)  # fmt: skip
AS_WRITTEN = frozenset((FieldType.ID, FieldType.STUDENT_NO, FieldType.PHONE))
NUMBERS = frozenset((FieldType.INT, FieldType.NUMBER))
WORDS = frozenset((FieldType.TEXT, FieldType.CHOICE, FieldType.GRADE, FieldType.CLASS, FieldType.STATUS, FieldType.CASE_STATUS, FieldType.LEAVE_KIND))  # fmt: skip
PROSE = frozenset(  # text in which a space means something
    ("note", "reason", "help", "record", "content", "place", "address", "registered_address", "teachers")
)  # fmt: skip

MOST_SPELLINGS = 1 << 15  # of dates and of words, kept in memory

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_INNER_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_NUMBER = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_COUNTED = re.compile(r"(.*\d) ?[人名天次个岁节]")


def clean(value: object) -> object:
    """The plain value of a cell: None when blank, half-width trimmed text, int for whole numbers.

    A moment at midnight is a day.  Line breaks within text are kept.
    """
    if isinstance(value, str):
        return text_of(value) or None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time.min:
        return value.date()
    return value


def text_of(value: object) -> str:
    """A cell as trimmed half-width (NFKC) text without invisible characters; "" when blank."""
    if not isinstance(value, str):
        value = clean(value)
        return "" if value is None else str(value)
    if value.isalnum() and _is_normal(value):
        return value
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", value)).strip()


def compact(value: object) -> str:
    """As ``text_of``, without the spaces that pad Chinese words (姓 名, 张  三)."""
    text = text_of(value)
    if text.isalnum():
        return text
    closed = _INNER_SPACE.sub("", text)
    # an accent that stood behind a space (´ is one) now stands behind a letter: one spelling of it
    return closed if closed == text else unicodedata.normalize("NFKC", closed)


def prose_of(value: object) -> str:
    """Running text as written, trimmed; its full-width punctuation stays."""
    if not isinstance(value, str):
        return text_of(value)
    if value.isalnum():
        return value
    return _INVISIBLE.sub("", value).replace("\u00a0", " ").strip()


def number_of(value: object) -> int | float | None:
    """The number in a cell, also when it is written as text (１２, 1,200, 3人); None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if float(value).is_integer() else value
    text = text_of(value).replace(" ", "")
    if counted := _COUNTED.fullmatch(text):
        text = counted[1]
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text.replace(",", ""))
    return int(number) if number.is_integer() else number


def clean_column(
    values: Sequence[object], field: Field, *, period: Period | None = None
) -> list[object]:
    """All cells of one column as its field's type wants them; blank cells become None.

    What cannot be understood as a date, month or number stays as text for the checks to report.
    """
    kind = field.type
    usual: list[object] | None = None
    if kind in AS_WRITTEN or kind in WORDS:
        usual = _all_plain(values)
    elif kind is FieldType.DATE:
        usual = _all_dates(values, period)
    elif kind in NUMBERS:
        usual = _all_whole(values)
    if usual is not None:
        return usual
    if kind in AS_WRITTEN:
        return [_as_written(value) for value in values]
    if kind in WORDS and field.name not in PROSE and set(map(type, values)) == {str}:
        return list(map(_spelled_words().__getitem__, values))
    return list(map(_Memo(cleaner(field, period=period)).__getitem__, values))


def _all_dates(values: Sequence[object], period: Period | None) -> list[object] | None:
    """The days of a column of texts, or of date cells; None when it holds anything else.

    One date stands in thousands of cells of a county, so each spelling is read once a process.
    """
    types = set(map(type, values))
    if types == {str}:
        return list(map(_spelled_dates(period).__getitem__, values))
    if types <= {dt.date, str} and set(map(type, filter(None, values))) == {dt.date}:
        return [value or None for value in values]
    return None


def _all_whole(values: Sequence[object]) -> list[object] | None:
    """A column of nothing but numbers without decimals as integers; else None."""
    if set(map(type, values)) != {float}:
        return None
    try:
        whole: list[object] = list(map(int, values))  # type: ignore[arg-type]
    except (ValueError, OverflowError):  # no number, or endless
        return None
    return whole if whole == list(values) else None


def _all_plain(values: Sequence[object]) -> list[object] | None:
    """The column as it is, "" as None, when every cell is a word that no cleaning would change.

    One look at the whole column instead of one at each cell: most columns of most files pass.
    """
    try:
        text = "".join(values)  # type: ignore[arg-type]
    except TypeError:
        return None
    bare = text.replace("·", "") if "·" in text else text  # of a name; no cleaning changes it
    if text and not (bare.isalnum() and _is_normal(text)):
        return None
    return [*values] if all(values) else [value or None for value in values]


def _is_normal(text: str) -> bool:
    return text.isascii() or unicodedata.is_normalized("NFKC", text)


def cleaner(field: Field, *, period: Period | None = None) -> Callable[[object], object]:
    """The function that cleans one cell of ``field``."""
    kind = field.type
    if kind in AS_WRITTEN:
        return _as_written
    if kind is FieldType.DATE:
        return functools.partial(_date_or_text, period=period)
    if kind is FieldType.MONTH:
        return lambda v: parse_month(v, period) or text_of(v) or None
    if kind in NUMBERS:
        return _number_or_text
    if kind is FieldType.TEXT and field.name in PROSE:
        return lambda v: prose_of(v) or None
    return _word_of


def _as_written(value: object) -> object:
    return None if value == "" or (isinstance(value, str) and value.isspace()) else value


def _text_only(value: object) -> object:
    return value if isinstance(value, str) else None


def _number_or_text(value: object) -> object:
    number = number_of(value)
    return number if number is not None else text_of(value) or None


def _word_of(value: object) -> object:
    return compact(value) or None


def _date_or_text(value: object, period: Period | None) -> object:
    return parse_date(value, period) or parse_month(_text_only(value)) or text_of(value) or None


@functools.lru_cache(maxsize=4)
def _spelled_dates(period: Period | None) -> _Memo:
    """What texts say as dates, kept from column to column; texts only, since 1 and True are one key."""
    return _Memo(functools.partial(_date_or_text, period=period), most=MOST_SPELLINGS)


@functools.cache
def _spelled_words() -> _Memo:
    """What texts are as words, kept likewise."""
    return _Memo(_word_of, most=MOST_SPELLINGS)


class _Memo(dict[object, object]):
    """Cleaned values by written value: a column repeats itself.

    It forgets everything when ``most`` values are in it.
    """

    def __init__(self, parse: Callable[[object], object], most: int = sys.maxsize) -> None:
        super().__init__()
        self.parse, self.most = parse, most

    def __missing__(self, value: object) -> object:
        if len(self) >= self.most:
            self.clear()
        result = self[value] = self.parse(value)
        return result
