"""Which papers a category asks for, and what counts as having one (TH-04–TH-16)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kbbx_xl.rules.evidence import (
    EvidenceState,
    check_evidence,
    evidence_set,
    misplaced,
    required,
)


@dataclass(frozen=True)
class Held:
    item: str
    number: str = ""
    note: str = ""


def titles(category: str, variant: str = "") -> list[str]:
    return [requirement.title for requirement in required(category, variant)]


def check(category: str, *items: str, variant: str = "", proved: str = "") -> EvidenceState:
    return check_evidence(category, variant, [Held(i) for i in items], proved.split())


ELSEWHERE = ["家长签字的证明材料", "注册学籍联系函存根", "新注册的学籍卡", "办理学生转学的函"]


def test_th_04_register_reasons_need_village_and_police() -> None:
    assert titles("A") == ["村委证明", "辖区派出所证明"]
    state = check("A", "村委证明")
    assert (state.have, state.required, state.share) == (1, 2, 0.5)
    assert state.missing == ("辖区派出所证明",)
    assert not state.complete


def test_th_05_enrolled_at_school_needs_the_register_card() -> None:
    assert titles("B") == ["学籍卡"]
    assert check("B", "学籍卡").complete
    assert not check("B", "新注册的学籍卡").complete


def test_th_06_in_the_province_without_register_needs_four_papers() -> None:
    assert titles("C") == ELSEWHERE


def test_th_07_outside_the_province_shares_the_list() -> None:
    assert required("D") == required("C")


def test_th_08_deferred_entry_needs_the_kindergarten_form() -> None:
    assert titles("E") == ["幼儿信息表"]


def test_th_09_over_age_needs_the_police_register_proof() -> None:
    assert titles("F") == ["户籍证明"]


def test_th_10_missing_children_are_the_police_to_say_with_a_number() -> None:
    chosen = evidence_set("G")
    assert chosen is not None
    assert chosen.decided_by == "公安部门"
    without = check("G", "公安部门证明")
    assert not without.complete
    assert without.items[0].unnumbered
    assert check_evidence("G", "", [Held("公安部门证明", number="柳公〔2026〕3号")]).complete


def test_th_11_abroad_needs_government_and_police() -> None:
    assert titles("H") == ["政府证明", "公安部门证明"]
    assert check("H", "政府证明", "公安部门证明").complete  # no number asked here


def test_th_12_ill_or_disabled_needs_five_items_two_proved_by_the_lessons() -> None:
    assert len(required("I")) == 5
    papers = ("残疾证复印件", "诊断证", "特殊教育学校新注册的学籍卡")
    assert check("I", *papers).missing == ("送教记录", "送教场景照片")
    assert check("I", *papers, proved="送教记录 送教场景照片").complete
    assert check("I", *papers, "送教记录", "送教场景照片").complete


@pytest.mark.parametrize("category", list("JKL"))
def test_th_13_unconditional_return_needs_all_four(category: str) -> None:
    four = ["相关部门劝返记录", "司法部门劝返文书存根", "新注册的学籍卡", "所在班级学习照片"]
    assert titles(category) == four
    assert check(category, *four).complete
    assert check(category, *four[1:]).missing == (four[0],)


def test_th_14_a_name_error_needs_three() -> None:
    assert titles("M", "姓名错别字") == ["关键数据变更", "正确的学籍卡", "户口簿复印件"]


@pytest.mark.parametrize("one", ["民政部门证明", "判决证明复印件"])
def test_th_15_divorce_takes_either_paper_and_the_home_visit(one: str) -> None:
    either = "民政部门证明或判决证明复印件"
    assert titles("M", "父母离异带走") == [either, "家访记录"]
    assert check("M", one, "家访记录", variant="父母离异带走").complete
    assert check("M", "家访记录", variant="父母离异带走").missing == (either,)
    assert check("M", one, one, variant="父母离异带走").missing == ("家访记录",)


@pytest.mark.parametrize("variant", ["其他", ""])
def test_th_16_otherwise_needs_a_written_explanation(variant: str) -> None:
    assert titles("M", variant) == ["情况说明"]
    assert check("M", "情况说明", variant=variant).complete
    assert check_evidence("M", variant, [Held("其他材料", note="随父母在外地，已核实")]).complete
    assert not check("M", "其他材料", variant=variant).complete


def test_a_case_without_category_asks_for_nothing() -> None:
    state = check("", "学籍卡")
    assert (state.required, state.share, state.complete) == (0, None, True)


def test_a_paper_of_another_category_is_misplaced_unless_the_list_is_open() -> None:
    assert misplaced("A", "", "学籍卡")
    assert not misplaced("A", "", "村委证明")
    assert not misplaced("A", "", "其他材料")  # no category names it
    assert not misplaced("K", "", "学籍卡")  # the list of K ends with 等
    assert not misplaced("", "", "学籍卡")
