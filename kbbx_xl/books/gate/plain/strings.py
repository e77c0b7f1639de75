"""The shared strings of a workbook (共享文字表) as a list of texts."""

from __future__ import annotations

import re
from xml.sax.saxutils import unescape

from kbbx_xl.books.gate.package import check_well_formed
from kbbx_xl.books.gate.sheet_xml import STRINGS_TAG

_ITEM = re.compile(
    r'(<si>(?:<t(?: xml:space="preserve")?+>([^<]*+)</t>|<t/>)'
    r'(?:<phoneticPr fontId="\d+"(?: type="\w+")?+(?: alignment="\w+")?+/>)?+</si>|<si/>)'
)
_HEAD = re.compile(rb"(?:<\?xml[^>]*\?>\s*)?" + STRINGS_TAG)
_OPEN, _CLOSE = "<si><t>", "</t></si>"
_END = b"</sst>"
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos);")
_QUOTES = {"&quot;": '"', "&apos;": "'"}
_NOT_FOR_HERE = ("\r", "&#", "_x")  # line ends, character references and escapes


def shared_strings(xml: bytes) -> list[str] | None:
    """The texts of a table of shared strings; None when it is not of the plainest kind.

    That is: one text each, perhaps with settings for its pronunciation, no runs of formats.
    """
    head = _HEAD.match(xml)
    if head is None or not xml.rstrip().endswith(_END):
        return None
    check_well_formed(head[0] + _END, "共享文字表")
    body = decoded(xml[head.end() : xml.rindex(_END)])
    if not body:
        return None if body is None else []
    if body.startswith(_OPEN) and body.endswith(_CLOSE):  # nearly always all are written alike
        texts = body[len(_OPEN) : -len(_CLOSE)].split(_CLOSE + _OPEN)
        if "<" not in "".join(texts):
            return resolved(texts)
    found = _ITEM.findall(body)
    whole = sum(len(item) for item, _ in found) == len(body)
    return resolved([text for _, text in found]) if whole else None


def decoded(text: bytes) -> str | None:
    """UTF-8 as text, None for what is none."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return None


def resolved(texts: list[str]) -> list[str] | None:
    """Texts with the five entities of XML resolved; None when one needs more than that."""
    whole = "".join(texts)
    if any(sign in whole for sign in _NOT_FOR_HERE):
        return None
    if "&" not in whole:
        return texts
    if len(_ENTITY.findall(whole)) != whole.count("&"):
        return None
    return [unescape(text, _QUOTES) for text in texts]
