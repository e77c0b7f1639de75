"""上报说明_<month>.docx: a short report in the layout of official documents.  No child is named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from kbbx_xl.books.docx_page import (
    BODY_FONT,
    BODY_SIZE,
    HEAD_FONT,
    LINE,
    TITLE_FONT,
    TITLE_SIZE,
    blank_document,
    number_pages,
    pin,
    set_font,
    set_page,
)
from kbbx_xl.books.upward.wording import Letter
from kbbx_xl.books.writing.texts import plain

TIGHTER = "-5"  # twentieths of a point between characters: 28 of them fill 156 mm


def write_letter(path: Path, letter: Letter, *, as_of: dt.date) -> None:
    """Write the letter; the same letter always give the same bytes."""
    document = blank_document(letter.title, as_of)
    set_page(document)
    number_pages(document)
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
    document.save(str(path))
    pin(path)


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
        run = line.add_run(plain(text))
        run.font.size = size
        set_font(run._r, font)
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), TIGHTER)
        run._r.get_or_add_rPr().insert_element_before(spacing, "w:sz", "w:szCs")
    return line
