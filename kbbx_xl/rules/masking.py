"""How one value is masked (脱敏), whatever file it stands in: ids, phones, names, addresses, prose.

Text is searched in a folded form: half-width, upper case, without the spaces and invisible
characters that people put between the characters of a name; each folded character knows where it
came from, so what is found is cut out of the text as written.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kbbx_xl.rules.cells import text_of
from kbbx_xl.settings.masking import MaskingRules, MaskRule, Method

DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･‐᛫⸱", "·"))  # ways to type the dot in a name
FEW_LENGTHS = 4  # of known texts: to try each takes no longer than to ask whether one may begin
LONG_NUMBER = 10**10  # a number this large is an id or a phone that lost its form

_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BETWEEN = r"[A-Z]?\d[\dXx -]{5,}|[、,;/|&+]|\s{2,}|(?<=\S\S)\s+(?=\S\S)|(?<=\S\S)[和及与](?=\S\S)"
_BRACKETS = re.compile(r"\([^()]*\)?")
_HAN_NAME = re.compile(r"[\u3400-\u9fff\ue000-\uf8ff\U00020000-\U0003ffff〇]{2,6}")
_DOTTED_NAME = re.compile(r"[\u3400-\u9fff\ue000-\uf8ff\U00020000-\U0003ffff〇·]{3,24}")
_LATIN_NAME = re.compile(r"[A-Z]{2,}[ .'-]?[A-Z]+")
_PLACE = re.compile(
    r"(?:.{1,12}?(?:省|自治区|特别行政区|自治州|地区|盟|市|(?<![小社园校])区|县|旗|街道|乡|镇)"
    r"(?![村组屯路街寨庄]))+"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d")
_NUMBER = re.compile(r"[A-Z]?\d[\dA-Z ()*-]{3,}[\dA-Z]|\d\.\d+E\+?\d+")
_HAN = re.compile(r"[\u3400-\u9fff\ue000-\uf8ff\U00020000-\U0003ffff·]{2,}")
_COLON = re.compile(r"([^\s:;,、。]{2,14}?)\s*:\s*")
_WORTH_A_LOOK = re.compile(r"\d\D?\d\D?\d\D?\d\D?\d|@|[\doOiIlL]{15}")
_DATE_SERIALS = range(20_000, 60_000)  # Excel's numbers of the days 1954 to 2064


def masked(key: str) -> str:
    """First 3 and last 2 characters of an id; nothing between them can be read."""
    return hide(key, 3, 2)


def hide(text: str, first: int, last: int) -> str:
    """The first and last characters of a number; all stars when nothing would be hidden."""
    if len(text) <= first + last:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is searched; ``at[i]`` is the place of character i in the text as written."""

    text: str
    at: Sequence[int]


def fold(text: str, *, spaces: bool = False) -> Folded:
    """Half-width upper-case characters with their places; white space only with ``spaces``."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        upper = text.upper()
        if len(upper) == len(text):
            return Folded(upper, range(len(text)))
    characters: list[str] = []
    places: list[int] = []
    for place, written in enumerate(text):
        blank = written.isspace()
        if (blank and not spaces) or (not blank and _UNSEEN.match(written)):
            continue
        for character in (
            " " if blank else unicodedata.normalize("NFKC", written).translate(DOTS).upper()
        ):
            characters.append(character)
            places.append(place)
    return Folded("".join(characters), tuple(places))


def fold_all(texts: Sequence[str]) -> list[str]:
    """What ``fold`` makes of each of many texts; plain Chinese ones are looked at all at once."""
    plain = [text for text in texts if text.isalnum()]
    joined = "\n".join(plain)
    upper = joined.upper()
    if len(upper) != len(joined) or not unicodedata.is_normalized("NFKC", joined):
        return [fold(text).text for text in texts]
    if len(plain) == len(texts):
        return plain if upper == joined else upper.split("\n")
    known = dict(zip(plain, upper.split("\n"), strict=False))
    return [known.get(text) or fold(text).text for text in texts]


def place_of(text: str, hidden: str) -> str:
    """An address down to county and town: 云岭省南屏县双河镇＊＊."""
    plain = text.strip()
    known = _PLACE.match(plain)
    kept = known[0] if known else ""
    return plain if plain in (kept, kept + hidden) else kept + hidden


def year_of(value: object, hidden: str) -> str:
    """The year of a date in any spelling, as 2013年; ``hidden`` when there is none."""
    if isinstance(value, dt.date):
        return f"{value.year}年"
    if isinstance(value, int | float) and math.isfinite(value) and int(value) in _DATE_SERIALS:
        return f"{(dt.date(1899, 12, 30) + dt.timedelta(days=int(value))).year}年"
    found = _YEAR.search(text_of(value))
    return f"{found[0]}年" if found else hidden


def digits_of(value: object) -> str:
    """A number as the digits Excel would show, other values as text: 5.2e17 -> 520000…000."""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return text_of(value)


def number_key(value: object) -> str:
    """Id, 学籍号 or phone as it is compared: no blanks, no G before an id of 18 characters."""
    text = fold(digits_of(value)).text.strip("'`‘’\"")
    return text[1:] if len(text) == 19 and text[0] == "G" else text


def numbers_in(text: str) -> list[tuple[int, int]]:
    """Where the numbers stand in a cell of ids or phones, several of them or beside words."""
    folded = fold(text, spaces=True)
    parts = re.split(r"([、,;/|]|(?<=\d{7})\s+(?=\d{7}))", folded.text)
    found, start = [], 0
    for part in parts:
        spans = (hit.span() for hit in _NUMBER.finditer(part))
        found += [_span(folded, start + first, start + end) for first, end in spans]
        start += len(part)
    return found


def words_in(text: str) -> list[str]:
    """The Chinese words beside the numbers of a cell, which may be names."""
    return _HAN.findall(unicodedata.normalize("NFKC", text))


@functools.lru_cache(maxsize=65536)
def names_in(text: str, rules: MaskingRules) -> tuple[tuple[str, str], ...]:
    """(piece, name) of a cell of names, without what stands in brackets: 张三、李 四（班主任）.

    The name is "" for a piece that is none: 父亲, 待定, 学生001, what stands between names.
    """
    seen = _UNSEEN.sub("", _CONTROL.sub(" ", text))
    plain = _BRACKETS.sub("", unicodedata.normalize("NFKC", seen).translate(DOTS))
    plain = re.sub(r"\s*·\s*", "·", plain)
    pieces = enumerate(re.split(f"({_BETWEEN}|:)", plain))  # every second one stands between
    return tuple((p, "" if n % 2 else _name_of(p, rules)) for n, p in pieces if p)


def _name_of(piece: str, rules: MaskingRules) -> str:
    name = re.sub(r"\s+", "", piece).strip("_-—*.。")
    if not name or name in rules.not_names or is_masked(name, rules):
        return ""
    shorter = (name.removesuffix(title) for title in rules.titles if name.endswith(title))
    return next((s for s in shorter if len(s) > 1), name)


@functools.lru_cache(maxsize=4)
def _bare_name(rules: MaskingRules) -> re.Pattern[str]:
    """A cell that is a name and nothing else, whatever the rules are: most cells of most rosters."""
    titles = "".join(f"(?<!{re.escape(title)})" for title in rules.titles)
    return re.compile(rf"[\u3400-\u9fff]{{2,4}}{titles}")


def people_in(cells: Iterable[object], rules: MaskingRules, *, longest: int) -> frozenset[str]:
    """The names in cells of names (see ``names_in``) that may be looked for elsewhere.

    Cells of more than ``longest`` characters are no names.
    """
    texts = {cell for cell in set(cells) if isinstance(cell, str)}
    bare = set(filter(_bare_name(rules).fullmatch, texts))
    others = {text_of(text) for text in texts - bare}
    named = {name for text in others if len(text) <= longest for _, name in names_in(text, rules)}
    known = (name for name in named if len(name) > 1 and plausible_name(name))
    return frozenset(bare.difference(rules.not_names, (rules.mark, rules.hidden)).union(known))


def is_masked(text: str, rules: MaskingRules) -> bool:
    """Whether a piece of text is what masking leaves: 学生001, （略）, ＊＊, 520****11."""
    return "**" in text or rules.left_behind.fullmatch(text) is not None


def plausible_name(name: str) -> bool:
    """Whether a word of a name column may be looked for elsewhere: 张三, 阿依·古丽, not 三年级1班."""
    whole = name.upper()
    shapes = (_HAN_NAME, _LATIN_NAME, *([_DOTTED_NAME] if "·" in whole else []))
    return any(shape.fullmatch(whole) for shape in shapes)


class Known:
    """Texts that must not stand anywhere (names, ids, phones), each with what takes its place."""

    def __init__(
        self, replacements: Mapping[str, tuple[str, MaskRule]], *, folded: bool = False
    ) -> None:
        """``folded``: the texts are already as ``fold`` makes them."""
        self._replacements = dict(
            replacements
            if folded
            else zip(fold_all([*replacements]), replacements.values(), strict=True)
        )
        for text in [text for text in self._replacements if "·" in text]:
            for dot in ("", ".", "-"):  # 阿依·古丽 is typed as 阿依古丽 too
                self._replacements.setdefault(text.replace("·", dot), self._replacements[text])
        self._lengths = sorted({*map(len, self._replacements)} - {0, 1}, reverse=True)
        few = len(self._lengths) <= FEW_LENGTHS
        self._starts = None if few else {text[:2] for text in self._replacements}

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Where known texts stand in a folded text, from left to right, the longest at each place."""
        found: list[tuple[int, int, str]] = []
        place = 0
        while place < len(text) - 1:
            end = 0
            if self._starts is None or text[place : place + 2] in self._starts:
                ends = (place + length for length in self._lengths if place + length <= len(text))
                end = next((e for e in ends if text[place:e] in self._replacements), 0)
            if end:
                found.append((place, end, text[place:end]))
            place = end or place + 1
        return found

    def replacement(self, known: str) -> tuple[str, MaskRule]:
        """What takes the place of a known text, and the rule it falls under."""
        return self._replacements[known]


class Scanner:
    """Finds and masks, in any text, the patterns of the rules and what is known of this file."""

    def __init__(
        self, rules: MaskingRules, known: Known, spared: Container[str] = frozenset()
    ) -> None:
        """``spared``: whole cells, folded, that are words of forms and lists, whoever is called so."""
        self.rules, self.known = rules, known
        self._patterns = [(p, re.compile(p.regex)) for p in rules.patterns]
        self._spared = spared
        self.scan = functools.lru_cache(maxsize=65536)(self._scan)

    def _scan(self, text: str) -> tuple[str, tuple[str, ...]]:
        """(text with everything found masked, titles of what was found)."""
        folded = fold(text)
        if folded.text in self._spared:
            return text, ()
        titles: list[str] = []
        spans: list[tuple[int, int, str]] = []
        for start, end, hit in self.known.find(folded.text):
            put, rule = self.known.replacement(hit)
            spans.append((*_span(folded, start, end), put))
            titles.append(f"已知的{rule.title}")
        text = _replace(text, spans)
        if not _WORTH_A_LOOK.search(text):
            return text, tuple(titles)
        folded = fold(text, spaces=True)
        for pattern, regex in self._patterns:
            rule = self.rules.by_name[pattern.rule]
            hits = list(regex.finditer(folded.text))
            if hits:
                spans = [(*_span(folded, *h.span()), _put(h[0], rule, self.rules)) for h in hits]
                titles += [pattern.title] * len(hits)
                text = _replace(text, spans)
                folded = fold(text, spaces=True)
        return text, tuple(titles)

    def left(self, value: object) -> bool:
        """Whether a cell that should hold nothing personal any more still does."""
        if isinstance(value, str):
            return bool(self.scan(value)[1])
        large = isinstance(value, int | float) and abs(value) >= LONG_NUMBER
        return large and bool(self.scan(digits_of(value))[1])

    def left_in(self, xml: str) -> bool:
        """Whether a known name or number stands in the texts and attributes of a part."""
        words = re.findall(r">([^<>]+)<|\"([^\"]*)\"", xml)
        return any(self.known.find(fold(word).text) for pair in words for word in pair if word)


def _span(folded: Folded, start: int, end: int) -> tuple[int, int]:
    return folded.at[start], folded.at[end - 1] + 1


def _replace(text: str, spans: list[tuple[int, int, str]]) -> str:
    for start, end, put in reversed(spans):
        text = text[:start] + put + text[end:]
    return text


def _put(found: str, rule: MaskRule, rules: MaskingRules) -> str:
    """What takes the place of a pattern found in running text."""
    if rule.method is Method.ENDS:
        return hide(re.sub(r"[ -]", "", found), rule.first, rule.last)
    return rules.mark


def labelled(text: str) -> list[tuple[str, int, int]]:
    """(label, start and end of its value) in a line such as 填报人：张三　联系电话：17400000001."""
    plain = text.replace("：", ":")
    marks = list(_COLON.finditer(plain))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    found = []
    for mark, end in zip(marks, ends, strict=False):
        value = plain[mark.end() : end]
        wide = re.search(r"\s{2,}", value)
        stop = mark.end() + (wide.start() if wide else len(value.rstrip()))
        if stop > mark.end():
            found.append((mark[1], mark.end(), stop))
    return found
