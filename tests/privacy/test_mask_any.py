"""mask on workbooks of any layout: what is planted in any part of a package is in no part of the copy."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from kbbx_xl.books.mask import mask_file
from kbbx_xl.messages import InputError
from tests.books.sheets import csv_bytes
from tests.books.test_mask import SAMPLE, survivors
from tests.privacy.planted import IDS, PHONES, RARE, SIMA, SNOW, found_in, texts

SAMPLES = sorted(p for p in SAMPLE.rglob("*") if p.suffix in (".xlsx", ".xls", ".ods", ".csv"))
REAL = Path(__file__).resolve().parents[2].parent / "shared" / "real_files"
REAL_FILES = [p for p in sorted(REAL.rglob("*")) if p.is_file() and p.suffix not in (".md", ".jsonl")]  # fmt: skip


@pytest.mark.parametrize("path", [p for p in SAMPLES if not p.name.startswith("~$")], ids=lambda p: p.name)  # fmt: skip
def test_every_workbook_of_the_sample_county(path: Path, tmp_path: Path) -> None:
    result = mask_file(path, tmp_path / "脱敏.xlsx")
    assert survivors(path, result.path) == []


@pytest.mark.skipif(not REAL_FILES, reason="the collection of real files is not on this machine")
@pytest.mark.parametrize("path", REAL_FILES, ids=lambda p: p.name)
def test_every_real_file_is_masked_or_refused_in_words(path: Path, tmp_path: Path) -> None:
    told = ""
    try:
        assert zipfile.is_zipfile(mask_file(path, tmp_path / "脱敏.xlsx").path)
    except InputError as error:
        told = str(error)
    assert not told or re.search(r"[\u4e00-\u9fff]", told)


def book_with_everything(path: Path) -> Path:
    """Names, numbers and phones in every part of a package that openpyxl can write."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = f"{SNOW}的表"
    page.merge_cells("A1:F1")
    page["A1"] = f"{SNOW}、{SIMA}等学生基本情况"
    page.merge_cells("A2:B2")
    page["A2"] = "学生"
    page["C2"] = "证件"
    page.append(["姓名", "班级", "身份证号", "家长电话", "备注", "家庭情况"])
    spaced = f"{IDS[1][:6]} {IDS[1][6:14]} {IDS[1][14:]}"
    wide = IDS[2].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    page.append([SNOW, "1班", IDS[0], f"+86 {PHONES[0]}", f"身份证{spaced}", f"其母{PHONES[1]}"])
    page.append(
        ["司马 · 阿依古丽", "1班", IDS[1], f"+86-{PHONES[1]}", f"和{SNOW}同桌", f"父 {PHONES[1]}"]
    )
    page.append([RARE, "1班", wide, PHONES[2], "司马•阿依古丽的表妹", f"（{PHONES[2]}）"])
    page["H4"] = CellRichText("见", TextBlock(InlineFont(b=True), SNOW[:2]), SNOW[2:], "材料")
    page["H5"] = f'=IF(A4="{SNOW}","{IDS[0]}","")'
    page["A4"].comment = Comment(f"{SNOW} {PHONES[0]}", SIMA)
    page.oddHeader.center.text, page.evenFooter.left.text = SNOW, IDS[0]
    valid = DataValidation(type="list", formula1=f'"{SNOW},{RARE}"')
    valid.promptTitle, valid.prompt, valid.error = SNOW, IDS[0], PHONES[0]
    page.add_data_validation(valid)
    valid.add("B4:B6")
    chart = BarChart()
    chart.title = f"{SNOW}缺勤"
    chart.add_data(Reference(page, min_col=2, min_row=4, max_row=6))
    page.add_chart(chart, "K2")
    book.defined_names[f"学生_{SNOW}"] = DefinedName(f"学生_{SNOW}", attr_text=f'"{IDS[0]}"')
    known = book.properties
    known.title, known.creator, known.lastModifiedBy = SNOW, SIMA, RARE
    known.keywords, known.subject, known.description = IDS[0], PHONES[0], SNOW
    hidden = book.create_sheet(RARE)
    hidden.sheet_state = "veryHidden"
    hidden["A1"] = SNOW
    other = book.create_sheet("联系")
    other.append([SNOW, "其他", PHONES[0]])
    other.append(["说明", f"{SIMA}家长，电话：{PHONES[1]}", f"证件号{IDS[1]}"])
    split = book.create_sheet("拆开")
    split.append(["身份证号", "", ""])
    split.append([IDS[0][:6], IDS[0][6:14], IDS[0][14:]])
    book.save(path)
    return path


@pytest.mark.parametrize("keep_text", [False, True])
def test_planted_in_every_part(keep_text: bool, tmp_path: Path) -> None:
    path = book_with_everything(tmp_path / f"{SNOW}.xlsx")
    assert len(found_in(texts(path))) > 6  # the plants are there
    result = mask_file(path, tmp_path / "脱敏.xlsx", keep_text=keep_text)
    assert found_in(texts(result.path)) == []
    assert result.left_out == 1
    rest = texts(result.path).replace("-", "").replace(" ", "")
    assert not [one for one in (*IDS, *PHONES) if one in rest]


def test_extra_parts_of_a_package_are_not_carried_on(tmp_path: Path) -> None:
    path = book_with_everything(tmp_path / "甲.xlsx")
    parts = {
        "xl/pivotCache/pivotCacheDefinition1.xml": f"<x v='{SNOW}'/>",
        "xl/phoneticPr.xml": f"<rPh>{SNOW}</rPh>",
        "customXml/item1.xml": f"<x>{IDS[0]}</x>",
        "xl/persons/person.xml": f"<p displayName='{SIMA}'/>",
        "docProps/custom.xml": f"<v>{PHONES[0]}</v>",
    }
    with zipfile.ZipFile(path, "a") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    result = mask_file(path, tmp_path / "脱敏.xlsx")
    with zipfile.ZipFile(result.path) as package:
        assert not set(parts) & set(package.namelist())
    assert found_in(texts(result.path)) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_with_the_same_children(encoding: str, tmp_path: Path) -> None:
    rows = [["姓名", "证件号码", "手机"], *zip((SNOW, SIMA, RARE), IDS, PHONES, strict=True), ["合计", 3, f"联系{SNOW}"]]  # fmt: skip
    path = tmp_path / f"{SIMA}.csv"
    path.write_bytes(csv_bytes(rows, encoding=encoding))
    result = mask_file(path, tmp_path / "脱敏.xlsx")
    assert found_in(texts(result.path)) == []
