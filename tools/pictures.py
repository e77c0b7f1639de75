"""Make what the manual shows from the county that ``make demo`` builds: pictures and answers.

python tools/pictures.py [FOLDER]

Writes docs/pictures, and in README*.md and docs/ the answer under each command marked <!-- run -->.
Needs LibreOffice, poppler-utils and the Noto CJK fonts.  With FOLDER the demo county and its
summaries are kept there; without it they are thrown away.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.worksheet.properties import PageSetupProperties
from python_calamine import CalamineWorkbook

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
MONTH, AS_OF = "2026-10", "2026-10-20"
WIDTH = 1200  # pixels
PROBE = 36  # dots per inch of the page on which the ink is looked for
MARGIN = 4  # probe dots kept around the ink
PRINT_FORM = "登记表打印"
MARKED, LISTS = "校验后", ("问题清单", "缺勤预警")  # a 登记表 after two buttons, sheets they add
GAP = 1 / 14  # a blank band taller than this part of the page ends the picture


RUN_MARK = "<!-- run -->"
SHOWN_RUN = re.compile(RUN_MARK + r"\n```\n\$ (kbbx-xl [^\n]+)\n.*?```", re.S)
GROWING = re.compile(  # the print area of a table: to its last column, at least to this row
    r'name="打印区" localSheetId="(\d+)">([^!<]+)!\$A\$2:INDEX\([^:<]+!\$([A-Z]+):\$[A-Z]+,MAX\((\d+),'
)
Book = tuple[Path, bool]  # a file, and whether a child is to be chosen on its 登记表打印


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the part of a sheet's first page that is wide and high enough to be read."""

    book: str  # stem of the file; of several files the one whose sheet holds most is taken
    sheet: str  # "" for the first page of a letter
    right: float = 1.0  # how much of the inked width and height is shown, from the top left
    bottom: float = 1.0
    by: str = ""  # the sheet that is to hold most, when it is not this one

    @property
    def name(self) -> str:
        return f"{self.book}-{self.sheet}" if self.sheet else self.book


SHOTS = (
    Shot("单位目录", "单位", bottom=0.7),
    Shot("单位目录", "村校分包", bottom=0.7),
    Shot("单位目录", "校历", bottom=0.7),
    Shot("责任人名单", "村级网格", bottom=0.7),
    Shot("责任人名单", "班级网格", bottom=0.7),
    Shot("责任人名单", "工作记录", bottom=0.7),
    Shot("登记表", "填报信息"),
    Shot("登记表", "学生名册", bottom=0.7),
    Shot("登记表", "点名表", bottom=0.7),
    Shot("登记表", "缺勤登记", bottom=0.7),
    Shot("登记表", "疑似辍学台账", bottom=0.7),
    Shot("登记表", "劝返记录", bottom=0.7),
    Shot("登记表", "办理记录", bottom=0.7),
    Shot("登记表", "佐证登记", bottom=0.7),
    Shot("登记表", "送教计划", bottom=0.7),
    Shot("登记表", "本月月报"),
    Shot("登记表", PRINT_FORM, by="劝返记录"),
    Shot(MARKED, "学生名册", bottom=0.5),
    Shot(MARKED, "缺勤登记", bottom=0.5),
    Shot(MARKED, "问题清单"),
    Shot(MARKED, "缺勤预警"),
    Shot("月报表", "月报表"),
    Shot("月报表", "六项核对"),
    Shot("月报表", "零报告声明"),
    Shot("全县汇总", "首页"),
    Shot("全县汇总", "报送进度"),
    Shot("全县汇总", "人数汇总"),
    Shot("全县汇总", "月报汇总"),
    Shot("全县汇总", "缺勤预警"),
    Shot("全县汇总", "待办", bottom=0.6),
    Shot("全县汇总", "个案统计"),
    Shot("全县汇总", "佐证与送教"),
    Shot("全县汇总", "问题清单", bottom=0.6),
    Shot("全县汇总", "图表"),
    Shot("中心校汇总", "首页"),
    Shot("中心校汇总", "报送进度"),
    Shot("待办", "总表"),
    Shot("交办清单", "总表"),
    Shot("上报", "月报表"),
    Shot("上报说明", ""),
    Shot("劝返复学通知书", ""),
    Shot("班级网格长目标责任书", ""),
    Shot("控辍保学工作情况通报", ""),
)


def main(arguments: list[str]) -> int:
    """Build the demo, render what the manual shows, and say where the pictures are."""
    if missing := [t for t in ("soffice", "pdftoppm", "pdftohtml") if not shutil.which(t)]:
        print("missing:", ", ".join(missing))
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(arguments[0] if arguments else scratch).resolve()
        place.mkdir(parents=True, exist_ok=True)
        build(place)
        for page in (*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")):
            rerun(page, place)
        chosen = {shot: (choose(place, shot), shot.sheet == PRINT_FORM) for shot in SHOTS}
        pages = render(sorted(set(chosen.values())), Path(scratch))
        PICTURES.mkdir(parents=True, exist_ok=True)
        for shot, book in chosen.items():
            target = PICTURES / f"{shot.name}.png"
            target.write_bytes(picture(pages[book], shot))
            print(f"{target.stat().st_size / 1024:6.0f} KB  {target.relative_to(ROOT)}")
    for old in PICTURES.glob("*.png"):
        if old.stem not in {shot.name for shot in SHOTS}:
            old.unlink()
    return 0


def build(place: Path) -> None:
    """The county of ``make demo``, its summary and lists, and the summary of its first central school."""
    run(place, "demo", "demo/county", "--month", MONTH, "--messy")
    when = ("--month", MONTH, "--as-of", AS_OF)
    run(place, "county", "demo/county", *when, "-o", "demo/out")
    directory = CalamineWorkbook.from_path(place / "demo" / "county" / "单位目录.xlsx")
    units = directory.get_sheet_by_name("单位").to_python()
    center = next(str(row[1]) for row in units if "中心校" in row)
    summary = f"demo/out/中心校汇总_{MONTH}.xlsx"
    run(place, "merge", "demo/county", "--unit", center, *when, "-o", summary)
    for command, title in (("todo", "待办"), ("assign", "交办清单")):
        run(place, command, "demo/county", *when, "-o", f"demo/out/{title}.xlsx")
    write_letters(place)
    mark(place)


def write_letters(place: Path) -> None:
    """A letter of each sort: of one school's cases, of its class grids, of the county."""
    ledger, grids = (
        str(choose(place, Shot(book, sheet)))
        for book, sheet in (("登记表", "疑似辍学台账"), ("责任人名单", "班级网格"))
    )
    for kind, source in (("persuade", ledger), ("duty_class", grids)):
        run(place, "letters", kind, source, "-o", "demo/文书", "--day", AS_OF)
    when = ("--month", MONTH, "--as-of", AS_OF, "--day", AS_OF)
    run(place, "letters", "bulletin", "demo/county", "-o", "demo/文书", *when)


def mark(place: Path) -> None:
    """Two buttons pressed on the 登记表 with most absences and three slips, in the tests' Excel."""
    sys.path.insert(0, str(ROOT))
    from tests.excel.pc import PC

    chosen = choose(place, Shot("登记表", "缺勤登记"))
    target = place / f"{MARKED}.xlsx"
    os.environ["LOCALAPPDATA"] = str(place)
    pc = PC(ROOT / "macros" / "kbbx.xlam")
    book = pc.open(chosen)
    roster = book.sheets["学生名册"]
    for cell in ("E6", "G8", "N10"):  # a clerk's slips: a wrong digit, no grade, no status
        roster[cell].value = "520000201906150000" if cell == "E6" else None
    for button in ("check", "flag"):
        pc.click(button)
        print(pc.messages[-1].prompt)
    pc.save(book, target)
    opened = openpyxl.load_workbook(target)  # the model keeps no page settings
    for name in LISTS:
        opened[name].page_setup.orientation = "landscape"
        opened[name].sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        opened[name].page_setup.fitToHeight = 0
    opened.save(target)


def run(place: Path, *arguments: str) -> str:
    """One command of kbbx-xl as a user gives it; returns what it says."""
    command = [sys.executable, "-c", "from kbbx_xl.cli import main; main()", *arguments]
    return subprocess.run(
        command, cwd=place, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()


def rerun(page: Path, place: Path) -> None:
    """Put the answer of today under every command that a page shows with its answer."""

    def answered(shown: re.Match[str]) -> str:
        said = run(place, *shlex.split(shown[1])[1:])
        return f"{RUN_MARK}\n```\n$ {shown[1]}\n{said}\n```"

    old = page.read_text(encoding="utf-8")
    page.write_text(SHOWN_RUN.sub(answered, old), encoding="utf-8")


def choose(place: Path, shot: Shot) -> Path:
    """The file of that name whose sheet has most cells filled; the first of equals."""
    books = sorted(
        p
        for p in place.rglob("*")
        if re.fullmatch(f"{shot.book}(_.*)?", p.stem) and p.suffix in (".xlsx", ".docx")
    )
    if not shot.sheet:
        return books[0]
    return max(books, key=lambda book: filled(book, shot.by or shot.sheet))


def filled(book: Path, sheet: str) -> int:
    """How many cells of a sheet hold something; -1 when there is no such sheet."""
    opened = CalamineWorkbook.from_path(book)
    if sheet not in opened.sheet_names:
        return -1
    return sum(value != "" for row in opened.get_sheet_by_name(sheet).to_python() for value in row)


def render(books: list[Book], scratch: Path) -> dict[Book, Path]:
    """Each file as a PDF, by one LibreOffice with our fonts."""
    copies = {}
    for number, (path, with_child) in enumerate(books):
        copies[path, with_child] = copy = scratch / f"{number:02}{path.suffix}"
        shutil.copyfile(path, copy)
        if with_child:
            choose_child(copy)
        elif path.suffix == ".xlsx":
            fix_print_areas(copy)
    profile = f"-env:UserInstallation={(scratch / 'profile').as_uri()}"
    subprocess.run(
        [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            scratch,
            *copies.values(),
        ],
        check=True,
        capture_output=True,
        env={**os.environ, "FONTCONFIG_FILE": str(ROOT / "tools" / "fonts.conf")},
    )
    return {book: copy.with_suffix(".pdf") for book, copy in copies.items()}


def fix_print_areas(book: Path) -> None:
    """Print what Excel prints: LibreOffice cannot follow a print area that is a formula."""
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts["xl/workbook.xml"].decode()
    for number, sheet, column, row in GROWING.findall(text):
        old = f'name="_xlnm.Print_Area" localSheetId="{number}">{sheet}!打印区<'
        text = text.replace(old, old.replace("打印区<", f"$A$2:${column}${row}<"))
    parts["xl/workbook.xml"] = text.encode()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def choose_child(book: Path) -> None:
    """Choose the first child of the ledgers on 登记表打印; LibreOffice then fills the form."""
    listed = CalamineWorkbook.from_path(book).get_sheet_by_name("_print").to_python()
    child = next((row[0] for row in listed[1:] if row and row[0]), None)
    opened = openpyxl.load_workbook(book)
    (place,) = opened.defined_names["打印_学生"].destinations
    opened[place[0]][place[1].replace("$", "")] = child
    opened.save(book)


def picture(pdf: Path, shot: Shot) -> bytes:
    """The shot as a PNG, WIDTH pixels wide."""
    page = first_page(pdf, shot.sheet)
    left, top, right, bottom = ink(pdf, page)
    right = left + (right - left) * shot.right
    bottom = top + (bottom - top) * shot.bottom
    dpi = round(PROBE * WIDTH / (right - left))
    box = [round(v * dpi / PROBE) for v in (left, top, right - left, bottom - top)]
    options = [
        part for pair in zip(("-x", "-y", "-W", "-H"), map(str, box), strict=True) for part in pair
    ]
    return png(*pixels(pdf, page, dpi, *options))


def first_page(pdf: Path, sheet: str) -> int:
    """The page on which a sheet begins, from the PDF's bookmarks."""
    if not sheet:
        return 1
    listed = subprocess.run(
        ["pdftohtml", "-xml", "-i", "-stdout", pdf], check=True, capture_output=True, text=True
    ).stdout
    found = re.search(f'<item page="(\\d+)">{re.escape(sheet)}</item>', listed)
    if not found:
        raise SystemExit(f"no bookmark {sheet} in the PDF")
    return int(found[1])


def pixels(pdf: Path, page: int, dpi: int, *options: str) -> tuple[int, int, bytes]:
    """Width, height and RGB bytes of a page."""
    made = subprocess.run(
        ["pdftoppm", "-f", str(page), "-l", str(page), "-r", str(dpi), *options, pdf],
        check=True,
        capture_output=True,
    ).stdout
    head = re.match(rb"P6\s(\d+)\s(\d+)\s255\s", made)
    if not head:
        raise SystemExit(f"pdftoppm gave no picture of page {page}")
    return int(head[1]), int(head[2]), made[head.end() :]


def ink(pdf: Path, page: int) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of what is printed, in probe dots; a wide blank band ends it."""
    width, height, rgb = pixels(pdf, page, PROBE)
    line = width * 3
    rows = [rgb[y * line : (y + 1) * line] for y in range(height)]
    blank = b"\xff" * line
    inked = [y for y, row in enumerate(rows) if row != blank]
    last = inked[0]
    for y in inked:
        if y - last > height * GAP:
            break
        last = y
    kept = rows[inked[0] : last + 1]
    lefts = [len(row) - len(row.lstrip(b"\xff")) for row in kept]
    rights = [len(row.rstrip(b"\xff")) for row in kept]
    box = (min(lefts) / 3 - MARGIN, inked[0] - MARGIN, max(rights) / 3 + MARGIN, last + 1 + MARGIN)
    return max(box[0], 0), max(box[1], 0), min(box[2], width), min(box[3], height)


def png(width: int, height: int, rgb: bytes) -> bytes:
    """A PNG with a palette of at most 256 colours: small enough for a repository."""
    coarse = rgb.translate(bytes(v if v > 200 else v // 4 * 4 for v in range(256)))
    dots = [coarse[i : i + 3] for i in range(0, len(coarse), 3)]
    counted = [colour for colour, _ in Counter(dots).most_common()]
    palette = counted[:256]
    index = {c: min(range(len(palette)), key=lambda k: distance(c, palette[k])) for c in counted}
    numbers = bytes(index[dot] for dot in dots)
    lines = b"".join(b"\0" + numbers[y * width : (y + 1) * width] for y in range(height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", b"".join(palette)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
