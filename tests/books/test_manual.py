"""books.manual: the pages of docs/ as HTML, whose links and pictures all lead somewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from kbbx_xl.books.manual import anchor, write_manual
from kbbx_xl.settings.strict import shipped_path


class Page(HTMLParser):
    """What a page links to, what it shows, and where one can link to in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.links += [told[name] for name in ("href", "src") if name in told]
        self.anchors |= {told["id"]} if "id" in told else set()


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    first = write_manual(tmp_path_factory.mktemp("manual") / "手册")
    assert first.name == "README.html"
    return {path: Page(path) for path in first.parent.rglob("*.html")}


def test_every_page_of_docs_is_there(manual: dict[Path, Page]) -> None:
    docs = shipped_path("docs")
    folder = next(path.parent for path in manual if path.parent.name == "手册")
    pages = {path.relative_to(docs).with_suffix("") for path in docs.rglob("*.md")}
    assert {path.relative_to(folder).with_suffix("") for path in manual} == pages
    assert Path("按钮/校验本表") in pages


def test_every_link_and_picture_leads_to_a_file_and_place_that_is_there(
    manual: dict[Path, Page],
) -> None:
    broken = []
    for path, page in manual.items():
        for link in page.links:
            if re.match(r"https?:|mailto:", link):
                continue
            name, _, place = unquote(link).partition("#")
            target = (path.parent / name).resolve() if name else path
            inside = target.is_file() and (not place or place in manual[target].anchors)
            if not inside or target.suffix == ".md":
                broken.append((path.name, link))
    assert not broken
    assert sum(len(page.links) for page in manual.values()) > len(manual)


def test_a_second_writing_replaces_the_first(tmp_path: Path) -> None:
    write_manual(tmp_path)
    page = tmp_path / "按钮" / "自检.html"
    page.write_text("old", encoding="utf-8")
    write_manual(tmp_path)
    assert "<h1" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("heading", "place"),
    [("每月：收和催", "每月收和催"), ("KBBX_ID_CHECK", "kbbx_id_check"), ("A b-c", "a-b-c")],
)
def test_anchors_are_those_of_github(heading: str, place: str) -> None:
    assert anchor(heading) == place
