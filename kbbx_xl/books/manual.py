"""The manual (手册) as pages for a browser: docs/ with its pictures, everything on this computer.

Needs no more than the package has.  The site and the PDF (tools/manual) are made of the same pages in
the same order, docs/contents.yaml.
"""

from __future__ import annotations

import functools
import html
import os
import re
import shutil
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

from kbbx_xl.settings.strict import build, load, shipped_path

SUFFIX = ".md"
LINK = re.compile(r'href="([^":#]+)\.md(#[^"]*)?"')  # to another page; addresses of the web stay
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ margin: 0; line-height: 1.7; color: #222;
  font-family: "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }}
nav {{ position: fixed; top: 0; bottom: 0; left: 0; width: 13rem; overflow: auto; padding: 1rem;
  background: #f4f6f8; font-size: .9rem; }}
nav b {{ display: block; margin-top: .8rem; }} nav a {{ display: block; text-decoration: none; }}
nav a[aria-current] {{ font-weight: bold; color: #222; }}
main {{ max-width: 56rem; margin: 0 2rem 3rem 17rem; }}
@media (max-width: 50rem) {{ nav {{ position: static; width: auto; }} main {{ margin: 1rem; }} }}
@media print {{ nav {{ display: none; }} main {{ margin: 0; }} }}
img {{ max-width: 100%; border: 1px solid #ccc; }}
table {{ border-collapse: collapse; }} td, th {{ border: 1px solid #999; padding: .3rem .6rem; }}
pre {{ background: #f2f2f2; padding: .6rem; overflow: auto; }} code {{ background: #f2f2f2; }}
</style></head><body>
<nav>
{nav}
</nav>
<main>
{body}
</main></body></html>
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A part (部分) of the manual: its pages in order, as paths below docs/ without suffix."""

    title: str
    pages: tuple[str, ...]
    user: bool = True  # False: for who maintains the program; not in the PDF
    under_first: bool = False  # the other pages belong to the first one


@dataclass(frozen=True, slots=True)
class Contents:
    """The order of the manual (目录): the page that comes first, then the parts."""

    title: str
    first: str
    parts: tuple[Part, ...]

    def pages(self, *, user_only: bool = False) -> tuple[str, ...]:
        """All pages in the order in which they are read."""
        listed = (page for part in self.parts if part.user or not user_only for page in part.pages)
        return (self.first, *listed)


@functools.cache
def load_contents() -> Contents:
    """docs/contents.yaml; SettingsError says what is wrong with it and in which line."""
    return build(Contents, load(shipped_path("docs", "contents.yaml")))


def write_manual(folder: Path) -> Path:
    """Write docs/ into ``folder``, its pages as HTML, all else as it is; returns the first page."""
    docs = shipped_path("docs")
    for source in sorted(path for path in docs.rglob("*") if path.is_file()):
        name = source.relative_to(docs)
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == SUFFIX:
            page = _page(source.read_text(encoding="utf-8"), name.with_suffix("").as_posix())
            target.with_suffix(".html").write_text(page, encoding="utf-8")
        else:
            shutil.copyfile(source, target)
    return folder / f"{load_contents().first}.html"


def _page(text: str, name: str) -> str:
    """One page: headings with the anchors that links lead to, links to pages as they are now called."""
    renderer = MarkdownIt("commonmark").enable("table")
    tokens = renderer.parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", anchor(inline.content))
    body = LINK.sub(r'href="\1.html\2"', renderer.renderer.render(tokens, renderer.options, {}))
    return PAGE.format(title=html.escape(page_title(text)), nav=_nav(name), body=body)


def _nav(current: str) -> str:
    """Links to all pages, as seen from ``current``; that one is marked."""
    lines = [_nav_link(load_contents().first, current)]
    for part in load_contents().parts:
        lines += [f"<b>{html.escape(part.title)}</b>", *(_nav_link(p, current) for p in part.pages)]
    return "\n".join(lines)


def _nav_link(page: str, current: str) -> str:
    path = os.path.relpath(page, Path(current).parent).replace(os.sep, "/")
    mark = ' aria-current="page"' if page == current else ""
    return f'<a href="{path}.html"{mark}>{html.escape(_title_of(page))}</a>'


@functools.cache
def _title_of(page: str) -> str:
    return page_title(shipped_path("docs", f"{page}{SUFFIX}").read_text(encoding="utf-8"))


def page_title(text: str) -> str:
    """The first heading of a page."""
    return text.lstrip("# ").partition("\n")[0]


def anchor(heading: str) -> str:
    """What a link writes after # to lead to a heading, as on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
