"""The manual as one PDF: the pages of the site that a user reads, one after the other, by WeasyPrint.

Sphinx's own single page would leave a link to a heading that two pages have, such as 每月, to the first
of them; here every anchor carries the name of its page.
"""

from __future__ import annotations

import html
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree
from lxml import html as markup

from kbbx_xl import __version__
from kbbx_xl.books.manual import Contents, Part

MANY = 6  # a table of so many columns is set smaller
LISTED = 20  # a page of more sections is listed by its title only

Element = markup.HtmlElement


def paper(site: Path, contents: Contents) -> str:
    """The whole PDF as HTML; pictures are named by where they lie in ``site``."""
    user = tuple(part for part in contents.parts if part.user)
    inside = frozenset(contents.pages(user_only=True))
    chapters = {page: chapter(site, page, inside) for page in contents.pages(user_only=True)}
    body = [cover(contents), toc(contents.first, user, chapters), text_of(chapters[contents.first])]
    for part in user:
        body.append(f'<p class="part" id="{part_id(part)}">{html.escape(part.title)}</p>')
        for number, page in enumerate(part.pages):
            if part.under_first and number:
                chapters[page].classes.add("below")
            body.append(text_of(chapters[page]))
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{contents.title}</title></head><body>{''.join(body)}</body></html>"
    )


def cover(contents: Contents) -> str:
    return (
        f'<section class="cover"><h1>{contents.title}</h1><p>Excel 工作簿、加载项和命令行</p>'
        f'<div class="below"><p>版本 {__version__}</p>'
        "<p>图中的人名、证件号、电话都是编的</p></div></section>"
    )


def toc(first: str, parts: tuple[Part, ...], chapters: dict[str, Element]) -> str:
    """The table of contents; page numbers are filled in by the style sheet."""
    lines = [entry(chapters[first], "page")]
    for part in parts:
        lines.append(f'<li class="group">{html.escape(part.title)}</li>')
        for number, page in enumerate(part.pages):
            lines.append(entry(chapters[page], "page"))
            if not (part.under_first and number):
                lines += sections(chapters[page])
    return f'<section class="contents"><h2>目录</h2><ol>{"".join(lines)}</ol></section>'


def entry(element: Element, kind: str) -> str:
    heading = element.find("./h1" if kind == "page" else "./h2")
    title = html.escape("".join(heading.itertext()).strip())
    return f'<li class="{kind}"><a href="#{html.escape(heading.get("id"))}">{title}</a></li>'


def sections(element: Element) -> list[str]:
    """Entries for the sections of a chapter that has not too many."""
    found = element.xpath("./section[h2]")
    return [entry(one, "section") for one in found] if len(found) <= LISTED else []


def part_id(part: Part) -> str:
    return f"part-{part.title}"


def chapter(site: Path, page: str, inside: frozenset[str]) -> Element:
    """The text of a page as a chapter: anchors of its own, links within the PDF or none."""
    tree = markup.parse(str(site / f"{page}.html"), markup.HTMLParser(encoding="utf-8"))
    (section,) = tree.xpath('//article[@role="main"]/section')
    for sign in section.xpath('.//a[@class="headerlink"]'):
        sign.drop_tree()
    for part in section.xpath(".//*[@id]"):
        part.set("id", f"{page}--{part.get('id')}")
    section.set("id", page)
    for part in section.xpath("descendant-or-self::section[@id]"):
        heading = part.xpath("./h1|./h2|./h3|./h4")[0]  # may stand a page after its section's edge
        heading.set("id", part.attrib.pop("id"))
    for link in section.xpath(".//a[@href]"):
        follow(link, page, inside)
    for image in section.xpath(".//img"):
        image.set("src", normpath(join(dirname(page), unquote(image.get("src")))))
    for shown in section.xpath(".//p[.//img]/preceding-sibling::*[1][self::p]"):
        shown.classes.add("told-below")
    for table in section.xpath(f".//table[.//tr[count(*) >= {MANY}]]"):
        table.classes.add("many")
    section.set("class", "chapter")
    return section


def follow(link: Element, page: str, inside: frozenset[str]) -> None:
    """Let a link lead to the same place in the PDF; one that leads out of it becomes plain text."""
    target = unquote(link.get("href"))
    if target.startswith(("http:", "https:", "mailto:")):
        return
    name, _, place = target.partition("#")
    other = normpath(join(dirname(page), name)).removesuffix(".html") if name else page
    if other not in inside:
        link.drop_tag()
    else:
        link.set("href", f"#{other}--{place}" if place else f"#{other}")


def text_of(element: Element) -> str:
    return etree.tostring(element, encoding="unicode", method="html")
