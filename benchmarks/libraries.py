"""Libraries that read workbooks, each by the way its users write it; one class a library.

``sheets`` gives every sheet of a file as the library has it; ``filled`` counts its cells with a value;
``table`` puts the sheets of one kind into one table and says how many rows that has.  Rows up to the
header go, and rows without a value.
"""

from __future__ import annotations

import csv
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

ROLL_CALL = "考勤表"
HEADS = {  # kind of sheet -> its first heading
    "学生基本信息": "姓名", "缺勤登记": "序号", "台账": "序号", "网格名单": "序号", "月报": "年级",
    ROLL_CALL: "序号",
}  # fmt: skip
WITH_GAPS = "网格名单"  # tables below one another, blank rows between them
DEEPEST_GAPS = 200


def kind_of(sheet: str) -> str:
    """Which table a sheet belongs to; the sheets of the classes are one kind."""
    return sheet if sheet in HEADS else ROLL_CALL


class Pandas:
    """``pandas.read_excel`` of all sheets."""

    needs: tuple[str, ...] = ("pandas", "openpyxl")
    engine = "openpyxl"

    def sheets(self, path: Path) -> Iterator[tuple[str, Any]]:
        import pandas as pd

        yield from pd.read_excel(path, sheet_name=None, header=None, engine=self.engine).items()

    def filled(self, sheet: Any) -> int:
        return int(sheet.notna().to_numpy().sum())

    def table(self, head: str, sheets: Sequence[Any]) -> int:
        import pandas as pd

        bodies = []
        for frame in sheets:
            at = int((frame[0] == head).to_numpy().argmax())
            body = frame.iloc[at + 1 :].dropna(how="all")
            named = zip(frame.columns, frame.iloc[at], strict=True)
            body.columns = [f"{n} {title}" for n, title in named]
            bodies.append(body)
        return len(pd.concat(bodies, ignore_index=True))


class PandasCalamine(Pandas):
    needs = ("pandas", "python_calamine")
    engine = "calamine"


class Calamine:
    """python-calamine, lists of rows."""

    needs: tuple[str, ...] = ("python_calamine",)

    def sheets(self, path: Path) -> Iterator[tuple[str, Any]]:
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            yield name, book.get_sheet_by_name(name).to_python()

    def filled(self, sheet: Any) -> int:
        return sum(cell != "" for row in sheet for cell in row)

    def table(self, head: str, sheets: Sequence[Any]) -> int:
        rows: list[list[object]] = []
        for sheet in sheets:
            at = next((n for n, row in enumerate(sheet) if row and row[0] == head), 0)
            rows += [row for row in sheet[at + 1 :] if any(cell != "" for cell in row)]
        return len(rows)


class Polars:
    """``polars.read_excel`` of all sheets, as text."""

    needs = ("polars", "fastexcel")

    def sheets(self, path: Path) -> Iterator[tuple[str, Any]]:
        import polars as pl

        yield from pl.read_excel(
            path, sheet_id=0, has_header=False, infer_schema_length=0, raise_if_empty=False
        ).items()

    def filled(self, sheet: Any) -> int:
        return int(sheet.height * sheet.width - sum(sheet.null_count().row(0)))

    def table(self, head: str, sheets: Sequence[Any]) -> int:
        import polars as pl

        bodies = []
        for frame in sheets:
            at = (frame[:, 0] == head).arg_max() or 0
            body = frame.slice(at + 1)
            bodies.append(body.filter(pl.any_horizontal(pl.all().is_not_null())))
        return int(pl.concat(bodies, how="diagonal").height)


class Fastexcel:
    """fastexcel, all cells as text in Arrow columns."""

    needs: tuple[str, ...] = ("fastexcel", "pyarrow")
    threads = 1

    def sheets(self, path: Path) -> Iterator[tuple[str, Any]]:
        import fastexcel

        book = fastexcel.read_excel(path)
        for name in book.sheet_names:
            yield name, book.load_sheet_eager(name, header_row=None, dtypes="string")

    def filled(self, sheet: Any) -> int:
        return sum(len(column) - column.null_count for column in sheet.columns)

    def table(self, head: str, sheets: Sequence[Any]) -> int:
        import pyarrow as pa
        import pyarrow.compute as pc

        bodies = []
        for batch in sheets:
            at = pc.index(batch.column(0), head).as_py()
            body = batch.slice(at + 1)
            some = body.column(0).is_valid()
            for column in body.columns[1:]:
                some = pc.or_(some, column.is_valid())
            bodies.append(pa.Table.from_batches([body.filter(some)]))
        return int(pa.concat_tables(bodies, promote_options="default").num_rows)


class FastexcelThreads(Fastexcel):
    threads = 2


class Duckdb(Fastexcel):
    """duckdb's ``read_xlsx``, which must be told the sheets and how far they go."""

    needs = ("duckdb", "duckdb_extension_excel", "pyarrow", "python_calamine")
    _open: ClassVar[Any] = None

    def sheets(self, path: Path) -> Iterator[tuple[str, Any]]:
        from python_calamine import CalamineWorkbook

        query = "SELECT * FROM read_xlsx(?, sheet = ?, header = false, all_varchar = true, "
        for name in CalamineWorkbook.from_path(str(path)).sheet_names:
            whole = f"range = 'A1:D{DEEPEST_GAPS}', stop_at_empty = false)"
            rest = whole if name == WITH_GAPS else "range = 'A1:AN', stop_at_empty = true)"
            found = self._connection().execute(query + rest, [str(path), name]).to_arrow_table()
            yield name, found.combine_chunks().to_batches()[0]

    def _connection(self) -> Any:
        if Duckdb._open is None:
            import duckdb
            import duckdb_extension_excel

            place = Path(duckdb_extension_excel.__file__).parent
            extension = next(place.rglob("*.duckdb_extension"))
            Duckdb._open = duckdb.connect()
            Duckdb._open.execute(f"LOAD '{extension}'")
        return Duckdb._open


LIBRARIES = {
    "pandas + openpyxl": Pandas(),
    "pandas + calamine": PandasCalamine(),
    "duckdb read_xlsx": Duckdb(),
    "polars": Polars(),
    "python-calamine, lists": Calamine(),
    "fastexcel, text": Fastexcel(),
    "fastexcel, text, 2 threads": FastexcelThreads(),
}


def each(library: Any, paths: Sequence[Path]) -> Iterator[list[tuple[str, Any]]]:
    """The sheets of every file, file by file."""
    threads = getattr(library, "threads", 1)
    if threads == 1:
        for path in paths:
            yield list(library.sheets(path))
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(lambda path: list(library.sheets(path)), paths)


def office_rows(paths: Iterable[Path]) -> tuple[int, int]:
    """LibreOffice writes every sheet as .csv; (sheets, cells with a value)."""
    sheets = filled = 0
    with tempfile.TemporaryDirectory() as out, tempfile.TemporaryDirectory() as home:
        subprocess.run(
            [
                "soffice", f"-env:UserInstallation=file://{home}", "--headless", "--convert-to",
                "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
                "--outdir", out, *map(str, paths),
            ],
            check=True, capture_output=True,
        )  # fmt: skip
        for path in Path(out).glob("*.csv"):
            with path.open(encoding="utf-8", newline="") as file:
                sheets += 1
                filled += sum(cell != "" for row in csv.reader(file) for cell in row)
    return sheets, filled
