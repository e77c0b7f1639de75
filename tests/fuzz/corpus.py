"""The sound files that are mutated: one of each layout, small; and our own workbooks, filled."""

from __future__ import annotations

import dataclasses
import functools
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import python_calamine

from kbbx_xl.demo import own
from kbbx_xl.demo.world import invent
from kbbx_xl.model import Period

DATA = Path(__file__).parents[1] / "data"
COUNTY = DATA / "sample_county" / "county"
SENT = COUNTY / "报送"
MONTH = Period(2026, 10)
TOP, END = 26, 8  # rows of a long sheet that are kept for mutation of cells
SHEETS = 3

FILES = (
    "单位目录.xlsx",
    "校历.xlsx",
    "报送/双河镇中心校/双河镇中心校10月控辍保学汇总表.xlsx",
    "报送/双河镇中心校/双河镇箐口小学/箐口小学学籍2026秋.xlsx",
    "报送/双河镇中心校/双河镇箐口小学/箐口小学网格员名单.xlsx",
    "报送/双河镇中心校/双河镇箐口小学/9月月报.xls",
    "报送/双河镇中心校/双河镇箐口小学/9月考勤表.xls",
    "报送/双河镇中心校/双河镇平寨教学点/学生信息(3).xls",
    "报送/双河镇中心校/双河镇平寨教学点/10月缺勤登记.xls",
    "报送/双河镇中心校/双河镇中心小学/疑似辍学台账（10.20）.xlsx",
    "报送/双河镇中心校/双河镇中心小学/中心小学10月控辍保学月报表.xlsx",
    "报送/双河镇中心校/双河镇中心小学/中心小学劝返表.xlsx",
    "报送/双河镇中心校/双河镇初级中学/初级中学网格员名单.ods",
    "报送/双河镇中心校/双河镇初级中学/未接受义务教育名单-初级中学.xlsx",
    "报送/云溪镇中心校/云溪镇落水教学点/缺课登记2026.10.xlsx",
    "报送/云溪镇中心校/云溪镇老街九年制学校/疑似辍学台账（10.20）.xlsx",
    "报送/云溪镇中心校/云溪镇中心小学/劝返记录表（一生一表）.xlsx",
    "报送/云溪镇中心校/云溪镇中心小学/学籍导出_中心小学.csv",
    "报送/云溪镇中心校/08初级中学/10月缺勤登记.xlsx",
    "报送/大坪镇中心校/大坪镇木叶小学/学生信息(2).xlsx",
    "报送/大坪镇中心校/大坪镇木叶小学/木叶小学2026年10月学生考勤.xlsx",
    "报送/大坪镇中心校/11中心小学/学生信息(3).csv",
)
RESAVED = ("roster.ods", "roster.xls", "roster.xlsx")


@dataclass(frozen=True)
class Sheet:
    """Values of one sheet as a fast reader sees them."""

    name: str
    rows: tuple[tuple[object, ...], ...]
    hidden: bool = False


@dataclass(frozen=True)
class Base:
    """One sound file."""

    name: str
    data: bytes

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower()


@functools.cache
def bases() -> tuple[Base, ...]:
    """All sound files, always in the same order and, bytes of ours included, the same."""
    found = [Base(Path(f).name, (COUNTY / f).read_bytes()) for f in FILES]
    found += [Base(f"重存_{f}", (DATA / "resaved" / f).read_bytes()) for f in RESAVED]
    return (*found, *_ours())


def _ours() -> list[Base]:
    """Our four workbooks, filled by the demo for one small school."""
    world = invent(schools=2, students=24, month=MONTH, seed=3)
    school = world.schools[0]
    school = dataclasses.replace(school, students=school.students[:12])
    with tempfile.TemporaryDirectory() as folder:
        own.write_school(world, school, Path(folder))
        own.write_directory(world, Path(folder) / own.DIRECTORY_FILE)
        return [Base(f"本程序_{p.name}", p.read_bytes()) for p in sorted(Path(folder).iterdir())]


@functools.cache
def sheets(number: int) -> tuple[Sheet, ...]:
    """The sheets of base ``number`` for mutation of cells, long ones shortened in the middle."""
    base = bases()[number]
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(base.data))
    visible = python_calamine.SheetVisibleEnum.Visible
    found = []
    for meta in book.sheets_metadata[:SHEETS]:
        rows = book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
        kept = rows if len(rows) <= TOP + END else [*rows[:TOP], *rows[-END:]]
        found.append(Sheet(meta.name, tuple(map(tuple, kept)), meta.visible != visible))
    return tuple(found)


@functools.cache
def by_cells() -> tuple[int, ...]:
    """Numbers of the bases whose cells are mutated: hand-made workbooks, not ours, not text."""
    return tuple(
        n
        for n, base in enumerate(bases())
        if base.suffix in (".xlsx", ".xls") and not base.name.startswith("本程序_")
    )
