"""Checklists of cases, what is missing, and how complete a unit is (TH-04–TH-16)."""

from __future__ import annotations

from dataclasses import replace

from kbbx_xl.flow.casework.evidence import check_cases, proved_items, totals
from kbbx_xl.flow.casework.values import CaseFile
from kbbx_xl.flow.register import Register
from kbbx_xl.messages import message, remedy, severity
from kbbx_xl.model import Finding, Severity
from kbbx_xl.rules.cases import DROPOUT, SUSPECTED
from kbbx_xl.settings.policies import load_policy
from tests.flow.casework.files import KEY, case, paper
from tests.flow.tables import SCHOOL, context, table

LESSONS = f"""
| 姓名 | 身份证件号 | 送教日期 | 课时 | 送教老师 | 场景照片编号 |
| 甲一 | {KEY} | 2026-10-12 | 3 | 某甲、某乙 |  |
| 甲一 | {KEY} | 2026-10-14 | 3 | 某甲、某乙 | 14-1 |
| 乙二 | 520000201812192283 | 2026-10-14 | 3 | 某甲、某乙 |  |
"""
FOUR = ("相关部门劝返记录", "司法部门劝返文书存根", "新注册的学籍卡", "所在班级学习照片")


def judge(*cases: CaseFile, policy: str = "tanghe", proved: frozenset[str] = frozenset()) -> list[Finding]:  # fmt: skip
    return check_cases(cases, load_policy(policy), {KEY: proved})[1]


def codes(findings: list[Finding]) -> list[str]:
    return sorted(f.code for f in findings)


def test_what_is_missing_is_said_at_the_ledger_row() -> None:
    (found,) = judge(case("A", paper("A", "村委证明")))
    assert (found.code, found.file, found.sheet, found.cell) == ("E02", "a.xlsx", "辍学台账", "F7")
    assert message(found) == "“户籍原因”类还缺佐证：辖区派出所证明"
    assert remedy(found)
    assert severity(found) is Severity.NOTE


def test_what_is_missing_is_said_at_the_cell_of_the_category() -> None:
    known = replace(case("A", paper("A", "村委证明")), verified_cell="P7")
    assert [f.cell for f in judge(known)] == ["P7"]


def test_a_child_in_no_ledger_has_no_checklist() -> None:
    listed = case("A")
    warned = replace(listed, events=tuple(r for r in listed.events if r.event.kind not in (SUSPECTED, DROPOUT)))  # fmt: skip
    lists, _ = check_cases([listed, warned], load_policy("tanghe"), {})
    assert [one.case for one in lists] == [listed]


def test_th_13_no_closing_without_all_four_papers() -> None:
    three = [paper("K", item) for item in FOUR[:3]]
    (found,) = judge(case("K", *three, closed=True))
    assert severity(found) is Severity.ERROR
    assert message(found) == "已销号，“打工务农”类还缺佐证：所在班级学习照片"
    assert not judge(case("K", *three, paper("K", FOUR[3]), closed=True))


def test_th_10_a_missing_child_without_number_is_an_error_at_once() -> None:
    (found,) = judge(case("G", paper("G", "公安部门证明", row=9)))
    assert (found.code, found.sheet, found.cell) == ("E03", "佐证登记", "A9")
    assert severity(found) is Severity.ERROR
    assert [f.cell for f in judge(case("G"))] == ["F7"]
    assert not judge(case("G", paper("G", "公安部门证明", "柳公〔2026〕3号")))


def test_th_15_either_paper_will_do_and_neither_is_said_as_one() -> None:
    visited = paper("M", "家访记录")
    (found,) = judge(case("M", visited, variant="父母离异带走"))
    assert found.params["items"] == "民政部门证明或判决证明复印件"
    court = paper("M", "判决证明复印件", variant="父母离异带走")
    assert not judge(case("M", visited, court, variant="父母离异带走", closed=True))


def test_th_16_other_reasons_need_words() -> None:
    assert codes(judge(case("M", variant="其他"))) == ["E06"]
    assert codes(judge(case("M", variant="其他", closed=True))) == ["E01"]
    assert not judge(case("M", paper("M", "其他材料", note="已核实"), variant="其他"))


def test_a_paper_filed_under_another_category_does_not_count() -> None:
    found = judge(case("B", paper("A", "学籍卡", row=6)))
    assert codes(found) == ["E02", "E04"]
    assert next(f for f in found if f.code == "E04").cell == "A6"
    other = paper("M", "户口簿复印件", variant="姓名错别字")
    assert codes(judge(case("M", other, variant="父母离异带走"))) == ["E02", "E04"]


def test_a_paper_the_category_does_not_ask_for_is_a_note() -> None:
    found = judge(case("B", paper("B", "学籍卡"), paper("B", "户籍证明", row=8)))
    assert [(f.code, f.cell) for f in found] == [("E05", "A8")]
    assert severity(found[0]) is Severity.NOTE


def test_a_closed_case_without_category_cannot_be_checked() -> None:
    assert codes(judge(case("", closed=True))) == ["E07"]
    assert not judge(case("", closed=True, listed=False))  # absent and back, in no ledger
    assert not judge(case(""))


def test_other_policies_see_the_list_for_reference_only() -> None:
    cases = [case("K", closed=True), case("G"), case("M", variant="其他"), case("", closed=True)]
    for policy in ("lufeng", "p23"):  # one silent on 销号, one that says something else
        lists, found = check_cases(cases, load_policy(policy), {})
        assert codes(found) == ["E02", "E02", "E02"]
        assert [one.state.required for one in lists] == [4, 1, 1, 0]
        assert not any(one.binding for one in lists)


def test_a_unit_that_sent_no_list_of_papers_is_not_accused() -> None:
    cases = [case("K", closed=True), case("G"), case("", closed=True)]
    found = check_cases(cases, load_policy("tanghe"), {}, kept=False)[1]
    assert codes(found) == ["E02", "E02"]


def test_th_12_lessons_prove_the_record_and_their_photos() -> None:
    proved = proved_items([table("home_teaching", LESSONS)], SCHOOL, Register(()), context())
    assert proved[KEY] == {"送教记录", "送教场景照片"}
    assert proved["520000201812192283"] == {"送教记录"}
    (found,) = judge(case("I"), proved=proved[KEY])
    assert found.params["items"] == "残疾证复印件、诊断证、特殊教育学校新注册的学籍卡"


def test_the_share_of_a_unit_counts_items() -> None:
    cases = [
        case("A", paper("A", "村委证明")),
        case("B", paper("B", "学籍卡")),
        case("", unit=SCHOOL.name),
        case("K", unit="别的学校"),
    ]
    first, second = totals(check_cases(cases, load_policy("tanghe"), {})[0])
    assert (first.unit, first.cases, first.complete) == (SCHOOL.name, 2, 1)
    assert (first.have, first.required, first.share) == (2, 3, 2 / 3)
    assert (second.have, second.required, second.share) == (0, 4, 0.0)


def test_no_finding_names_a_child() -> None:
    found = judge(case("K", paper("A", "村委证明"), closed=True), case("G"), case("", closed=True))
    assert found
    assert not any("甲一" in message(f) or KEY in message(f) for f in found)
