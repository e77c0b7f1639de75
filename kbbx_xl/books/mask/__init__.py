"""A workbook of any layout without personal data (脱敏导出): same sheets, same cells, values only.

``mask_book`` takes a book already read, so that one open in Excel can be masked as well;
``mask_file`` reads a closed one.  Rules: config/masking.yaml.
"""

from __future__ import annotations

import dataclasses
import zipfile
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kbbx_xl.books.files import Written, verify_workbook, write_whole
from kbbx_xl.books.mask.cells import BookMasker, MaskedSheet
from kbbx_xl.books.mask.paper import HEAD, PROOF, write_copy
from kbbx_xl.books.read.sheets import Book, Grid, open_book
from kbbx_xl.books.reading import opened
from kbbx_xl.flow.hiding import person_pieces
from kbbx_xl.messages import InputError, OutputError, message, remedy
from kbbx_xl.model import MASKED_FORM
from kbbx_xl.rules.cells import ERROR_VALUES
from kbbx_xl.rules.masking import Scanner
from kbbx_xl.settings.masking import MaskingRules, load_masking

__all__ = ["MaskResult", "mask_book", "mask_file"]

STAMPED = ("version", "unit", "unit_name", "period", "policy")  # of our own stamp; no person in it


# parts whose cells are read back one by one, and parts that hold nothing of the book
READ_OR_FIXED = ("xl/worksheets/", "xl/sharedStrings", "xl/theme/", "xl/styles")


@dataclass(frozen=True, slots=True)
class MaskResult:
    """What was written: sheets and cells looked at, masked cells by rule title."""

    written: Written
    sheets: int
    checked: int
    masked: Mapping[str, int]
    left_out: int = 0  # hidden sheets

    @property
    def path(self) -> Path:
        return self.written.path


def mask_file(path: Path, target: Path, *, keep_text: bool = False) -> MaskResult:
    """Mask a closed file; InputError when it cannot be read or is the target, else as mask_book."""
    if not path.is_file():
        raise InputError(f"找不到文件：{path}")
    if target.exists() and target.samefile(path):
        raise InputError("脱敏件不能写在原件上，请换一个文件名")
    book = opened(_read, path)
    if not book.readable:
        told = "；".join(f"{message(f)}。{remedy(f)}" for f in book.findings)
        raise InputError(f"“{path.name}”：{told}")
    return mask_book(book, target, keep_text=keep_text)


def _read(path: Path) -> Book:
    return open_book(path, path.name)


def mask_book(book: Book, target: Path, *, keep_text: bool = False) -> MaskResult:
    """Write a masked copy of a book that was read to ``target`` (.xlsx), readable by its owner only.

    ``keep_text`` leaves prose (备注, 劝返记录) in place, in which only known names and numbers are
    hidden; without it prose is removed, because it may name a child in words no program knows.
    The copy is read back before it is published: OutputError, and no file, when anything personal
    is still in it.  The same book gives the same bytes.  A known name in the file name is masked.
    """
    if target.suffix.lower() != ".xlsx":
        raise InputError(f"脱敏件的文件名应以 .xlsx 结尾：{target.name}")
    rules = load_masking()
    if book.own.get("form") == MASKED_FORM:  # its own proof is written anew
        book = dataclasses.replace(book, grids=[g for g in book.grids if g.name != PROOF])
    book = dataclasses.replace(book, grids=[_without_errors(grid) for grid in book.grids])
    masker = BookMasker(book, rules, keep_text=keep_text)
    every = list(masker.sheets())
    sheets = [sheet for sheet in every if not sheet.hidden]
    if not sheets:
        raise InputError("没有可以脱敏的工作表：全部是隐藏的。取消隐藏后再做")
    stem = masker.scanner.scan(target.stem)[0]
    for piece in person_pieces(stem, rules):
        stem = stem.replace(piece, rules.hidden)
    named = target.with_name(stem + target.suffix)
    stamp = _stamp(book.own, masker.scanner)
    notes = _notes(sheets, len(every) - len(sheets), rules, keep_text=keep_text)
    written = write_whole(
        named,
        lambda new: write_copy(new, sheets, notes, stamp),
        lambda new: _prove(new, masker.scanner, _ours(notes, rules)),
    )
    if named != target:
        told = "文件名里有学生姓名，已遮盖"
        note = f"{told}；{written.note}" if written.note else told
        written = dataclasses.replace(written, note=note)
    masked = Counter[str]()
    for sheet in sheets:
        for (_, title), count in sheet.masked.items():
            masked[title] += count
    checked = sum(sum(sheet.checked.values()) for sheet in sheets)
    return MaskResult(written, len(sheets), checked, dict(masked), len(every) - len(sheets))


def _without_errors(grid: Grid) -> Grid:
    """Error values name nobody and are no values: blank in the copy, as formulas are."""
    rows = [["" if isinstance(c, str) and c in ERROR_VALUES else c for c in r] for r in grid.rows]
    return dataclasses.replace(grid, rows=rows)


def _stamp(own: Mapping[str, str], scanner: Scanner) -> dict[str, str]:
    """The mark of a masked copy, which no consolidation counts; of ours also what it is a copy of."""
    stamp = {"form": MASKED_FORM, "of": own.get("of", own.get("form", ""))}
    return stamp | {key: scanner.scan(own[key])[0] for key in STAMPED if key in own}


def _notes(
    sheets: list[MaskedSheet], left_out: int, rules: MaskingRules, *, keep_text: bool
) -> list[str]:
    """What the reader of the copy must know."""
    checked = sum(sum(sheet.checked.values()) for sheet in sheets)
    masked = sum(sum(sheet.masked.values()) for sheet in sheets)
    numbers = rules.by_name["id"]
    notes = [
        "本工作簿是脱敏件：只有数值，没有公式、批注和隐藏内容，单元格位置与原件相同。",
        f"姓名换成本文件内的编号（学生001、家长001、人员001），同一人编号相同，出了本文件没有意义；没有证件号的同名学生合用一个编号。证件号、电话留前 {numbers.first} 后 {numbers.last} 位，证件号短横后是学生编号；地址留到县乡，出生日期留年份。",
        f"说明文字（备注、劝返记录等）{'保留，其中认得出的姓名和号码已遮盖，请人工再看一遍' if keep_text else f'以“{rules.mark}”代替'}。",
        f"共检查 {len(sheets)} 张工作表 {checked} 个单元格，遮盖 {masked} 处；写成后又读回全部单元格、工作表名和文件属性复查，证件号、电话和已知姓名剩余 0 处。",
        "没有写在姓名栏里的姓名程序无从得知，对外提供前仍应人工看一遍。",
        "只给办事需要的人看：脱敏件仍是去标识化的个人信息（个人信息保护法第二十八条、第五十一条），对照原件能找到人，不要公开发布。",
    ]
    if left_out:
        notes.append(f"原件有 {left_out} 张隐藏的工作表，没有带入。")
    return notes


def _ours(notes: Iterable[str], rules: MaskingRules) -> frozenset[str]:
    """What the proof says in words of its own."""
    titles = {rule.title for rule in rules.rules} | {pattern.title for pattern in rules.patterns}
    return frozenset((*notes, *HEAD, *titles, *(f"已知的{title}" for title in titles)))


def _prove(path: Path, scanner: Scanner, ours: Container[object]) -> None:
    """Read the copy back and look for anything personal; OutputError when there is some.

    ``ours``: sentences of the proof itself, in which a word such as 证件 that the file has where
    others have a name is no name.
    """
    verify_workbook(path)
    again = open_book(path, path.name)
    if not again.readable:
        raise OutputError("写出的脱敏件读不回来，没有采用")
    for grid in again.grids:
        known = ours if grid.name == PROOF else ()
        cells = (cell for row in grid.rows for cell in row if cell != "" and cell not in known)
        left = sum(scanner.left(cell) for cell in cells)
        if left or scanner.left(grid.name):
            raise OutputError(
                f"复查发现“{scanner.scan(grid.name)[0]}”仍有 {left} 处没有遮盖，没有采用"
            )
    with zipfile.ZipFile(path) as parts:
        others = (n for n in parts.namelist() if not n.startswith(READ_OR_FIXED))
        if any(scanner.left_in(parts.read(name).decode("utf-8")) for name in others):
            raise OutputError("复查发现文件属性里仍有姓名或号码，没有采用")
