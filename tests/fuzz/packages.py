"""Mutation of the package and its XML, and of plain bytes."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from random import Random

from tests.hostile.package import pack

CENTRAL, END = b"PK\x01\x02", b"PK\x05\x06"
NUMBERS = (
    b"-1",
    b"0",
    b"1",
    b"2",
    b"65536",
    b"1048577",
    b"2147483648",
    b"4294967295",
    b"1E308",
    b"NaN",
    b"1.5",
    b"",
    b"abc",
)
TYPES = (b"s", b"str", b"inlineStr", b"b", b"e", b"n", b"d", b"q", b"")
NAMESPACES = (b"urn:x", b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"")
DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "99"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
INSERTED = (
    b"<!-- x -->", b"<![CDATA[9]]>", b"<?x y?>", b"&a;", b"&amp;", b"&#0;", b"&#55;", b"<c/>", b"<v>7</v>", b"</row>",
    b"<row>", b'<row r="4"/>', b"x" * 100_000, b"\xff\xfe", b"\x00", b"<", b">", b'"', b"</sheetData>", b"<sheetData>",
)  # fmt: skip
_TOKEN = re.compile(rb"<[^>]*>|[^<]+")
_ATTRIBUTE = re.compile(rb'\s[\w:]+="[^"]*"')
Parts = dict[str, bytes]


def unpack(data: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


# --- raw: a right checksum is out of the question, so that no other content may ever come out


def flip(data: bytes, rng: Random) -> bytes:
    """One to four bits."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def burst(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data))
    size = rng.randint(1, 64)
    return data[:at] + rng.randbytes(size) + data[at + size :]


def truncate(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data))]


def delete_range(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + data[at + rng.randint(1, 400) :]


def repeat_range(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data))
    size = rng.randint(1, 400)
    return data[: at + size] + data[at:]


def zero_range(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data))
    size = min(rng.choice((16, 512, 4096)), len(data) - at)
    return data[:at] + b"\0" * size + data[at + size :]


def append(data: bytes, rng: Random) -> bytes:
    return data + rng.randbytes(rng.randint(1, 200))


def prepend(data: bytes, rng: Random) -> bytes:
    return rng.randbytes(rng.randint(1, 200)) + data


def central_field(data: bytes, rng: Random) -> bytes:
    """A field of a directory record: flags, method, checksum, sizes, offset."""
    places = [m.start() for m in re.finditer(re.escape(CENTRAL), data)]
    if not places:
        return flip(data, rng)
    out = bytearray(data)
    at = rng.choice(places) + rng.choice((8, 10, 16, 20, 24, 28, 30, 32, 42))
    struct.pack_into(
        "<H", out, min(at, len(out) - 2), rng.choice((0, 1, 8, 9, 99, 0xFFFF, rng.randrange(65536)))
    )
    return bytes(out)


def end_field(data: bytes, rng: Random) -> bytes:
    """A field of the end record: number of entries, size and place of the directory."""
    at = data.rfind(END)
    if at < 0:
        return flip(data, rng)
    out = bytearray(data)
    struct.pack_into(
        "<H",
        out,
        at + rng.choice((8, 10, 12, 16)),
        rng.choice((0, 1, 0xFFFF, rng.randrange(65536))),
    )
    return bytes(out)


def two_packages(data: bytes, rng: Random) -> bytes:
    return data + data[rng.randrange(len(data)) :]


RAW: tuple[Callable[[bytes, Random], bytes], ...] = (
    flip, flip, flip, flip, burst, truncate, delete_range, repeat_range, zero_range, append, prepend,
    central_field, central_field, end_field, two_packages,
)  # fmt: skip
BYTES = (flip, flip, flip, burst, truncate, delete_range, repeat_range, zero_range, append)


# --- entries: the checksums are right, the package says something else


def swap_entries(parts: Parts, rng: Random) -> list[tuple[str, bytes]]:
    a, b = rng.sample(list(parts), 2)
    return list({**parts, a: parts[b], b: parts[a]}.items())


def drop_entry(parts: Parts, rng: Random) -> list[tuple[str, bytes]]:
    gone = rng.choice(list(parts))
    return [(name, part) for name, part in parts.items() if name != gone]


def empty_entry(parts: Parts, rng: Random) -> list[tuple[str, bytes]]:
    return list({**parts, rng.choice(list(parts)): b""}.items())


def double_entry(parts: Parts, rng: Random) -> list[tuple[str, bytes]]:
    """Once more under the same name, another case or another slash, perhaps with other content."""
    name = rng.choice(list(parts))
    other = rng.choice((name, name.upper(), name.replace("/", "\\"), "/" + name, "./" + name))
    return [
        *parts.items(),
        (other, rng.choice((parts[name], b"<x/>", rng.choice(list(parts.values()))))),
    ]


def rename_entry(parts: Parts, rng: Random) -> list[tuple[str, bytes]]:
    old = rng.choice(list(parts))
    new = rng.choice((old.upper(), "../" + old, "/" + old, old + "x", old.replace("/", "\\"), "x"))
    return [(new if name == old else name, part) for name, part in parts.items()]


def reorder_entries(parts: Parts, rng: Random) -> list[tuple[str, bytes]]:
    items = list(parts.items())
    rng.shuffle(items)
    return items


ENTRIES: tuple[Callable[[Parts, Random], list[tuple[str, bytes]]], ...] = (
    swap_entries, drop_entry, empty_entry, double_entry, rename_entry, reorder_entries
)  # fmt: skip


# --- XML: the part is another text, with a right checksum


def delete_tag(xml: list[bytes], rng: Random) -> None:
    del xml[rng.randrange(len(xml))]


def double_tag(xml: list[bytes], rng: Random) -> None:
    at = rng.randrange(len(xml))
    xml.insert(at, xml[at])


def swap_tags(xml: list[bytes], rng: Random) -> None:
    a, b = rng.randrange(len(xml)), rng.randrange(len(xml))
    xml[a], xml[b] = xml[b], xml[a]


def _element(xml: list[bytes], rng: Random) -> tuple[int, int]:
    """First and last token of some element."""
    starts = [n for n, t in enumerate(xml) if re.match(rb"<[\w:]", t) and not t.endswith(b"/>")]
    if not starts:
        return 0, 0
    at = rng.choice(starts[2:] or starts)
    name = re.match(rb"<([\w:]+)", xml[at])
    opening, closing = b"<" + (name[1] if name else b""), b"</" + (name[1] if name else b"") + b">"
    depth = 0
    for n in range(at, len(xml)):
        if xml[n] == closing:
            depth -= 1
        elif xml[n].startswith(opening) and not xml[n].endswith(b"/>"):
            depth += re.match(re.escape(opening) + rb"[\s>]", xml[n]) is not None
        if depth == 0:
            return at, n
    return at, at


def delete_element(xml: list[bytes], rng: Random) -> None:
    first, last = _element(xml, rng)
    del xml[first : last + 1]


def double_element(xml: list[bytes], rng: Random) -> None:
    first, last = _element(xml, rng)
    xml[first:first] = xml[first : last + 1]


def move_element(xml: list[bytes], rng: Random) -> None:
    first, last = _element(xml, rng)
    taken = xml[first : last + 1]
    del xml[first : last + 1]
    at = rng.randrange(len(xml) + 1)
    xml[at:at] = taken


def attribute_gone(xml: list[bytes], rng: Random) -> None:
    _on_attribute(xml, rng, lambda found: b"")


def attribute_twice(xml: list[bytes], rng: Random) -> None:
    _on_attribute(xml, rng, lambda found: found + found)


def attribute_quoted(xml: list[bytes], rng: Random) -> None:
    """Single quotes say the same."""
    _on_attribute(xml, rng, lambda found: found.replace(b'"', b"'"))


def attribute_number(xml: list[bytes], rng: Random) -> None:
    new = rng.choice(NUMBERS)
    _on_attribute(xml, rng, lambda found: re.sub(rb"\d+", new, found, count=1))


def attribute_type(xml: list[bytes], rng: Random) -> None:
    new = rng.choice(TYPES)
    _on_attribute(xml, rng, lambda found: b' t="' + new + b'"', rb' t="')


def namespace(xml: list[bytes], rng: Random) -> None:
    new = rng.choice(NAMESPACES)
    _on_attribute(xml, rng, lambda found: b' xmlns="' + new + b'"', rb" xmlns")


def _on_attribute(
    xml: list[bytes], rng: Random, change: Callable[[bytes], bytes], start: bytes = b" "
) -> None:
    tags = [n for n, token in enumerate(xml) if start in token and _ATTRIBUTE.search(token)]
    if tags:
        at = rng.choice(tags)
        found = [m for m in _ATTRIBUTE.finditer(xml[at]) if m[0].startswith(start)]
        if found:
            one = rng.choice(found)
            xml[at] = xml[at][: one.start()] + change(one[0]) + xml[at][one.end() :]


def value(xml: list[bytes], rng: Random) -> None:
    texts = [n for n, token in enumerate(xml) if not token.startswith(b"<") and token.strip()]
    if texts:
        xml[rng.choice(texts)] = rng.choice(NUMBERS)


def insert(xml: list[bytes], rng: Random) -> None:
    at = rng.randrange(len(xml))
    token, cut = xml[at], rng.randrange(len(xml[at]) + 1)
    new = rng.choice(INSERTED)
    xml[at] = new + token if token.startswith(b"<") else token[:cut] + new + token[cut:]


def doctype(xml: list[bytes], rng: Random) -> None:
    xml.insert(1, DOCTYPE)


def cut(xml: list[bytes], rng: Random) -> None:
    del xml[rng.randrange(len(xml)) :]


def self_closed(xml: list[bytes], rng: Random) -> None:
    first, last = _element(xml, rng)
    if last > first:
        xml[first : last + 1] = [xml[first][:-1] + b"/>"]


XML: tuple[Callable[[list[bytes], Random], None], ...] = (
    delete_tag, double_tag, swap_tags, delete_element, double_element, double_element, move_element, attribute_gone,
    attribute_gone, attribute_twice, attribute_quoted, attribute_number, attribute_number, attribute_number,
    attribute_type, namespace, value, value, insert, insert, doctype, cut, self_closed,
)  # fmt: skip


def mutate_xml(data: bytes, rng: Random) -> tuple[bytes, list[str]]:
    """A package in which one part was changed one to three times, and what was done."""
    parts = unpack(data)
    names = [n for n in parts if n.endswith((".xml", ".rels")) and parts[n]]
    sheets = [
        n for n in names if "sheet" in n.lower() or "sharedStrings" in n or n == "content.xml"
    ]
    name = rng.choice(sheets if sheets and rng.random() < 0.75 else names)
    tokens = _TOKEN.findall(parts[name])
    steps = [rng.choice(XML) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    for step in steps:
        if tokens:
            step(tokens, rng)
    parts[name] = b"".join(tokens)
    return pack(parts), [f"{step.__name__}@{_kind(name)}" for step in steps]


def _kind(name: str) -> str:
    """sheet, sharedStrings, workbook, rels, styles … of a part's name."""
    base = name.rpartition("/")[2]
    return "rels" if base.endswith(".rels") else re.sub(r"\d*\.xml$", "", base)
