"""Everything that the product makes, made once from the county of ``make demo``: workbooks and letters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

from kbbx_xl.settings.letters import About, letter_forms

ROOT = Path(__file__).resolve().parents[2]
MONTH, AS_OF = "2026-10", "2026-10-20"
WHEN = ("--month", MONTH, "--as-of", AS_OF)
EARLIER = (("2026-05", "2026-05-20"), ("2026-06", "2026-06-20"), ("2026-09", "2026-09-20"))
BY_CHOICE = ("away", "defer", "enrol")  # letters that not every case needs


@dataclass(frozen=True, slots=True)
class Product:
    """One file: what it is called in pictures and tables, where it is."""

    title: str
    path: Path

    @property
    def letter(self) -> bool:
        return self.path.suffix == ".docx"


class Maker:
    """Commands of kbbx-xl as a user gives them, in a folder; what they make is collected."""

    def __init__(self, place: Path) -> None:
        self.place, self.made = place, list[Product]()
        self._aside = {
            "KBBX_STATE": str(place / "state"),
            "KBBX_CACHE": "off",
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *words: object, may_find: bool = False) -> str:
        """What a command says; exit 1 (something was found) only where it may be."""
        command = [sys.executable, "-m", "kbbx_xl", *map(str, words)]
        done = subprocess.run(
            command, cwd=self.place, capture_output=True, text=True, check=False,
            env={**os.environ, **self._aside},
        )  # fmt: skip
        if done.returncode and not (may_find and done.returncode == 1):
            raise SystemExit(f"kbbx-xl {' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout.strip()

    def keep(self, title: str, path: str | Path) -> Path:
        found = self.place / path
        self.made.append(Product(title, found))
        return found

    def make(self, title: str, path: str, *words: object) -> Path:
        """Run a command that writes ``path`` and keep what it wrote."""
        self.run(*words, "-o", path, may_find=True)
        return self.keep(title, path)

    def fullest(self, name: str, sheet: str) -> Path:
        """The file of that name below the place whose sheet has most cells filled; first of equals."""
        books = sorted((self.place / "demo" / "county").rglob(f"{name}.xlsx"))
        return max(books, key=lambda book: filled(book, sheet))


def filled(book: Path, sheet: str) -> int:
    """How many cells of a sheet hold something; -1 when there is no such sheet."""
    opened = CalamineWorkbook.from_path(book)
    if sheet not in opened.sheet_names:
        return -1
    return sum(value != "" for row in opened.get_sheet_by_name(sheet).to_python() for value in row)


def make_products(
    place: Path, *, schools: int = 20, students: int = 3000, letters: bool = False
) -> list[Product]:
    """Every workbook in ``place``; with ``letters`` every kind of letter, and months before, for the trend."""
    place.mkdir(parents=True, exist_ok=True)
    maker = Maker(place)
    _blank(maker)
    _setting_up(maker)
    size = ("--messy", "--schools", schools, "--students", students)
    maker.run("demo", "demo/county", "--month", MONTH, *size)
    for month, day in EARLIER if letters else ():
        maker.run("demo", f"earlier/{month}", "--month", month, *size)
        when = ("--month", month, "--as-of", day)
        maker.run("county", f"earlier/{month}", *when, "-o", "demo/out")
    _filled(maker)
    _county(maker)
    _tasks(maker)
    _sending(maker)
    if letters:
        write_letters(maker)
    return maker.made


def _blank(maker: Maker) -> None:
    for book in sorted((ROOT / "workbooks").glob("*.xlsx")):
        copy = maker.place / "blank" / book.name
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(book, copy)
        maker.keep(f"空白{book.stem}", copy)


def _setting_up(maker: Maker) -> None:
    """What a county is set up with: the settings to fill, a policy to change."""
    maker.run("init", "--blank", "设置.xlsx")
    maker.keep("设置", "设置.xlsx")
    maker.make("政策", "政策.xlsx", "policy", "export", "tanghe")


def _filled(maker: Maker) -> None:
    """The workbooks as schools send them, and one with a child chosen on its form."""
    maker.keep("单位目录", "demo/county/单位目录.xlsx")
    for name, sheet in (("责任人名单", "班级网格"), ("登记表", "缺勤登记"), ("月报表", "月报表")):
        maker.keep(name, maker.fullest(name, sheet))
    forms = ("print", maker.fullest("登记表", "劝返记录"))
    maker.make("逐人登记表", "demo/out/逐人登记表.xlsx", *forms)


def _county(maker: Maker) -> None:
    maker.run("county", "demo/county", *WHEN, "-o", "demo/out", "--with-roster")
    for title in ("全县汇总", "上报", "学生名册"):
        maker.keep(title, f"demo/out/{title}_{MONTH}.xlsx")
    maker.keep("上报说明", f"demo/out/上报说明_{MONTH}.docx")
    directory = CalamineWorkbook.from_path(maker.place / "demo/county/单位目录.xlsx")
    units = directory.get_sheet_by_name("单位").to_python()
    center = next(str(row[1]) for row in units if "中心校" in row)
    words = ("merge", "demo/county", "--unit", center, *WHEN)
    maker.make("中心校汇总", f"demo/out/中心校汇总_{MONTH}.xlsx", *words)


def _tasks(maker: Maker) -> None:
    """Lists for the bureau and papers of one school."""
    book = maker.fullest("登记表", "疑似辍学台账")
    for command, title in (("todo", "待办"), ("assign", "交办清单"), ("movement", "学籍流动")):
        day = WHEN if command != "movement" else WHEN[:2]
        maker.make(title, f"demo/out/{title}.xlsx", command, "demo/county", *day)
    maker.make("缺勤预警", "demo/out/缺勤预警.xlsx", "flag", book, "--as-of", AS_OF)
    for command, title in (("case", "个案"), ("evidence", "佐证清单")):
        maker.make(title, f"demo/out/{title}.xlsx", command, book, "--as-of", AS_OF)
    sides = ("match", book, "--against", maker.fullest("登记表", "学生名册"), "--as-of", AS_OF)
    maker.make("人籍比对", "demo/out/人籍比对.xlsx", *sides)
    maker.make("本月月报表", "demo/out/本月月报表.xlsx", "report", book)
    maker.make("结转登记表", "demo/out/结转登记表.xlsx", "carry", book, "--as-of", "2026-11-01")
    where = "demo/out/退回"
    maker.run("return", "demo/county", "--all", *WHEN, "-o", where, may_find=True)
    backs = sorted((maker.place / where).glob("*.xlsx"))
    maker.keep("退回单", max(backs, key=lambda path: filled(path, "退回单")))


def _sending(maker: Maker) -> None:
    book = maker.fullest("登记表", "疑似辍学台账")
    maker.make("脱敏登记表", "demo/out/脱敏登记表.xlsx", "mask", book)
    small = ("--schools", 4, "--students", 60)
    maker.run("demo", "demo/old", "--month", "2022-10", *small)
    words = ("--years", 1, "--as-of", AS_OF, "--delete", "--yes")
    certificate = "demo/out/销毁证明.xlsx"
    maker.run("retain", "demo/old", *words, "--certificate", certificate, may_find=True)
    maker.keep("销毁证明", certificate)
    maker.make("操作记录", "demo/out/操作记录.xlsx", "log")


def write_letters(maker: Maker) -> None:
    """One letter of each kind, from the first file that gives reason for it; some for a case by choice."""
    cases = sorted((maker.place / "demo/county").rglob("登记表.xlsx"))
    county = maker.place / "demo/county"
    fullest = maker.fullest("责任人名单", "班级网格")
    grids = [fullest, *sorted(county.rglob("责任人名单.xlsx"))]
    chosen = maker.fullest("登记表", "疑似辍学台账")
    sheets = CalamineWorkbook.from_path(maker.place / "demo/out/个案.xlsx").sheet_names
    mark = next(name.partition("-")[2] for name in sheets if "-" in name)
    for kind, form in letter_forms().items():
        more: tuple[str, ...] = WHEN if form.about is About.COUNTY else ()
        tried = [county] if form.about is About.COUNTY else cases
        if form.about is About.GRID:
            tried = grids
        if kind in BY_CHOICE:
            tried, more = [chosen], ("--mark", mark, "--directory", str(county / "单位目录.xlsx"))
        folder = f"demo/文书/{kind}"
        for source in tried:
            words = ("letters", kind, source, "-o", folder, "--day", AS_OF, *more)
            maker.run(*words, may_find=True)
            if found := sorted((maker.place / folder).glob("*.docx")):
                maker.keep(form.title, found[0])
                break
        else:
            raise SystemExit(f"no reason for {kind} in the county")
