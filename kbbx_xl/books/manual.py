"""The manual (手册) as pages for a browser: docs/ with its pictures, everything on this computer."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

from kbbx_xl.settings.strict import shipped_path

FIRST_PAGE = "README"
SUFFIX = ".md"
LINK = re.compile(r'href="([^":#]+)\.md(#[^"]*)?"')  # to another page; addresses of the web stay
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ max-width: 52rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.7;
  font-family: "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #222; }}
img {{ max-width: 100%; border: 1px solid #ccc; }}
table {{ border-collapse: collapse; }} td, th {{ border: 1px solid #999; padding: .3rem .6rem; }}
code {{ background: #f2f2f2; padding: 0 .2rem; }}
</style></head><body>
{body}
</body></html>
"""


def write_manual(folder: Path) -> Path:
    """Write docs/ into ``folder``, its pages as HTML, all else as it is; returns the first page."""
    docs = shipped_path("docs")
    for source in sorted(path for path in docs.rglob("*") if path.is_file()):
        target = folder / source.relative_to(docs)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == SUFFIX:
            page = _page(source.read_text(encoding="utf-8"))
            target.with_suffix(".html").write_text(page, encoding="utf-8")
        else:
            shutil.copyfile(source, target)
    return folder / f"{FIRST_PAGE}.html"


def _page(text: str) -> str:
    """One page: headings with the anchors that links lead to, links to pages as they are now called."""
    renderer = MarkdownIt("commonmark").enable("table")
    tokens = renderer.parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", anchor(inline.content))
    body = LINK.sub(r'href="\1.html\2"', renderer.renderer.render(tokens, renderer.options, {}))
    return PAGE.format(title=text.lstrip("# ").partition("\n")[0], body=body)


def anchor(heading: str) -> str:
    """What a link writes after # to lead to a heading, as on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
