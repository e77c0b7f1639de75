"""A picture of what a command of kbbx-xl shows on a terminal.

python tools/terminal.py PICTURE.png FOLDER [--width 80] [--until TEXT] -- county demo/county …

``shot`` runs the command on a terminal of its own (a pty), follows what it writes there, and draws
the last state in the Noto Sans Mono CJK font on a light ground, which also prints well.
"""

from __future__ import annotations

import argparse
import functools
import io
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from rich.cells import cell_len
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
CHINESE, OTHER = "Noto Sans Mono CJK SC", "DejaVu Sans Mono"
CELL, LINE, MARGIN = 11, 28, 16  # pixels: a narrow character, a line, what is kept free around
RULED = re.compile("[\u2500-\u259f]")  # what must meet its neighbours: lines and blocks
STEP = re.compile(r"\r\n|\n|\x1b\[(\d*)A|\x1b\[2K|\x1b\[\?\d+[hl]|\r|\x1b\]8;[^\x1b]*\x1b\\")
# on white every colour has a contrast of at least 4.5:1
THEME = TerminalTheme(
    (255, 255, 255),
    (32, 33, 36),
    [(32, 33, 36), (165, 0, 0), (55, 100, 20), (138, 82, 0), (11, 79, 158), (120, 40, 130), (0, 98, 130), (89, 89, 89)],
    [(89, 89, 89), (165, 0, 0), (55, 100, 20), (138, 82, 0), (11, 79, 158), (120, 40, 130), (0, 98, 130), (32, 33, 36)],
)  # fmt: skip
FAINT, FRAME = (95, 99, 104), (189, 193, 198)
Rgb = tuple[int, int, int]


def shot(command: Sequence[str], cwd: Path, width: int = 80, *, until: str = "") -> bytes:
    """A PNG of a terminal ``width`` columns wide after ``kbbx-xl`` with the words of ``command``.

    The command runs in the folder ``cwd`` and stands above its answer, as it was typed.  With
    ``until`` the picture is of the moment at which that text is on the screen, such as "12/22" of a
    progress bar, and the command is ended; ValueError when it never was.  An error (exit code not 0)
    is a picture like any other.  80 columns make a picture 912 pixels wide.
    """
    sys.path.insert(0, str(ROOT))
    from tests.cli.terminal import on_terminal

    seen = on_terminal(
        command, cwd, width=width, stop_at=until, COLORTERM="", KBBX_CACHE="off"
    )  # 16 colours: the theme's
    if until and until not in seen.frame:
        raise ValueError(f"never seen on the terminal: {until}")
    lines = [part for line in screen(seen.frame) for part in _folded(line, width)]
    typed = [f"\x1b[1m{line}\x1b[0m" for line in _typed(["kbbx-xl", *command], width)]
    return _drawn([*typed, *lines], width)


def screen(text: str) -> list[str]:
    """The lines that stand on the screen after ``text``, colours and all; empty ones at the end go."""
    lines, row, at = [""], 0, 0
    for found in STEP.finditer(text):
        lines[row] += text[at : found.start()]
        at = found.end()
        if found[0].endswith("\n"):
            row += 1
            if row == len(lines):
                lines.append("")
        elif found[0].endswith("A"):
            row = max(0, row - int(found[1] or 1))
        elif found[0].endswith("2K"):
            lines[row] = ""
    lines[row] += text[at:]
    while lines and not Text.from_ansi(lines[-1]).plain.strip():
        lines.pop()
    return lines


def _folded(line: str, width: int) -> list[str]:
    """A line as a terminal breaks it: where it is full."""
    text = Text.from_ansi(line)
    used, cuts = 0, []
    for at, character in enumerate(text.plain):
        if used + cell_len(character) > width:
            cuts.append(at)
            used = 0
        used += cell_len(character)
    if not cuts:
        return [line]
    console = Console(
        force_terminal=True, color_system="standard", width=width, legacy_windows=False
    )
    folded = []
    for part in text.divide(cuts):
        with console.capture() as caught:
            console.print(part, end="", soft_wrap=True)
        folded.append(caught.get())
    return folded


def _typed(words: Sequence[str], width: int) -> list[str]:
    """The command line, broken between words."""
    lines = ["$"]
    for word in map(str, words):
        shown = f'"{word}"' if " " in word else word
        if cell_len(f"{lines[-1]} {shown}") > width:
            lines.append(" ")
        lines[-1] += f" {shown}"
    return lines


@functools.cache
def _font(family: str, size: float, *, bold: bool) -> ImageFont.FreeTypeFont:
    asked = f"{family}:{'bold' if bold else 'regular'}"
    found = subprocess.run(
        ["fc-match", "-f", "%{file}\t%{index}\t%{family}", asked],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\t")
    if family not in found[2]:
        raise FileNotFoundError(f"font missing: {family}")
    return ImageFont.truetype(found[0], size, index=int(found[1]))


def _drawn(lines: Sequence[str], width: int) -> bytes:
    size = (2 * MARGIN + CELL * width, 2 * MARGIN + LINE * len(lines))
    picture = Image.new("RGB", size, tuple(THEME.background_color))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=FRAME)
    for row, line in enumerate(lines):
        x, y = MARGIN, MARGIN + row * LINE
        for character, style in _cells(line):
            cells = cell_len(character)
            if style.bgcolor and not style.bgcolor.is_default:
                back = tuple(style.bgcolor.get_truecolor(THEME, foreground=False))
                pen.rectangle((x, y, x + CELL * cells - 1, y + LINE - 1), fill=back)
            _put(picture, pen, (x, y), character, style)
            x += CELL * cells
    made = io.BytesIO()
    picture.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        made, "PNG", optimize=True
    )
    return made.getvalue()


def _cells(line: str) -> Iterator[tuple[str, Style]]:
    text = Text.from_ansi(line)
    styles = [Style()] * len(text.plain)
    for span in text.spans:
        for at in range(span.start, min(span.end, len(styles))):
            told = span.style if isinstance(span.style, Style) else Style.parse(span.style)
            styles[at] = styles[at] + told
    yield from zip(text.plain, styles, strict=True)


def _put(
    picture: Image.Image,
    pen: ImageDraw.ImageDraw,
    at: tuple[int, int],
    character: str,
    style: Style,
) -> None:
    ink: Rgb = tuple(_ink(style.color)) if not style.dim else FAINT
    bold = bool(style.bold)
    if RULED.match(character):
        font = _font(OTHER, 2 * LINE, bold=bold)
        up, down = font.getmetrics()
        tile = Image.new("L", (round(font.getlength(character)), up + down))
        ImageDraw.Draw(tile).text((0, 0), character, 255, font)
        picture.paste(ink, at, tile.resize((CELL, LINE)))
        return
    wide_or_latin = cell_len(character) == 2 or character.isascii()
    font = _font(CHINESE, 2 * CELL, bold=bold) if wide_or_latin else _font(OTHER, 18, bold=bold)
    pen.text((at[0], at[1] + LINE * 0.76), character, ink, font, anchor="ls")


def _ink(color: Color | None) -> Rgb:
    if color is None or color.is_default:
        return tuple(THEME.foreground_color)
    return tuple(color.get_truecolor(THEME))


def main(arguments: list[str]) -> int:
    """Write one picture."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("picture", type=Path)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--width", type=int, default=80)
    asked.add_argument("--until", default="")
    asked.add_argument("command", nargs="+")
    given = asked.parse_args(arguments)
    picture = shot(given.command, given.folder, given.width, until=given.until)
    given.picture.write_bytes(picture)
    print(f"{len(picture) / 1024:.0f} KB  {given.picture}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
