"""docs/pictures and docs/图册.md: a picture of every sheet, every letter and the terminal, and the page of all.

Pictures are palette PNGs, WIDTH pixels wide, in the colours of books.style: the first page, from its first to its last ink.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl
from PIL import Image, ImageChops

from kbbx_xl.books import style
from tools.paper.pdf import Paper
from tools.paper.pressed import SHOWN
from tools.paper.pressed import TITLE as PRESSED
from tools.paper.products import ROOT

PICTURES, GALLERY = ROOT / "docs" / "pictures", ROOT / "docs" / "图册.md"
WIDTH, GREYS, TINTS = 960, 9, 3  # pixels; steps from black to white, and from an ink to white
COLOUR = re.compile("#[0-9A-F]{6}")
DPI, EDGE = 130, 8  # of the page from which a picture is cut; kept around the ink
FOOT = 0.48  # inches above the lower edge: the line of the page number is not shown
GAP = 0.08  # a blank band taller than this part of the page ends the picture
PER_UNIT = ("待办", "交办清单", "个案", "逐人登记表")  # a sheet a unit or child: the first is shown
SHOWN_OF_MANY = 2  # sheets of those, the list of all among them
NAMED = {("逐人登记表", "001"): "登记表-登记表打印"}  # the form filled, in place of the empty one
LEFT_OUT = ("空白", "本月月报表", "结转登记表", "脱敏登记表")  # look like those shown
TERMINAL = (  # name, words of the command, text at which the picture is taken
    ("全县汇总", ("county", "demo/county", "--month", "2026-10", "--as-of", "2026-10-20", "-o", "demo/再汇总"), ""),
    ("报送前检查", ("check", "demo/本校/登记表.xlsx"), ""),
    ("追溯一个数", ("explain", "demo/out/全县汇总_2026-10.xlsx", "人数汇总!C7"), ""),
    ("帮助", ("--help",), ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, the heading it stands under in the gallery, what it shows."""

    name: str
    group: str
    alt: str
    png: bytes


def pictures(printed: dict[str, tuple[Path, Path]], place: Path) -> Iterator[Picture]:
    """Every picture, in the order of the gallery; ``place``: folder of the demo county."""
    for title, (book, pdf) in printed.items():
        if book.suffix == ".docx":
            png = cut(pdf, 0)
            yield Picture(title, "文书", f"文书：{title}", png)
        elif not title.startswith(LEFT_OUT):
            yield from _sheets(title, book, pdf)
    yield from _terminal(printed, place)


def _sheets(title: str, book: Path, pdf: Path) -> Iterator[Picture]:
    opened = openpyxl.load_workbook(book, data_only=True)
    pages = Paper(pdf).sheets
    shown = [name for name in opened.sheetnames if pages.get(name)]
    if title == PRESSED:
        shown = [name for name in shown if name in SHOWN]
    if title in PER_UNIT:
        shown = shown[:SHOWN_OF_MANY]
    for sheet in shown:
        name = NAMED.get((title, sheet), f"{title}-{sheet}")
        if sheet == "登记表打印":
            continue
        alt = f"{title}的“{sheet}”表"
        if heading := _heading(opened[sheet]):
            alt += f"：{heading}"
        yield Picture(name, title, alt, cut(pdf, pages[sheet][0]))


def _heading(sheet: openpyxl.worksheet.worksheet.Worksheet) -> str:
    """The title that stands on top of a sheet, in its largest letters."""
    cells = [
        cell
        for row in sheet.iter_rows(1, 3)
        for cell in row
        if isinstance(cell.value, str) and "返回" not in cell.value
    ]
    top = max(cells, key=lambda cell: cell.font.sz or 0, default=None)
    return re.sub(r"[\s\[\]|]+", " ", str(top.value)).strip()[:40] if top else ""


def _terminal(printed: dict[str, tuple[Path, Path]], place: Path) -> Iterator[Picture]:
    from tools.terminal import shot

    own = place / "demo" / "本校" / "登记表.xlsx"  # a file with a short way to it
    own.parent.mkdir(exist_ok=True)
    shutil.copyfile(printed["登记表"][0], own)
    for name, words, until in TERMINAL:
        png = shot(list(words), place, 100, until=until)
        yield Picture(f"终端-{name}", "命令行", f"命令行：kbbx-xl {words[0]}（{name}）", png)


def cut(pdf: Path, page: int) -> bytes:
    """What is printed on one page (from 0), without its foot, as a palette PNG."""
    made = subprocess.run(
        ["pdftoppm", "-f", str(page + 1), "-l", str(page + 1), "-r", str(DPI), "-png", str(pdf)],
        check=True,
        capture_output=True,
    ).stdout
    image = Image.open(io.BytesIO(made)).convert("RGB")
    body = image.crop((0, 0, image.width, image.height - round(FOOT * DPI)))
    body = body.crop(_inked(body))
    height = round(body.height * WIDTH / body.width)
    small = body.resize((WIDTH, height), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    small.quantize(palette=_palette(), dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
    return target.getvalue()


def _commonest(image: Image.Image, number: int) -> Image.Image:
    """The commonest colours as a palette: pale fills stay what they are, soft edges give way."""
    counted = sorted(image.getcolors(image.width * image.height) or (), reverse=True)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in counted[:number] for part in colour])
    return palette


@cache
def _palette() -> Image.Image:
    """The colours of books.style, greys, and what lies between an ink and white at the edge of letters."""
    named = [c for v in vars(style).values() for c in (v if isinstance(v, tuple) else (v,))]
    colours = {style.rgb(c) for c in named if isinstance(c, str) and COLOUR.fullmatch(c)}
    colours |= {(g, g, g) for g in (round(255 * n / (GREYS - 1)) for n in range(GREYS))}
    for ink in (style.rgb(style.LINK_INK), style.rgb(style.RED_INK)):
        colours |= {_tint(ink, n / (TINTS + 1)) for n in range(1, TINTS + 1)}
    made = Image.new("P", (1, 1))
    made.putpalette([value for colour in sorted(colours) for value in colour])
    return made


def _tint(ink: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(v + (255 - v) * share) for v in ink)
    return red, green, blue


def _inked(image: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is printed; a wide blank band ends it."""
    ink = ImageChops.difference(image, Image.new("RGB", image.size, style.WHITE)).convert("L")
    box = ink.getbbox() or (0, 0, image.width, image.height)
    lines = ink.resize((1, image.height), Image.Resampling.BOX).point(lambda v: 255 if v else 0)
    last, top = box[1], box[1]
    for y in range(top, box[3]):
        if lines.getpixel((0, y)):
            if y - last > image.height * GAP:
                break
            last = y
    box = ink.crop((0, 0, image.width, last + 1)).getbbox() or box
    return (
        max(box[0] - EDGE, 0), max(box[1] - EDGE, 0),
        min(box[2] + EDGE, image.width), min(last + EDGE, image.height),
    )  # fmt: skip


HEAD = """# 图册

产品做出的每张表、每种文书和命令行的样子，一图一说明；由 `make pictures` 从虚拟县重做，图里的人都是虚构的。
一个单位、一名学生一张表的工作簿，只放第一张。打印检查见 [print.md](print.md)。
"""


def write_all(printed: dict[str, tuple[Path, Path]], place: Path) -> list[Path]:
    """Write docs/pictures and the gallery; pictures that are no longer made are deleted."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    text, group, written = [HEAD], "", []
    for one in pictures(printed, place):
        path = PICTURES / f"{one.name}.png"
        path.write_bytes(one.png)
        written.append(path)
        if one.group != group:
            group = one.group
            text.append(f"## {group}\n")
        text.append(f"{one.alt}\n\n![{one.alt}](pictures/{one.name}.png)\n")
    GALLERY.write_text("\n".join(text), encoding="utf-8")
    for old in set(PICTURES.glob("*.png")) - set(written):
        old.unlink()
    return written
