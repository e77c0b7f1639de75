"""Sphinx's settings for the manual: docs/ as a site that needs no network.

Run by ``python tools/manual``; Sphinx reads the names below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.search import SearchLanguage
from sphinx.transforms import SphinxTransform

from kbbx_xl import __version__
from kbbx_xl.books.manual import load_contents

HERE = Path(__file__).resolve().parent
CONTENTS = load_contents()

project = CONTENTS.title
author = ""
version = release = __version__
language = "zh_CN"
root_doc = CONTENTS.first
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["contents.yaml", "terms.yaml"]

myst_heading_anchors = 4
myst_heading_slug_func = "kbbx_xl.books.manual.anchor"

html_theme = "furo"
html_title = CONTENTS.title
html_static_path = [str(HERE / "site.css")]
html_css_files = ["site.css"]
html_extra_path = [str(HERE / "index.html")]
html_copy_source = False
html_show_search_summary = False  # would be fetched, which a page opened from a disk may not
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_domain_indices = False
html_use_index = False
pygments_style = pygments_dark_style = "bw"
highlight_language = "none"

PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+)"[^>]*>')


class ChineseSearch(SearchLanguage):
    """Every two neighbouring characters are a word, in the index and in what is asked.

    A dictionary that cuts the pages into words is not there in the browser, so that a question of
    several words, such as 疑似辍学台账, would be looked up as one and not found.
    """

    lang = "zh"
    language_name = "Chinese"
    js_splitter_code = """
var splitQuery = (query) =>
  (query.toLowerCase().match(/[\\u3400-\\u9fff]+|[^\\W_][\\w-]*/g) || []).flatMap((run) =>
    run.length < 3 || !/[\\u3400-\\u9fff]/.test(run)
      ? [run]
      : Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2))
  );
"""
    _runs = re.compile(r"[\u3400-\u9fff]+|[^\W_][\w-]*", re.ASCII)

    def split(self, input: str) -> list[str]:  # noqa: A002 - Sphinx's name
        words: list[str] = []
        for run in self._runs.findall(input.lower()):
            if run.isascii() or len(run) < 3:
                words.append(run)
            else:
                words += [run[at : at + 2] for at in range(len(run) - 1)]
        return words


class PlainNames(SphinxTransform):
    """The Markdown parser writes names of pictures as addresses (%E7%99…); the files are called otherwise."""

    default_priority = 100

    def apply(self, **_kwargs: Any) -> None:
        for image in self.document.findall(nodes.image):
            image["uri"] = unquote(image["uri"])


def _order(_app: Sphinx, page: str, source: list[str]) -> None:
    """Give a page the list of those below it; the sidebar shows it, the page does not."""
    for part in CONTENTS.parts:
        nested = part.pages[1:] if part.under_first else ()
        if page == CONTENTS.first:
            source[0] += _toctree(part.title, part.pages[:1] if nested else part.pages)
        elif nested and page == part.pages[0]:
            source[0] += _toctree("", nested)


def _toctree(caption: str, pages: Sequence[str]) -> str:
    told = f":caption: {caption}\n" if caption else ""
    entries = "\n".join(f"/{page}" for page in pages)
    return f"\n\n```{{toctree}}\n:hidden:\n{told}\n{entries}\n```\n"


def _enlarge(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """A click on a picture shows it in its own size."""
    if "body" in context:
        context["body"] = PICTURE.sub(r'<a class="picture" href="\1">\g<0></a>', context["body"])


def setup(app: Sphinx) -> None:
    app.add_transform(PlainNames)
    app.add_search_language(ChineseSearch)
    app.connect("source-read", _order)
    app.connect("html-page-context", _enlarge)
