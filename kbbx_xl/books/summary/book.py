"""The summary workbooks: 全县汇总, 中心校汇总, 待办; each written whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from kbbx_xl.books.files import Written, verify_workbook
from kbbx_xl.books.summary.absence import write_absence, write_todo
from kbbx_xl.books.summary.board import write_files, write_progress, write_unread
from kbbx_xl.books.summary.casework import write_casework, write_tasks
from kbbx_xl.books.summary.charts import write_charts
from kbbx_xl.books.summary.contents import write_contents
from kbbx_xl.books.summary.dashboard import write_dashboard
from kbbx_xl.books.summary.ledgers import write_ledgers, write_moves, write_persuasion
from kbbx_xl.books.summary.matrix import DETAIL, MATRIX, write_detail, write_matrix
from kbbx_xl.books.summary.months import write_center_report, write_months, write_six
from kbbx_xl.books.summary.notes import write_notes
from kbbx_xl.books.summary.paper import Book
from kbbx_xl.books.summary.people import write_coverage, write_grade_sex, write_people
from kbbx_xl.books.summary.quality import write_findings, write_indicators
from kbbx_xl.books.summary.ranks import RANKS, write_ranks
from kbbx_xl.books.summary.roster import roster_result
from kbbx_xl.books.summary.scope import restrict
from kbbx_xl.books.summary.sheets import Summary
from kbbx_xl.books.summary.trend import TREND, write_trend
from kbbx_xl.books.writing.names import safe_name
from kbbx_xl.books.writing.results import Result, write_set
from kbbx_xl.flow.privacy import without_names
from kbbx_xl.flow.result import County, Due
from kbbx_xl.model import Directory, Finding, Period, Unit
from kbbx_xl.settings.policies import Policy

FRONT, LIST = "首页", "目录"
CONTENTS = (
    ("月度趋势", "往月汇总和本月的主要数、变化和折线图"),
    ("通报排名", "没有按时报送、逾期未办、数据错误的单位，排名办法写在表下"),
    ("矩阵", "每个单位在每个环节有几名学生，点数字到学生所在的行"),
    ("单位明细", "一个单位一行，点数字、点“查看”到各表和清单"),
    ("报送进度", "各单位应报、已报、缺什么、迟报、错月、修改版"),
    ("人数汇总", "各单位分年级、学段、性别的在校生"),
    ("分年级男女", "全部单位分年级男女"),
    ("月报汇总", "各单位月报，与推算数、名册、上月核对"),
    ("六项核对", "小学、初中的辍学、疑似辍学、复学"),
    ("缺勤预警", "各单位旷课人数和达到的阶梯"),
    ("待办", "谁要在哪天前做什么，依据哪一条"),
    ("疑似辍学台账", "各校台账汇总，带来源"),
    ("辍学台账", "各校台账汇总，带来源"),
    ("个案统计", "本月立案、销号、在办、办到哪一步、逾期"),
    ("个案清单", "一案一行：案件号、状态、环节、劝返次数"),
    ("佐证与送教", "各单位佐证完成率，送教应送、实送、还差"),
    ("劝返汇总", "各单位劝返情况"),
    ("劝返明细", "每份劝返记录的次数和日期"),
    ("网格覆盖", "没有网格长的班级和村"),
    ("指标", "各项率的分子、分母、算法和目标"),
    ("问题清单", "每个问题在哪里、是什么、怎么办，可点开原件"),
    ("重复与转学", "同时在两校的学生，转出后去向"),
    ("图表", "在校生、台账、进度"),
    ("文件清单", "收到的每个文件怎样处理"),
    ("未读文件", "打不开、有密码、被拦下的：原因和怎么办"),
    ("说明", "口径、执行文件和阶梯"),
)


def write_county(
    county: County,
    folder: Path,
    *,
    sources: Path | None = None,
    with_names: bool = False,
    with_roster: bool = False,
) -> list[Written]:
    """全县汇总_<month>.xlsx in ``folder``, and 学生名册_<month>.xlsx when asked for.

    ``sources``: the consolidated folder; with it the lists hold links that open the files.
    Children are named only ``with_names`` (ids masked).  Raises OutputError.
    """
    return write_set(
        county_results(
            county, folder, sources=sources, with_names=with_names, with_roster=with_roster
        )
    )


def county_results(
    county: County,
    folder: Path,
    *,
    sources: Path | None = None,
    with_names: bool = False,
    with_roster: bool = False,
) -> list[Result]:
    """``write_county`` as part of a set."""
    target = folder / f"全县汇总_{county.month}.xlsx"
    made = [_result(target, "全县汇总", county, sources, with_names, _sheets)]
    return [*made, roster_result(county, folder)] if with_roster else made


def write_center(
    county: County,
    unit: Unit,
    path: Path,
    *,
    sources: Path | None = None,
    with_names: bool = False,
) -> Written:
    """The same workbook for one central school and its schools, with its 汇总月报."""
    result = center_result(county, unit, path, sources=sources, with_names=with_names)
    return write_set([result])[0]


def center_result(
    county: County,
    unit: Unit,
    path: Path,
    *,
    sources: Path | None = None,
    with_names: bool = False,
) -> Result:
    """``write_center`` as part of a set."""
    part = restrict(county, unit)

    def sheets(summary: Summary) -> None:
        _sheets(summary, center=True)

    return _result(path, f"{unit.name}汇总", part, sources, with_names, sheets)


def center_path(county: County, unit: Unit, folder: Path) -> Path:
    """Where a centre's summary goes by default: 中心校汇总_<unit>_<month>.xlsx."""
    return folder / f"中心校汇总_{safe_name(unit.name)}_{county.month}.xlsx"


def write_due(
    due: Iterable[Due],
    path: Path,
    *,
    as_of: dt.date,
    policy: Policy,
    sources: Path | None = None,
    with_names: bool = False,
) -> Written:
    """Only the list of what is due (待办), for ``kbbx-xl flag``."""
    listed = list(due)
    month, directory = Period(as_of.year, as_of.month), _alone(d.unit for d in listed)
    county = County(month, as_of, policy, directory, due=listed)
    return _whole(path, "待办", county, sources, with_names, write_todo)


def write_problems(
    findings: Iterable[Finding],
    path: Path,
    *,
    as_of: dt.date,
    policy: Policy,
    sources: Path | None = None,
    sheets: Sequence[str] = (),
) -> Written:
    """Only the list of findings (问题清单), for ``kbbx-xl check``; ``sheets``: see Summary."""
    listed = list(findings)
    directory = _alone(f.unit for f in listed)
    month = Period(as_of.year, as_of.month)
    county = County(month, as_of, policy, directory, findings=listed)

    def fill(summary: Summary) -> None:
        write_findings(replace(summary, sheets=tuple(sheets)))

    return _whole(path, "问题清单", county, sources, False, fill)


def _alone(names: Iterable[str]) -> Directory:
    """The one unit that lists are about, to head them; none when there are several."""
    known = sorted(set(names) - {""})
    return Directory((Unit("", known[0], level="县"),) if len(known) == 1 else ())


def write_board(county: County, path: Path, *, sources: Path | None = None) -> Written:
    """Only who has sent what (报送进度), which files came, and what is wrong with them."""

    def sheets(summary: Summary) -> None:
        write_progress(summary)
        write_files(summary)
        write_unread(summary)
        write_findings(summary)

    return _whole(path, "报送进度", county, sources, False, sheets)


def _whole(
    target: Path,
    title: str,
    county: County,
    sources: Path | None,
    with_names: bool,
    fill: Callable[[Summary], None],
) -> Written:
    return write_set([_result(target, title, county, sources, with_names, fill)])[0]


def _result(
    target: Path,
    title: str,
    county: County,
    sources: Path | None,
    with_names: bool,
    fill: Callable[[Summary], None],
) -> Result:
    told = county if with_names else without_names(county)

    def make(path: Path) -> None:
        home = target.parent.resolve()
        root = sources.resolve() if sources else None
        book = Book(path, told, title=title, sources=root, home=home)
        fill(Summary(told, book, with_names))
        book.close()

    return Result(target, make, verify_workbook)


def _sheets(summary: Summary, *, center: bool = False) -> None:
    """Every sheet in the order of CONTENTS; the first page is filled last, from the others."""
    book = summary.book
    front = book.paper(FRONT, landscape=False)
    book.front = FRONT
    contents, trend, ranks = (
        book.paper(LIST, landscape=False),
        book.paper(TREND),
        book.paper(RANKS, landscape=False),
    )
    matrix, detail = book.paper(MATRIX), book.paper(DETAIL)
    write_progress(summary)
    write_people(summary)
    write_grade_sex(summary)
    write_months(summary)
    if center:
        write_center_report(summary)
    for write in (
        write_six,
        write_absence,
        write_tasks,
        write_ledgers,
        write_casework,
        write_persuasion,
        write_coverage,
        write_indicators,
        write_findings,
        write_moves,
        write_charts,
        write_files,
        write_unread,
        write_notes,
    ):
        write(summary)
    write_detail(summary, detail)
    write_matrix(summary, matrix)
    write_trend(summary, trend)
    write_ranks(summary, ranks)
    extra = (("汇总月报", "一校一行，盖章上报"),) if center else ()
    write_contents(summary, contents, (*CONTENTS[:8], *extra, *CONTENTS[8:]))
    write_dashboard(summary, front)
