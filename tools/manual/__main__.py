"""Build the manual: a site that needs no network, and one PDF.

python tools/manual [--site] [FOLDER]

Writes FOLDER/site and FOLDER/使用手册.pdf (build/manual).  With --site the PDF is left out.  A warning
of Sphinx is an error.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from paper import paper

from kbbx_xl.books.manual import load_contents
from kbbx_xl.settings.strict import shipped_path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PDF = "使用手册.pdf"


def build_site(folder: Path) -> None:
    """docs/ as a site in ``folder``; CalledProcessError when Sphinx finds anything to say."""
    shutil.rmtree(folder, ignore_errors=True)
    options = (
        "-q",
        "-E",
        "-W",
        "--keep-going",
        "-b",
        "html",
        "-c",
        HERE,
        "-d",
        f"{folder}.doctrees",
    )
    docs = shipped_path("docs")
    subprocess.run([sys.executable, "-m", "sphinx", *options, docs, folder], check=True)


def build_pdf(site: Path, target: Path) -> None:
    """The pages of ``site`` that users read as one PDF."""
    from weasyprint import CSS, HTML

    text = paper(site, load_contents())
    page = HTML(string=text, base_url=f"{site.resolve().as_uri()}/")
    page.write_pdf(target, stylesheets=[CSS(HERE / "paper.css")], optimize_images=True)


def main(arguments: list[str]) -> int:
    folders = [one for one in arguments if not one.startswith("--")]
    folder = Path(folders[0]) if folders else ROOT / "build" / "manual"
    build_site(folder / "site")
    print(folder / "site" / "index.html")
    if "--site" not in arguments:
        build_pdf(folder / "site", folder / PDF)
        print(folder / PDF)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
