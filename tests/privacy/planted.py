"""A small county whose children have unmistakable names, planted wherever a name can get."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from html import unescape
from pathlib import Path

from kbbx_xl.books.seal import seal
from kbbx_xl.model import Unit
from tests.books.sheets import Rows, write_xlsx
from tests.books.small_school import pupil, written
from tests.cli.test_free_text import sheets as free_text_sheets
from tests.cli.test_tasks import TERM, UNITS
from tests.ids import id_of

SNOW, SIMA, RARE = "欧阳雪莲花", "司马·阿依古丽", "𠮷田雪"
IDS = (id_of("20160201", 71), id_of("20160302", 72), id_of("20160403", 73))
PHONES = ("17400009901", "17400009902", "17400009903")
SCHOOL, CENTER = "柳河镇中心小学", "柳河镇中心校"
UNIT = Unit("529011", SCHOOL, CENTER, "学校", "小学")
PASSWORD = "澜山控辍2026"
# what is looked for: parts that no other word has, so that half a name is found as well
SECRETS = ("雪莲", "欧阳", "司马", "阿依古丽", "𠮷", "\\ud842\\udfb7", *IDS, *PHONES)

ROSTER: Rows = [
    ["学籍名册"],
    [f"填报单位：{SCHOOL}"],
    [
        "姓名",
        "性别",
        "出生日期",
        "身份证件号",
        "年级",
        "班级",
        "学生状态",
        "联系电话",
        "监护人姓名",
    ],
    [SNOW, "女", "2016-02-01", IDS[0], "四年级", "1班", "在读", PHONES[0], "欧阳雪莲父"],
    [SIMA, "女", "2016-03-02", IDS[1][:17] + "?", "四年级", SNOW, PHONES[1], PHONES[1], ""],
    [RARE, IDS[2], SNOW, float(IDS[2][:17] + "0"), SIMA, "1班", RARE, SNOW, PHONES[2]],
    [SNOW, "女", "2016-02-01", IDS[0], "四年级", "1班", "在读", PHONES[0], ""],
    ["司马 • 阿依古丽", "女", "2016-03-02", IDS[1], "四年级", "1班", "在读", "", ""],
]
ROLL_CALL: Rows = [
    [f"{SCHOOL}2026年10月考勤表"],
    ["姓名", "年级", "班级", *map(str, range(1, 32))],
    [SNOW, "四年级", "1班", *["√"] * 8, *["旷"] * 10],
    [SIMA, "四年级", "1班", *["√"] * 8, SNOW, RARE, IDS[1]],
    [RARE, "四年级", SNOW, *["√"] * 8, *["旷"] * 10],
]
LEDGER: Rows = [
    ["疑似辍学学生台账"],
    [f"填报单位：{SCHOOL}"],
    ["姓名", "身份证件号", "年级", "班级", "首次缺勤日期", "列入台账日期", "状态", "原因", SNOW],
    [SNOW, IDS[0], "四年级", "1班", "2026-10-09", "2026-10-12", "疑似辍学", f"{SIMA}{PHONES[1]}", ""],
    [SIMA, IDS[1], "四年级", "1班", "2026-10-09", SNOW, IDS[1], "", ""],
    [RARE, IDS[2], RARE, SNOW, SNOW, "2026-10-12", SNOW, "", ""],
]  # fmt: skip
VISITS: Rows = [
    ["劝返记录"],
    [f"填报单位：{SCHOOL}"],
    ["姓名", "身份证件号", "劝返时间", "劝返结果", "劝返人员"],
    [SNOW, IDS[0], "2026-10-13", f"{SNOW}未返校", SIMA],
]
MONTH: Rows = [
    [f"{SCHOOL}2026年10月控辍保学月报表"],
    ["年级", "上月末在校生数", "转入", "转出", "本月末在校生数", "备注"],
    ["四年级", SNOW, 1, 0, 3, SIMA],
    [SNOW, 2, 1, 0, IDS[0], ""],
]
GRID: Rows = [
    ["网格化管理责任人名单", "", ""],
    [f"填报单位：{SCHOOL}"],
    ["网格级别", "网格名称", "网格长", "联系电话"],
    ["班级", SNOW, "周敏", PHONES[0]],
    [RARE, "四年级1班", "何平", IDS[0]],
]
ODD: Rows = [[SNOW, SIMA, RARE], [IDS[0], PHONES[0], "别的"]]


def county(place: Path) -> Path:
    """The folder of submissions, directory included."""
    school = place / SCHOOL
    (school / SIMA).mkdir(parents=True)
    write_xlsx(place / "单位目录.xlsx", {"单位": UNITS, "校历": TERM})
    write_xlsx(school / "学籍.xlsx", {"学籍": ROSTER})
    write_xlsx(school / "考勤.xlsx", {"10月": ROLL_CALL})
    write_xlsx(school / "台账.xlsx", {"疑似辍学台账": LEDGER})
    write_xlsx(school / f"{SNOW}家访记录.xlsx", {SNOW: VISITS})
    shutil.copy(school / f"{SNOW}家访记录.xlsx", school / f"{SNOW}家访记录 - 副本.xlsx")
    write_xlsx(school / SIMA / "劝返记录.xlsx", {SIMA: VISITS, RARE: ODD})
    write_xlsx(school / "月报.xlsx", {"月报": MONTH})
    write_xlsx(school / "网格.xlsx", {"网格": GRID})
    write_xlsx(school / f"{RARE}食谱.xlsx", {SNOW: ODD, SIMA: [["一", "二"]]})
    for name, rows in free_text_sheets():
        write_xlsx(school / f"{name}.xlsx", {name: _renamed(rows)})
    (school / f"{SNOW}转学申请.xlsx").write_bytes(b"PK\x03\x04" + SNOW.encode())
    (school / f"{SIMA}.xls").write_bytes(f"{SIMA} {IDS[1]}".encode())
    (school / f"~${SNOW}.xlsx").write_bytes(SNOW.encode("utf-16"))
    (school / f"{SNOW}.docx").write_bytes(b"")
    shutil.make_archive(str(school / RARE), "zip", school, "学籍.xlsx")
    seal(school / "学籍.xlsx", school / f"{SIMA}学籍.xlsx", PASSWORD)
    (school / f"{RARE}.csv").write_text(f"姓名,身份证件号\n{RARE},{IDS[2]}\n", encoding="utf-8")
    return place


def _renamed(rows: list[list[object]]) -> list[list[object]]:
    """The sheets of another test, about a child of ours."""
    text = {"欧阳试二": SNOW, "17400009999": PHONES[0], "欧阳试二17400009999": f"{SNOW}{PHONES[0]}"}
    return [[text.get(c, c) if isinstance(c, str) else c for c in row] for row in rows]


def own_book(path: Path, *, zero: bool = False) -> Path:
    """A 登记表 of ours with the same children, absences and a case."""
    children = [
        pupil(1, "四年级", name=SNOW, id_no=IDS[0], guardian_phone=PHONES[0]),
        pupil(2, "四年级", name=SIMA, id_no=IDS[1]),
        pupil(3, "四年级", name=RARE, id_no=IDS[2]),
    ]
    case = {
        "name": SNOW, "id_no": IDS[0], "grade": "四年级", "class_name": "1班", "sex": "女",
        "first_absent": dt.date(2026, 10, 9), "listed_on": dt.date(2026, 10, 12),
    }  # fmt: skip
    data = {"roster": children} | ({} if zero else {"suspected": [case]})
    return written(path, data, unit=UNIT)


def texts(path: Path) -> str:
    """All that a file holds, its name included, in a form in which no spelling hides a name."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            told = [f"{n}\n{parts.read(n).decode('utf-8', 'replace')}" for n in parts.namelist()]
    else:
        data = path.read_bytes()
        told = [data.decode("utf-8", "replace"), data.decode("utf-16", "replace")]
    whole = "\n".join([path.name, *told]).replace("\r\n ", "")  # folded lines of .ics
    return unescape(re.sub(r"</?(?:r|t|rPr|w:[\w]+)[^>]*>", "", whole))


def found_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]
