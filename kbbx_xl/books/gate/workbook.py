"""What a workbook's package says of itself (工作簿结构): its sheets and parts, and what came along.

Links to other files, macros and embedded objects are reported and never followed, run or opened.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from posixpath import normpath

from lxml import etree

from kbbx_xl.books.gate.held import DamagedError, HostileError
from kbbx_xl.books.gate.package import Package

VISIBLE = "visible"
WORKSHEET, MACRO_SHEETS = "worksheet", ("xlMacrosheet", "xlIntlMacrosheet")
EXTRAS = (  # what came along: word for the user, and how its parts are called
    ("宏", ("vbaproject.bin", "/macrosheets/")),
    ("外部链接", ("/externallinks/",)),
    ("数据连接", ("/connections.xml", "/querytables/", "/connections.bin")),
    ("嵌入的文件或控件", ("/embeddings/", "/activex/", "/ctrlprops/")),
)
MACROS = EXTRAS[0][0]
DDE, LINKED_DATA = b"ddeLink", "动态数据交换（DDE）"


@dataclass(frozen=True, slots=True)
class Structure:
    """Sheets of an .xlsx: part name -> sheet name, the parts all sheets share, what else is inside."""

    sheets: dict[str, str]
    strings: str  # part of the shared strings, or ""
    styles: str  # part of the formats, by which a number is a date, or ""
    extras: tuple[str, ...]  # words of EXTRAS and LINKED_DATA
    hidden: frozenset[str] = frozenset()  # sheets that are not shown
    odd: bool = False  # other sheets than worksheets, or days counted from 1904


def structure(package: Package) -> Structure:
    """Read workbook.xml and its relations; DamagedError or HostileError when they contradict."""
    home = _home(package)
    targets, kinds = _relations(package, home)
    sheets: dict[str, str] = {}
    hidden: set[str] = set()
    book = _xml(package, home)
    odd = any(_since_1904(element) for element in book.iter("{*}workbookPr"))
    for element in book.iter("{*}sheet"):
        name = str(element.get("name", ""))
        key = next((v for k, v in element.items() if k.endswith("}id")), "")
        kind = kinds.get(key, "")
        odd = odd or kind != WORKSHEET
        if kind in ("chartsheet", "dialogsheet", *MACRO_SHEETS):
            continue
        part = targets.get(key, "")
        if part not in package.names:
            raise DamagedError(f"第 {len(sheets) + 1} 张工作表的内容不在文件里，没有存全")
        if part in sheets:
            raise HostileError("两张工作表指向同一份内容")
        sheets[part] = name
        if element.get("state", VISIBLE) != VISIBLE:
            hidden.add(name)
    twice = [n for n, times in Counter(v.casefold() for v in sheets.values()).items() if times > 1]
    if twice:
        raise HostileError("有两张同名的工作表")
    strings = _only(package, targets, kinds, "sharedStrings", "共享文字表")
    styles = _only(package, targets, kinds, "styles", "格式表")
    return Structure(sheets, strings, styles, extras(package), frozenset(hidden), odd)


def _since_1904(element: etree._Element) -> bool:
    return element.get("date1904", "0") not in ("0", "false")


def _only(
    package: Package, targets: dict[str, str], kinds: dict[str, str], kind: str, title: str
) -> str:
    """The one part of a kind that the workbook refers to, "" for none."""
    found = {targets[key] for key, said in kinds.items() if said == kind}
    if len(found) > 1:
        raise HostileError(f"有两份{title}")
    part = next(iter(found), "")
    if part and part not in package.names:
        raise DamagedError(f"{title}不在文件里，没有存全")
    return part


def extras(package: Package) -> tuple[str, ...]:
    """What a workbook holds beside its cells, in the order of ``EXTRAS``."""
    lowered = [f"/{name.lower()}" for name in package.names]
    found = [word for word, marks in EXTRAS if any(m in name for name in lowered for m in marks)]
    links = (name for name in package.names if "/externallinks/externallink" in name.lower())
    if any(DDE in package.read(name) for name in links):
        found.append(LINKED_DATA)
    return tuple(found)


def _home(package: Package) -> str:
    """The part of the workbook: what the package's relations name, else the one called so."""
    if "_rels/.rels" in package.names:
        for relation in _xml(package, "_rels/.rels").iter("{*}Relationship"):
            if str(relation.get("Type", "")).endswith("/officeDocument"):
                named = normpath(str(relation.get("Target", ""))).lstrip("/")
                if named in package.names:
                    return named
    found = [n for n in package.names if n.lower().rpartition("/")[2] == "workbook.xml"]
    if len(found) != 1:
        raise DamagedError("文件里没有工作簿的主部件（workbook.xml），没有存全")
    return found[0]


def _relations(package: Package, home: str) -> tuple[dict[str, str], dict[str, str]]:
    """Id -> part, and id -> last word of its type, of what the workbook refers to inside the package."""
    folder, _, base = home.rpartition("/")
    page = f"{folder}/_rels/{base}.rels".lstrip("/")
    if page not in package.names:
        raise DamagedError("文件里没有工作簿的关系表，没有存全")
    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for relation in _xml(package, page).iter("{*}Relationship"):
        key, target = str(relation.get("Id", "")), str(relation.get("Target", ""))
        if key in targets:
            raise HostileError("工作簿的关系表里有重复的编号")
        if str(relation.get("TargetMode", "")) == "External":
            continue
        absolute = target if target.startswith("/") else f"{folder}/{target}"
        targets[key] = normpath(absolute).lstrip("/")
        kinds[key] = str(relation.get("Type", "")).rpartition("/")[2]
    return targets, kinds


def _xml(package: Package, name: str) -> etree._Element:
    """A small part as a tree; its DTD and encoding were refused before."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(package.read(name), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedError(f"部件 {name} 的内容坏了") from error
