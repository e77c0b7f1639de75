"""config/letters/*.yaml -> config/letters/*.docx: the templates, laid out as official documents are."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from docx.document import Document
from docx.enum.table import (
    WD_CELL_VERTICAL_ALIGNMENT,
    WD_ROW_HEIGHT_RULE,
    WD_TABLE_ALIGNMENT,
)
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Row
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
from kbbx_xl.books.files import take_built
from kbbx_xl.settings.letters import MERGED, LetterForm, Part, Style, letter_forms

MADE = dt.date(2026, 1, 1)  # date of the templates; the letters made from them carry it too
SMALL, TABLE_POINTS = 12.0, 11.0
SMALL_LINE, TABLE_LINE = 19.0, 16.0
TIGHTER = "-5"  # twentieths of a point between characters: 28 of them fill 156 mm
CUT = "✂" + " - " * 34
COMPACT = (Mm(22), Mm(16))  # margins at top and bottom of a form or a slip
SHORT = 28  # characters of a line that is no text of its own
NARROW = 28  # mm of a column of a list that holds numbers or single words
ROW_HEIGHT = 8.5  # mm at least
CENTRED_UP_TO = 10  # characters of a label that stands in the middle of its cell


def build_templates(folder: Path, *, check: bool = False) -> list[str]:
    """Build every template into ``folder``; return the names of those that were different.

    With ``check`` nothing is written; see ``files.take_built``.
    """
    forms = letter_forms().values()
    with tempfile.TemporaryDirectory() as made:
        for form in forms:
            build_template(form, Path(made) / form.file)
        return take_built(Path(made), folder, [form.file for form in forms], check=check)


def build_template(form: LetterForm, path: Path) -> None:
    """Write one template; the same declaration gives the same bytes."""
    document = blank_document(form.title, MADE)
    set_page(document)
    if form.compact:
        section = document.sections[0]
        section.top_margin, section.bottom_margin = COMPACT
    if form.official:
        number_pages(document)
    for part in form.parts:
        _LAYERS[part.style](document, part, form)
    if form.official:
        _tighten(document)
    document.save(str(path))
    pin(path)


def _tighten(document: Document) -> None:
    """28 characters a line, as GB/T 9704 asks of 3号 text."""
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if run.font.size == BODY_SIZE:
                spacing = OxmlElement("w:spacing")
                spacing.set(qn("w:val"), TIGHTER)
                run._r.get_or_add_rPr().insert_element_before(spacing, "w:sz", "w:szCs")


def _line(
    document: Document, text: str, *, points: float, line: float, font: str = BODY_FONT
) -> Paragraph:
    paragraph = document.add_paragraph()
    _shape(paragraph, line)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT  # justified, a line before a long number gapes
    if text:
        _write(paragraph, text, points, font)
    return paragraph


def _shape(paragraph: Paragraph, line: float) -> None:
    """Lines of exactly ``line`` points, not moved by the grid of the page."""
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().insert_element_before(snap, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _write(paragraph: Paragraph, text: str, points: float, font: str = BODY_FONT) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(points)
    set_font(run._r, font)


def _title(document: Document, part: Part, form: LetterForm) -> None:
    for text in part.text.split("\n"):
        paragraph = _line(document, text, points=TITLE_SIZE.pt, line=LINE.pt + 4, font=TITLE_FONT)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(form.line / 2)


def _head(document: Document, part: Part, form: LetterForm) -> None:
    paragraph = _line(document, part.text, points=form.points, line=form.line, font=HEAD_FONT)
    paragraph.paragraph_format.first_line_indent = Pt(2 * form.points)
    paragraph.paragraph_format.keep_with_next = True


def _number(document: Document, part: Part, form: LetterForm) -> None:
    paragraph = _line(document, part.text, points=form.points, line=form.line)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(form.line / 2)


def _plain(document: Document, part: Part, form: LetterForm) -> None:
    _line(document, part.text, points=form.points, line=form.line)


def _body(document: Document, part: Part, form: LetterForm) -> None:
    paragraph = _line(document, part.text, points=form.points, line=form.line)
    paragraph.paragraph_format.first_line_indent = Pt(2 * form.points)


def _seal(document: Document, part: Part, form: LetterForm) -> None:
    paragraph = _line(document, part.text, points=form.points, line=form.line)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.right_indent = Pt(2 * form.points)
    _keep_with_text(document.paragraphs[:-1])
    if form.parts[form.parts.index(part) - 1].style is not Style.SEAL:
        paragraph.paragraph_format.space_before = Pt(form.line / (2 if form.compact else 1))


def _keep_with_text(paragraphs: Sequence[Paragraph]) -> None:
    """A seal never stands alone on a page, nor below nothing but short lines (附件：...)."""
    for paragraph in reversed(paragraphs):
        shape = paragraph.paragraph_format
        shape.keep_with_next = shape.keep_together = True
        if len(paragraph.text) > SHORT:
            break


def _small(document: Document, part: Part, form: LetterForm) -> None:  # noqa: ARG001
    paragraph = _line(document, part.text, points=SMALL, line=SMALL_LINE)
    paragraph.paragraph_format.space_before = Pt(3)


def _copies(document: Document, part: Part, form: LetterForm) -> None:
    _small(document, part, form)
    document.paragraphs[-1].paragraph_format.space_before = Pt(form.line)


def _stub(document: Document, part: Part, form: LetterForm) -> None:  # noqa: ARG001
    paragraph = _line(document, part.text, points=14, line=SMALL_LINE, font=HEAD_FONT)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _cut(document: Document, part: Part, form: LetterForm) -> None:  # noqa: ARG001
    paragraph = _line(document, CUT, points=SMALL, line=SMALL_LINE)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = Pt(6)


def _gap(document: Document, part: Part, form: LetterForm) -> None:  # noqa: ARG001
    _line(document, "", points=6, line=8)


def _page(document: Document, part: Part, form: LetterForm) -> None:  # noqa: ARG001
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)


def _table(document: Document, part: Part, form: LetterForm) -> None:  # noqa: ARG001
    table = document.add_table(rows=len(part.rows), cols=len(part.widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, part.widths, strict=True):
        column.width = Mm(width)
    for number, texts in enumerate(part.rows):
        row = table.rows[number]
        if not texts[0].startswith("{%tr"):
            height = part.heights[number] if part.heights else ROW_HEIGHT
            row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
            _no_split(row)
        _cells(table, number, part, texts)
    if part.head:
        repeat = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeat)


def _no_split(row: _Row) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _cells(table: Table, number: int, part: Part, texts: tuple[str, ...]) -> None:
    for column, text in enumerate(texts):
        cell = table.cell(number, column)
        cell.width = Mm(part.widths[column])
        if text == MERGED:
            continue
        last = column
        while last + 1 < len(texts) and texts[last + 1] == MERGED:
            last += 1
        if last > column:
            cell = cell.merge(table.cell(number, last))
        label = (part.head and number == 0) or (column % 2 == 0 and "{" not in text)
        short = (label and len(text) <= CENTRED_UP_TO) or (
            part.head and part.widths[column] <= NARROW
        )
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        for line in text.split("\n"):
            fresh = cell.paragraphs[-1]
            paragraph = cell.add_paragraph() if fresh.runs else fresh
            _shape(paragraph, TABLE_LINE)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if short else WD_ALIGN_PARAGRAPH.LEFT
            _write(paragraph, line, TABLE_POINTS)


_LAYERS: Mapping[Style, Callable[[Document, Part, LetterForm], None]] = MappingProxyType(
    {
        Style.TITLE: _title,
        Style.HEAD: _head,
        Style.NUMBER: _number,
        Style.PLAIN: _plain,
        Style.BODY: _body,
        Style.SEAL: _seal,
        Style.SMALL: _small,
        Style.COPIES: _copies,
        Style.STUB: _stub,
        Style.CUT: _cut,
        Style.GAP: _gap,
        Style.PAGE: _page,
        Style.TABLE: _table,
    }
)
