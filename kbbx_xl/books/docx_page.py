"""A Word page in the layout of official documents (公文, GB/T 9704-2012), and the same bytes each time.

A4, top margin 37 mm, binding margin 28 mm, type area 156 x 225 mm, 22 lines of 28 characters;
title 2号小标宋, body 3号仿宋, first-level heads 黑体, page numbers 4号宋体 with dashes.  Fonts that a
computer lacks are replaced by their named alternative.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.text.run import CT_R
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph

from kbbx_xl.books import style
from kbbx_xl.books.writing.texts import plain
from kbbx_xl.messages import OutputError

TITLE_FONT, BODY_FONT, HEAD_FONT, PAGE_FONT = (
    face.name for face in (style.XIAOBIAO, style.FANG, style.HEI, style.SONG)
)
ALTERNATIVES = {face.name: face.instead for face in style.FACES}
TITLE_SIZE, BODY_SIZE, PAGE_SIZE = Pt(22), Pt(16), Pt(14)  # 2号, 3号, 4号
WIDTH = 156  # mm of the type area
LINE = Pt(28.95)  # 225 mm / 22 lines
LINE_PITCH = "579"  # the same in twentieths of a point
LEFT_OVER = ("stylesWithEffects", "thumbnail")  # parts of the blank document that Word warns of
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def blank_document(title: str, made: dt.date, *, size: Length = BODY_SIZE) -> Document:
    """An empty document of ours: body font and size, fixed properties, nothing Word warns of."""
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = BODY_FONT, size
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FONT)
    known = document.core_properties
    known.title, known.author, known.last_modified_by = plain(title), "kbbx-xl", "kbbx-xl"
    known.created = known.modified = dt.datetime(made.year, made.month, made.day)
    known.comments = ""
    for holder in (document.part.rels, document.part.package.rels):
        for name in [k for k, rel in holder.items() if rel.reltype.endswith(LEFT_OVER)]:
            del holder[name]
    return document


def set_page(document: Document) -> None:
    """Paper, margins and the grid of 22 lines."""
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


def number_pages(document: Document) -> None:
    """Page numbers at the foot, outside."""
    section = document.sections[0]
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
    set_font(run._r, PAGE_FONT)
    run.font.size = PAGE_SIZE
    if kind == "instr":
        field = OxmlElement("w:instrText")
        field.text = text
        run._r.append(field)
    elif kind:
        field = OxmlElement("w:fldChar")
        field.set(qn("w:fldCharType"), kind)
        run._r.append(field)


def set_font(run: CT_R, font: str) -> None:
    """The font of a run, for every script."""
    fonts = run.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(script), font)


def pin(path: Path) -> None:
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
    """Name a substitute for each of our fonts that a computer may lack."""
    entries = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/></w:font>'
        for font, other in ALTERNATIVES.items()
        if f'w:name="{font}"'.encode() not in table
    )
    return table.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


def verify_document(path: Path) -> None:
    """Read a document back; what the reader refuses is an OutputError."""
    try:
        document = docx.Document(str(path))
    except (ValueError, KeyError, zipfile.BadZipFile, PackageNotFoundError) as error:
        raise OutputError("写出的公文读不回来，没有采用") from error
    if not document.paragraphs:
        raise OutputError("写出的公文读不回来，没有采用")
