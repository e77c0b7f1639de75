"""Make every product once, print it, and write docs/pictures, docs/print.md, docs/rendering.md."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from tools.paper.pictures import write_all
from tools.paper.pressed import press_buttons
from tools.paper.products import ROOT, Maker, make_products
from tools.paper.rendering import COMPARED, compare, write_page
from tools.paper.table import render, write_table

TOOLS = ("soffice", "pdftoppm")
JOBS = ("pictures", "print", "rendering")
RUN_MARK = "<!-- run -->"
SHOWN_RUN = re.compile(RUN_MARK + r"\n```\n\$ (kbbx-xl [^\n]+)\n.*?```", re.S)


def main(arguments: list[str]) -> int:
    """Make the products once, then what was asked for; 1 when a sheet is badly printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jobs", nargs="+", choices=JOBS)
    parser.add_argument("--keep", type=Path, help="folder that keeps the products and the PDFs")
    asked = parser.parse_args(arguments)
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        print("missing:", ", ".join(missing))
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        place = (asked.keep or Path(scratch)).resolve()
        return _do(set(asked.jobs), place)


def _do(jobs: set[str], place: Path) -> int:
    maker = Maker(place)
    products = make_products(place, letters=True)
    if "pictures" in jobs:
        press_buttons(maker)
        products += maker.made
    bad = 0
    if jobs & {"pictures", "print"}:
        printed = render(products, place / "paper")
    if "print" in jobs:
        for verdict in write_table(printed):
            bad = 1
            print(verdict.book, verdict.sheet, *verdict.faults)
    if "pictures" in jobs:
        for page in (*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")):
            rerun(page, maker)
        written = write_all(printed, place)
        size = sum(path.stat().st_size for path in written)
        print(f"{len(written)} pictures, {size / 1e6:.1f} MB")
    if "rendering" in jobs:
        chosen = [product for product in products if product.title in COMPARED]
        write_page(*compare(chosen, place / "rendering"))
    return bad


def rerun(page: Path, maker: Maker) -> None:
    """Put the answer of today under every command that a page shows with its answer."""

    def answered(shown: re.Match[str]) -> str:
        said = maker.run(*shlex.split(shown[1])[1:], may_find=True)
        return f"{RUN_MARK}\n```\n$ {shown[1]}\n{said}\n```"

    old = page.read_text(encoding="utf-8")
    page.write_text(SHOWN_RUN.sub(answered, old), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
