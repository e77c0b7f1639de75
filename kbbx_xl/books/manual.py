"""The manual (手册) as pages for a browser: docs/*.md with their pictures, everything on this computer."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from markdown_it import MarkdownIt

from kbbx_xl.settings.strict import shipped_path

FIRST_PAGE = "README"
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
    """Write every page of docs/ as HTML into ``folder``, pictures beside; returns the first page."""
    docs = shipped_path("docs")
    folder.mkdir(parents=True, exist_ok=True)
    renderer = MarkdownIt("commonmark").enable("table")
    for source in sorted(docs.glob("*.md")):
        text = source.read_text(encoding="utf-8")
        body = re.sub(r'href="([^":]+)\.md(#[^"]*)?"', r'href="\1.html\2"', renderer.render(text))
        title = text.lstrip("# ").partition("\n")[0]
        page = PAGE.format(title=title, body=body)
        (folder / f"{source.stem}.html").write_text(page, encoding="utf-8")
    shutil.copytree(docs / "pictures", folder / "pictures", dirs_exist_ok=True)
    return folder / f"{FIRST_PAGE}.html"
