"""上报说明_<month>.docx: a short report in the layout of official documents (GB/T 9704-2012).

A4, top margin 37 mm, binding margin 28 mm, type area 156 x 225 mm, 22 lines of 28 characters;
title 2号小标宋, body 3号仿宋, first-level heads 黑体, page numbers 4号宋体 with dashes.  Fonts that a
computer lacks are replaced by their named alternative.  No child is named.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.run import CT_R
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from kbbx_xl.messages import OutputError

TITLE_FONT, BODY_FONT, HEAD_FONT, PAGE_FONT = "方正小标宋简体", "仿宋", "黑体", "宋体"
ALTERNATIVES = {TITLE_FONT: "宋体", BODY_FONT: "仿宋_GB2312", HEAD_FONT: "SimHei"}
TITLE_SIZE, BODY_SIZE, PAGE_SIZE = Pt(22), Pt(16), Pt(14)  # 2号, 3号, 4号
LINE = Pt(28.95)  # 225 mm / 22 lines
LINE_PITCH = "579"  # the same in twentieths of a point
TIGHTER = "-5"  # twentieths of a point between characters: 28 of them fill 156 mm
LEFT_OVER = ("stylesWithEffects", "thumbnail")  # parts of the blank document that Word warns of
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a letter; ``body``: head ("" for none) and text of each paragraph."""

    title: str
    recipient: str
    body: tuple[tuple[str, str], ...]
    enclosures: tuple[str, ...]
    sender: str
    date: str


def write_letter(path: Path, letter: Letter, *, as_of: dt.date) -> None:
    """Write the letter; the same letter always give the same bytes."""
    document = docx.Document()
    _page(document)
    _fonts(document, letter, as_of)
    _line(document, letter.title, TITLE_FONT, TITLE_SIZE, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, "", BODY_FONT, BODY_SIZE)
    _line(document, f"{letter.recipient}：", BODY_FONT, BODY_SIZE)
    for head, text in letter.body:
        if head:
            _line(document, head, HEAD_FONT, BODY_SIZE, indent=True)
        _line(document, text, BODY_FONT, BODY_SIZE, indent=True)
    _line(document, "", BODY_FONT, BODY_SIZE)
    for number, name in enumerate(letter.enclosures, 1):
        label = "附件：" if number == 1 else "　　　"
        _line(document, f"{label}{number}. {name}", BODY_FONT, BODY_SIZE, indent=True)
    for _ in range(2):
        _line(document, "", BODY_FONT, BODY_SIZE)
    for text in (letter.sender, letter.date):
        line = _line(document, text, BODY_FONT, BODY_SIZE, align=WD_ALIGN_PARAGRAPH.RIGHT)
        line.paragraph_format.right_indent = Pt(16 * 4)
    for holder in (document.part.rels, document.part.package.rels):
        for name in [k for k, rel in holder.items() if rel.reltype.endswith(LEFT_OVER)]:
            del holder[name]
    document.save(str(path))
    _pin(path)


def verify_letter(path: Path) -> None:
    """Read a letter back; ValueError or KeyError of the reader is an OutputError."""
    try:
        paragraphs = docx.Document(str(path)).paragraphs
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise OutputError("写出的公文读不回来，没有采用") from error
    if not paragraphs:
        raise OutputError("写出的公文读不回来，没有采用")


def _page(document: Document) -> None:
    """Paper, margins, the grid of 22 x 28, page numbers outside."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), LINE_PITCH)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.alignment = align
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = PAGE_SIZE
        for kind, text in (("", "— "), ("begin", ""), ("instr", "PAGE"), ("end", ""), ("", " —")):
            _page_run(line, kind, text)


def _page_run(line: Paragraph, kind: str, text: str) -> None:
    """One run of a page number: text, or a part of the PAGE field."""
    run = line.add_run(text if not kind else "")
    _font(run._r, PAGE_FONT)
    run.font.size = PAGE_SIZE
    if kind == "instr":
        field = OxmlElement("w:instrText")
        field.text = text
        run._r.append(field)
    elif kind:
        field = OxmlElement("w:fldChar")
        field.set(qn("w:fldCharType"), kind)
        run._r.append(field)


def _fonts(document: Document, letter: Letter, as_of: dt.date) -> None:
    """Body font, the alternatives for fonts that may be missing, and fixed properties."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = BODY_FONT, BODY_SIZE
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FONT)
    made = dt.datetime(as_of.year, as_of.month, as_of.day)
    known = document.core_properties
    known.title, known.author, known.last_modified_by = letter.title, "kbbx-xl", "kbbx-xl"
    known.created = known.modified = made
    known.comments = ""


def _line(
    document: Document,
    text: str,
    font: str,
    size: Pt,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    indent: bool = False,
) -> Paragraph:
    line = document.add_paragraph()
    line.alignment = align
    shape = line.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    if indent:
        shape.first_line_indent = Pt(BODY_SIZE.pt * 2)
    if text:
        run = line.add_run(text)
        run.font.size = size
        _font(run._r, font)
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), TIGHTER)
        run._r.get_or_add_rPr().insert_element_before(spacing, "w:sz", "w:szCs")
    return line


def _font(run: CT_R, font: str) -> None:
    fonts = run.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(script), font)


def _pin(path: Path) -> None:
    """Same content, same bytes: fixed dates in the zip; alternatives in the font table."""
    with zipfile.ZipFile(path) as parts:
        held = [(info.filename, parts.read(info)) for info in parts.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in held:
            if name == "word/fontTable.xml":
                content = _alternatives(content)  # noqa: PLW2901
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            parts.writestr(entry, content)


def _alternatives(table: bytes) -> bytes:
    """Name a substitute for each font of the letter that a computer may lack."""
    entries = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/></w:font>'
        for font, other in ALTERNATIVES.items()
    )
    return table.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")
