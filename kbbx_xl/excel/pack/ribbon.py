"""Rules a ribbon must keep, since Excel silently drops one it does not like ([MS-CUSTOMUI2])."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from kbbx_xl.excel.pack.vba import Procedure

SPACE = "{http://schemas.microsoft.com/office/2009/07/customui}"
PLACE = frozenset({"insertAfterMso", "insertBeforeMso", "visible", "getVisible"})
NAMED = PLACE | {"id", "tag", "label", "getLabel", "keytip", "getKeytip"}
TIPS = frozenset({"screentip", "getScreentip", "supertip", "getSupertip"})
IMAGE = frozenset({"image", "imageMso", "getImage"})
CONTROL = (
    NAMED
    | TIPS
    | IMAGE
    | {"enabled", "getEnabled", "description", "getDescription", "size", "getSize"}
    | {"showImage", "getShowImage", "showLabel", "getShowLabel"}
)
ATTRIBUTES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "customUI": frozenset({"onLoad", "loadImage"}),
        "ribbon": frozenset({"startFromScratch"}),
        "tabs": frozenset(),
        "tab": NAMED,
        "group": NAMED | TIPS | IMAGE | {"autoScale", "centerVertically"},
        "button": CONTROL | {"onAction"},
        "menu": CONTROL | {"itemSize"},
        "separator": PLACE | {"id"},
        "menuSeparator": frozenset({"id", "title", "getTitle"}),
    }
)
CHILDREN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "customUI": frozenset({"ribbon"}),
        "ribbon": frozenset({"tabs"}),
        "tabs": frozenset({"tab"}),
        "tab": frozenset({"group"}),
        "group": frozenset({"button", "menu", "separator"}),
        "menu": frozenset({"button", "menu", "menuSeparator"}),
    }
)
WITHOUT_ID = frozenset({"customUI", "ribbon", "tabs"})
LONGEST: Mapping[str, int] = MappingProxyType(
    {"id": 1024, "label": 1024, "screentip": 1024, "supertip": 1024, "keytip": 3}
)
PARAMETERS: Mapping[str, int] = MappingProxyType({"onLoad": 1, "onAction": 1})
GETTER_PARAMETERS = 2  # the control, and ByRef the answer
ID = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
KEYTIP = re.compile(r"[A-Z0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Control:
    """One element of a ribbon with its attributes."""

    kind: str
    attributes: Mapping[str, str]
    group: str  # label of the group it stands in

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    @property
    def label(self) -> str:
        return self.attributes.get("label", "")


def controls(xml: bytes) -> list[Control]:
    """Every element in document order; ET.ParseError when it is not XML."""
    root = ET.fromstring(xml)  # noqa: S314 (a source of our own, no stranger's file)
    return list(_walk(root, ""))


def _walk(element: ET.Element, group: str) -> Iterator[Control]:
    kind = element.tag.removeprefix(SPACE)
    group = element.get("label", "") if kind == "group" else group
    yield Control(kind, dict(element.attrib), group)
    for child in element:
        yield from _walk(child, group)


def ribbon_problems(xml: bytes, code: Sequence[Procedure]) -> list[str]:
    """What is wrong with a ribbon whose callbacks are in ``code``; empty when nothing is."""
    try:
        root = ET.fromstring(xml)  # noqa: S314 (a source of our own, no stranger's file)
    except ET.ParseError as error:
        return [f"not XML: {error}"]
    if root.tag != f"{SPACE}customUI":
        return [f"the root is {root.tag}"]
    found = controls(xml)
    problems = [*_nesting(root), *_doubles(found)]
    for control in found:
        problems += _element_problems(control)
        problems += _callback_problems(control, code)
    return problems


def _nesting(element: ET.Element) -> Iterator[str]:
    kind = element.tag.removeprefix(SPACE)
    for child in element:
        name = child.tag.removeprefix(SPACE)
        if name not in CHILDREN.get(kind, ()):
            yield f"{name} may not stand in {kind}"
        yield from _nesting(child)


def _doubles(found: Sequence[Control]) -> Iterator[str]:
    """Ids and key tips given twice; a key tip that begins another could not be typed."""
    for name, count in Counter(c.id for c in found if c.id).items():
        if count > 1:
            yield f"id {name} stands {count} times"
    tips = sorted(tip for c in found if c.kind != "tab" and (tip := c.attributes.get("keytip")))
    for before, after in pairwise(tips):
        if after.startswith(before):
            yield f"key tip {before} hides {after}"


def _element_problems(control: Control) -> Iterator[str]:
    place = f"{control.kind} {control.id}".strip()
    if control.kind not in ATTRIBUTES:
        yield f"unknown element {control.kind}"
        return
    for name, value in control.attributes.items():
        if name not in ATTRIBUTES[control.kind]:
            yield f"{place}: unknown attribute {name}"
        if not 0 < len(value) <= LONGEST.get(name, len(value)):
            yield f"{place}: {name} of {len(value)} characters"
    if control.kind not in WITHOUT_ID and not ID.fullmatch(control.id):
        yield f"{place}: no id that XML takes"
    if "label" in ATTRIBUTES[control.kind] and not control.attributes.keys() & {
        "label",
        "getLabel",
    }:
        yield f"{place}: no label"
    for one, other in (("label", "getLabel"), ("image", "imageMso"), ("size", "getSize")):
        if control.attributes.keys() >= {one, other}:
            yield f"{place}: both {one} and {other}"
    if not KEYTIP.fullmatch(control.attributes.get("keytip", "A")):
        yield f"{place}: key tip {control.attributes['keytip']}"


def _callback_problems(control: Control, code: Sequence[Procedure]) -> Iterator[str]:
    for name, value in control.attributes.items():
        if not name.startswith(("on", "get")):
            continue
        wanted = PARAMETERS.get(name, GETTER_PARAMETERS)
        named = [p for p in code if p.public and p.name.lower() == value.lower()]
        if len(named) != 1:
            yield f"{control.kind} {control.id}: {name}={value}: {len(named)} procedures"
        elif len(named[0].parameters) != wanted:
            given = len(named[0].parameters)
            yield f"{control.kind} {control.id}: {value} takes {given} parameters, not {wanted}"
