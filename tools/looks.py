"""Write docs/版式.md: every font, colour and pair of colours of the product, with contrasts measured.

Contrast is that of WCAG 2.2, distances are CIEDE2000 (1 is just noticeable), seen with normal eyes and
without red, green or blue (by coloraide's simulation); lightness is L* of CIELAB: what grey print keeps.

python tools/looks.py [--check]
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from coloraide import Color

from kbbx_xl.books import style
from kbbx_xl.books.summary.styles import STYLES as SUMMARY
from kbbx_xl.books.template.styles import STYLES as TEMPLATE

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path("docs/版式.md")
EYES = {"": "常人", "protan": "红色盲", "deutan": "绿色盲", "tritan": "蓝色盲"}
MEANINGS = {
    "待填；警告、今日到期": style.YELLOW,
    "不合规则（字为深红）": style.PEACH,
    "表头、合计；已报、提示": style.BLUE,
    "不上课；错月、未定期限": style.GREY,
    "到了预警；未报、错误、逾期": style.ORANGE,
}
OTHERS = {
    "公式计算、标签": style.GREY_PALE,
    "小计": style.BLUE_PALE,
    "加载项标记：错误": style.MARK_ERROR,
    "加载项标记：警告": style.MARK_WARNING,
    "加载项标记：提示": style.MARK_NOTE,
    **{f"矩阵第 {n} 级": shade for n, shade in enumerate(style.SHADES)},
}
LEAST_TEXT, LEAST_BLACK, LEAST_LINE = 4.5, 7.0, 3.0
LEAST_APART = 5.0


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours, 1 to 21."""
    return float(Color(one).contrast(other, method="wcag21"))


def apart(one: str, other: str, eyes: str = "") -> float:
    """CIEDE2000 between two colours as such eyes (a key of EYES) see them."""
    seen = [Color(c).filter(eyes) if eyes else Color(c) for c in (one, other)]
    return float(seen[0].delta_e(seen[1], method="2000"))


def lightness(colour: str) -> float:
    """L* of a colour, 0 black to 100 white."""
    return float(Color(colour).convert("lab-d65")["l"])


def text_pairs() -> dict[tuple[str, str], list[str]]:
    """Ink and fill -> the cell styles of workbooks and summaries that use them."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for table in (TEMPLATE, SUMMARY):
        for name, look in table.items():
            pair = (look.get("font_color", style.INK), look.get("bg_color", style.WHITE))
            pairs.setdefault(pair, []).append(name)
    for fill in (*MEANINGS.values(), *OTHERS.values()):  # rules and marks put them over black text
        pairs.setdefault((style.INK, fill), [])
    return pairs


def least(ink: str) -> float:
    """The contrast asked of an ink: 7 of black, 4.5 of colours."""
    return LEAST_BLACK if ink == style.INK else LEAST_TEXT


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from (
        "# 版式",
        "",
        "工作簿、汇总表、清单、文书、标记用的字体和颜色，全部出自 `kbbx_xl/books/style.py` 一处。",
        "本页由 `make build` 从它生成，数字是量出来的，`make test` 核对。",
        "",
        "## 字体",
        "",
        "文件里只写字体名，不带字体。电脑上没有的，按下表代替；表格里另写明字族和字符集，WPS、LibreOffice 据此代替。",
        "",
    )
    faces = ((f.name, f.instead, "衬线" if f.serif else "无衬线") for f in style.FACES)
    yield from _table(("字体", "没有时用", "字族"), faces)
    yield from (
        "",
        "## 颜色和意思",
        "",
        "颜色只是提醒，格里总有文字说同一件事，所以黑白打印、看不清颜色也不误事。",
        "",
    )
    rows = (
        (what, f"`{c}`", f"{contrast(style.INK, c):.1f}", f"{lightness(c):.0f}")
        for what, c in (MEANINGS | OTHERS).items()
    )
    yield from _table(("意思", "颜色", "黑字对比度", "明度 L*"), rows)
    yield from ("", "## 每一对字色和底色", "", _asked(), "")
    rows = (
        (
            f"`{ink}`",
            f"`{fill}`",
            f"{contrast(ink, fill):.1f}",
            f"{least(ink):g}",
            _verdict(ink, fill),
        )
        for ink, fill in sorted(text_pairs())
    )
    yield from _table(("字", "底", "对比度", "至少", "结论"), rows)
    yield from _eyes()


def _eyes() -> Iterator[str]:
    yield from (
        "",
        "## 色觉异常时分得开吗",
        "",
        f"两种意思的颜色之间的差（CIEDE2000，1 刚能看出，要求 {LEAST_APART:g} 以上）：",
        "",
    )
    rows = (
        (one, other, *(f"{apart(MEANINGS[one], MEANINGS[other], eyes):.1f}" for eyes in EYES))
        for one, other in itertools.combinations(MEANINGS, 2)
    )
    yield from _table(("一种", "另一种", *EYES.values()), rows)
    yield from (
        "",
        "## 图表",
        "",
        f"系列由深到浅排，都有 `{style.OUTLINE}` 的边线（对白底 {contrast(style.OUTLINE, style.WHITE):.1f}，"
        f"要求 {LEAST_LINE:g}）；相邻两个的明度差得开，黑白打印分得清。每张图有替代文字，数字在旁边的表里。",
        "",
    )
    rows = (
        (number, f"`{c}`", f"{contrast(c, style.WHITE):.1f}", f"{lightness(c):.0f}", *_next(number))
        for number, c in enumerate(style.SERIES, 1)
    )
    heads = ("系列", "颜色", "对白底", "明度 L*", *(f"与下一个（{who}）" for who in EYES.values()))
    yield from _table(heads, rows)


def _next(number: int) -> Iterator[str]:
    """How far a series is from the one after it, for each kind of eyes."""
    for eyes in EYES:
        if number == len(style.SERIES):
            yield "—"
        else:
            yield f"{apart(style.SERIES[number - 1], style.SERIES[number], eyes):.0f}"


def _asked() -> str:
    return f"WCAG 2.2 的 AA 级要求 {LEAST_TEXT:g}，AAA 级要求 {LEAST_BLACK:g}。黑字都按 AAA 级，彩色字按 AA 级。"


def _verdict(ink: str, fill: str) -> str:
    return "达到" if contrast(ink, fill) >= least(ink) else "没有达到"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(map(str, row)) + " |"


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Write the page, or with --check say whether it is out of date."""
    text, path = page(), root / PAGE
    if "--check" not in arguments:
        path.write_text(text, encoding="utf-8", newline="\n")
        return 0
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        print(f"{PAGE.as_posix()} is out of date - run: python tools/looks.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
