"""The manual as a site and as a PDF: whole, found by search, without the network, nothing cut."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest

from kbbx_xl.books.manual import load_contents, page_title

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
TOOL = ROOT / "tools" / "manual"
A4 = (595, 842)
CONTENTS = load_contents()
USER = CONTENTS.pages(user_only=True)
# addresses that a page may name: what a reader types or clicks, never what a page loads
OUTSIDE = ("https://www.python.org", "https://github.com/pradyunsg/furo")


class Page(HTMLParser):
    """What a page loads, what it links to, and where one can link to in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.anchors |= {told["id"]} if "id" in told else set()
        if tag == "a":
            self.links += [told["href"]] if "href" in told else []
        else:
            self.loaded += [told[name] for name in ("href", "src") if name in told]


def _tool() -> ModuleType:
    """tools/manual as a module."""
    sys.path.insert(0, str(TOOL))
    spec = spec_from_file_location("manual_tool", TOOL / "__main__.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as ``make manual`` builds it: whatever Sphinx warns of is an error."""
    folder = tmp_path_factory.mktemp("手册") / "site"
    _tool().build_site(folder)
    return folder


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, Page]:
    return {path.resolve(): Page(path) for path in site.rglob("*.html")}


def test_every_page_of_docs_has_its_place_in_the_contents() -> None:
    listed = Counter(CONTENTS.pages())
    there = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")}
    assert set(listed) == there
    assert set(listed.values()) == {1}


def test_the_site_has_every_page_and_begins_with_the_first(site: Path) -> None:
    assert not [page for page in CONTENTS.pages() if not (site / f"{page}.html").is_file()]
    assert f"url={CONTENTS.first}.html" in (site / "index.html").read_text(encoding="utf-8")


def test_the_sidebar_shows_the_parts_in_order(site: Path) -> None:
    text = (site / f"{CONTENTS.first}.html").read_text(encoding="utf-8")
    captions = re.findall(r'<p class="caption"[^>]*><span class="caption-text">(.*?)</span>', text)
    assert captions == [part.title for part in CONTENTS.parts]


def test_pages_load_nothing_from_the_network(site: Path, pages: dict[Path, Page]) -> None:
    """Also not from another place on the disk: what is loaded lies in the site."""
    for path, page in pages.items():
        for loaded in page.loaded:
            name = unquote(loaded).partition("#")[0].partition("?")[0]
            if name:
                assert (path.parent / name).resolve().is_file(), (path.name, loaded)
    for style in site.rglob("*.css"):
        assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", style.read_text("utf-8"))


def test_every_link_of_the_site_leads_to_a_place_that_is_there(pages: dict[Path, Page]) -> None:
    broken, followed = [], 0
    for path, page in pages.items():
        for link in page.links:
            if link.startswith(("http:", "https:")):
                if not link.startswith(OUTSIDE):
                    broken.append((path.name, link))
                continue
            name, _, place = unquote(link).partition("#")
            target = (path.parent / name).resolve() if name else path
            followed += 1
            there = pages[target].anchors if target in pages else set()
            if not target.is_file() or (place and place not in there):
                broken.append((path.name, link))
    assert not broken
    assert followed > 1000


ASKED = (
    "疑似辍学台账",
    "零报告声明",
    "身份证件号",
    "F02",
    "kbbx-xl county",
    "人籍比对",
    "受保护的视图",
)


def _index(site: Path) -> dict[str, Any]:
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index: dict[str, Any] = json.loads(text.removeprefix("Search.setIndex(").rstrip(");\n"))
    return index


@pytest.mark.parametrize("asked", ASKED)
def test_what_people_ask_is_found_on_the_pages_that_say_it(site: Path, asked: str) -> None:
    sys.path.insert(0, str(TOOL))
    from conf import ChineseSearch

    index = _index(site)
    found = set(CONTENTS.pages())
    for word in ChineseSearch({}).split(asked):
        found &= _pages_with(word, index)
    saying = {
        page
        for page in CONTENTS.pages()
        if asked.lower() in (DOCS / f"{page}.md").read_text(encoding="utf-8").lower()
    }
    assert saying
    assert saying <= found


def _pages_with(word: str, index: dict[str, Any]) -> set[str]:
    """Pages with a word in their text or in a heading."""
    entries = (index[kind].get(word, []) for kind in ("terms", "titleterms"))
    numbers = (one if isinstance(one, list) else [one] for one in entries)
    return {index["docnames"][number] for each in numbers for number in each}


@pytest.mark.skipif(not shutil.which("node"), reason="needs node to run the browser's code")
def test_the_browser_cuts_a_question_as_the_index_was_cut(site: Path) -> None:
    sys.path.insert(0, str(TOOL))
    from conf import ChineseSearch

    code = (site / "_static" / "language_data.js").read_text(encoding="utf-8")
    asked = [*ASKED, "县", "6 项", "登记表.xlsx 里的“状态”", "KBBX_ID_CHECK"]
    script = "const window = {};" + code
    script += f";console.log(JSON.stringify({json.dumps(asked)}.map(splitQuery)))"
    ran = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [ChineseSearch({}).split(one) for one in asked]


# ---- the PDF


@pytest.fixture(scope="session")
def pdf(site: Path) -> Path:
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        pytest.skip(f"WeasyPrint needs Pango: {error}")
    if not shutil.which("pdftotext"):
        pytest.skip("needs poppler-utils")
    tool = _tool()
    target = site.parent / tool.PDF
    tool.build_pdf(site, target)
    return target


def _outline(items: list[object], level: int = 1) -> Iterator[tuple[int, object]]:
    for item in items:
        if isinstance(item, list):
            yield from _outline(item, level + 1)
        else:
            yield level, item


def _texts(pdf: Path) -> list[str]:
    """What each page says, as it is laid out."""
    ran = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    )
    return ran.stdout.removesuffix("\f").split("\f")


def test_the_pdf_has_every_user_page_as_a_chapter_where_the_contents_say(pdf: Path) -> None:
    from pypdf import PdfReader

    reader = PdfReader(pdf)
    marks = [
        (str(mark.title), reader.get_destination_page_number(mark) + 1)  # type: ignore[attr-defined,operator]
        for _, mark in _outline(reader.outline)  # type: ignore[arg-type]
    ]
    begins = dict(reversed(marks))
    titles = [page_title((DOCS / f"{page}.md").read_text(encoding="utf-8")) for page in USER]
    assert not [title for title in titles if title not in begins]
    first = begins[titles[0]]
    sheets = _texts(pdf)
    told = "\n".join(sheets[1 : first - 1])
    lines = re.findall(r"^ *(\S.*?)[ .]* (\d+)$", told, re.M)
    assert len(lines) > len(titles)
    listed = {(title.strip(), int(number)) for title, number in lines}
    assert not [t for t in titles if (t, begins[t]) not in listed]
    numbered = [sheet.split()[-1] for sheet in sheets[1:]]
    assert numbered == [str(2 + at) for at in range(len(numbered))]


def test_nothing_of_the_pdf_is_cut_at_the_edge_of_a_page(pdf: Path) -> None:
    boxes = subprocess.run(
        ["pdftotext", "-bbox", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    sizes = set(re.findall(r'<page width="([\d.]+)" height="([\d.]+)">', boxes))
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {A4}
    words = re.findall(
        r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">', boxes
    )
    assert len(words) > 10_000
    edge = 40  # points: the margins are 51 and 57
    beyond = [w for w in words if float(w[0]) < edge or float(w[2]) > A4[0] - edge]
    assert not beyond


def test_the_pdf_shows_the_pictures_and_no_page_of_maintainers(pdf: Path) -> None:
    from pypdf import PdfReader

    reader = PdfReader(pdf)
    listed = subprocess.run(
        ["pdfimages", "-list", pdf], capture_output=True, text=True, check=True
    ).stdout
    shown = set(re.findall(r"^ +\d+ +\d+ image .*? (\d+) +\d+ +\d+ +\d+ ", listed, re.M))
    written = {
        link
        for page in USER
        for link in re.findall(
            r"!\[[^\]]*\]\(([^)]+)\)", (DOCS / f"{page}.md").read_text(encoding="utf-8")
        )
    }
    assert len(shown) >= len({Path(link).name for link in written}) > 20
    titles = {str(mark.title) for _, mark in _outline(reader.outline)}  # type: ignore[arg-type,attr-defined]
    assert not titles & {"Architecture", "给维护人员"}
