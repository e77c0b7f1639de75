"""What the papers themselves say: clauses, seals, copies, stubs, rights, and the templates of others."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest

from kbbx_xl.books.letters import Wish, write_county_letter, write_letters
from kbbx_xl.books.letters.template import template_path
from kbbx_xl.messages import InputError
from kbbx_xl.settings.letters import letter_form, letter_forms
from kbbx_xl.settings.policies import load_policy
from tests.books.test_letters import reads, register, words
from tests.flow.factory import NAMES, make_county
from tests.flow.tables import DIRECTORY, SCHOOL, table
from tests.flow.test_letters import COVER, DAY, school
from tests.flow.test_letters_kinds import CHANGES, LEAVES, grids
from tests.ids import ONE

CLAUSE = re.compile(r"^[一二三四五六七八九]、", re.M)

ORDERED = f"""
| 姓名 | 身份证件号 | 办理环节 | 办理日期 | 文书名称 | 文号 | 送达日期 | 期限 |
| 甲一 | {ONE} | 责令改正 | 2026-10-15 | 复学通知书 | 柳政〔2026〕7号 | 2026-10-15 | 2026-10-18 |
"""


def issued(kind: str, folder: Path, policy: str = "tanghe") -> str:
    """The words of the first letter of that kind, of a small school."""
    sheets = [*grids(), table("changes", CHANGES), table("absence", LEAVES), table("cover", COVER)]
    read = reads()[0] if letter_form(kind).about == "case" else school(*sheets)
    made = write_letters(kind, [read], folder, Wish(DAY, load_policy(policy)), directory=DIRECTORY)
    return words(folder / made.issued[0].file)


@pytest.mark.parametrize(
    ("kind", "clauses"),
    [("duty_town", 6), ("duty_village", 4), ("duty_school", 7), ("duty_class", 7)],
)
def test_lb_12_letters_of_four_levels_have_their_clauses_and_seals(
    kind: str, clauses: int, tmp_path: Path
) -> None:
    text = issued(kind, tmp_path)
    assert len(CLAUSE.findall(text)) == clauses
    assert text.index("签字：") > 0
    assert "（盖章）：" in text


def test_yl_50_yl_58_the_town_letter_names_four_grids_and_two_copies(tmp_path: Path) -> None:
    text = issued("duty_town", tmp_path)
    assert "镇级、村级、校级、班级四类网格" in text
    assert "三类" not in text
    assert "一式二份：青禾县教育和体育局、柳河镇中心校各一份" in text
    assert text.index("镇级网格长（中心校负责人）签字") < text.index("单位（盖章）")


def test_yl_56_reports_are_stamped_and_true(tmp_path: Path) -> None:
    text = issued("duty_town", tmp_path)
    assert "加盖单位公章" in text
    assert "不编造、不隐瞒" in text


def test_yl_62_the_village_letter_outlives_a_change_of_person(tmp_path: Path) -> None:
    text = issued("duty_village", tmp_path)
    assert "本责任书有延续性" in text
    assert "一式二份：中心学校、分包学校各一份" in text
    assert text.index("分包学校（盖章）") < text.index("村级网格长签字")


def test_yl_63_yl_83_the_class_letter_has_a_target_and_two_copies(tmp_path: Path) -> None:
    text = issued("duty_class", tmp_path)
    assert "本学期具体目标：全班45人全部到校" in text
    assert "一式两份，学校、班主任各一份" in text
    assert text.index("班主任签字") < text.index("学校（盖章）")


def test_yl_13_gh_07_a_school_letter_names_its_principal(tmp_path: Path) -> None:
    text = issued("duty_school", tmp_path)
    assert f"{SCHOOL.name}校长李校长" in text
    assert "份数按本县规定：＿＿份" in text  # YL states no number of copies here


@pytest.mark.parametrize(
    ("policy", "kind", "name"),
    [
        ("yanling", "persuade", "劝学书"),
        ("yanling", "order", "复学通知书"),
        ("tanghe", "order", "限期复学通知书"),
        ("p24", "persuade", "劝返通知书"),
    ],
)
def test_yl_66_yl_69_th_21_the_paper_bears_the_name_of_the_policy(
    policy: str, kind: str, name: str, tmp_path: Path
) -> None:
    assert issued(kind, tmp_path, policy).startswith(f"{name}\n")
    assert {row[1] for row in register(tmp_path)} == {name}
    assert all(path.name.startswith(f"{name}_") for path in tmp_path.glob("*.docx"))


def test_th_29_the_notice_of_the_school_has_a_receipt(tmp_path: Path) -> None:
    assert "《劝返复学通知书》回执" in issued("persuade", tmp_path)


def test_yl_67_the_record_of_a_visit_says_who_when_and_what(tmp_path: Path) -> None:
    text = issued("visit", tmp_path)
    assert [
        word for word in ("家访时间", "家访人员", "谈话情况", "监护人签名") if word not in text
    ] == []


def test_th_06_the_liaison_letter_keeps_a_stub(tmp_path: Path) -> None:
    text = issued("register", tmp_path)
    assert "学籍转接联系函　存根" in text
    assert text.count("邻县第二小学") == 2
    assert "关于告知贵县（市、区）\n及时办理学生转学的函" in issued("transfer", tmp_path)


def test_p02_09_the_certificate_goes_to_three(tmp_path: Path) -> None:
    text = issued("elsewhere", tmp_path)
    assert "一式三份：柳河镇人民政府、柳河镇中心校、青禾县教育和体育局各一份" in text


def test_p24_06_an_enquiry_has_a_reply_slip(tmp_path: Path) -> None:
    assert "协查回执" in issued("inquiry", tmp_path)


def test_p12_12_the_penalty_draft_names_rights_and_no_fine(tmp_path: Path) -> None:
    (read,) = reads()
    read.tables.append(table("case_steps", ORDERED))
    made = write_letters("penalty", [read], tmp_path, Wish(DAY, load_policy("tanghe")))
    text = words(tmp_path / made.issued[0].file)
    assert (
        "本机关于2026年10月15日送达复学通知书（柳政〔2026〕7号），责令你于2026年10月18日前" in text
    )
    assert made.refused == ["疑似辍学台账 第3行：办理记录里没有责令改正"]
    assert text.startswith("行政处罚告知书（草案）")
    assert "陈述和申辩" in text
    assert "没有签发、加盖公章，不发生效力" in text
    assert not re.search(r"罚款|\d+元", text)


def test_p23_15_the_slip_is_cancelled_with_the_same_approver(tmp_path: Path) -> None:
    text = issued("leave", tmp_path, "p23")
    assert "原审批人签名" in text
    assert "请假2天以内由班主任审批" in text
    assert "没有写由谁审批" in issued("leave", tmp_path / "2", "tanghe")


def test_county_letters_are_official_documents_without_a_child(tmp_path: Path) -> None:
    for kind in ("bulletin", "summary"):
        made = write_county_letter(kind, make_county(), tmp_path, Wish(DAY))
        path = tmp_path / made.issued[0].file
        assert not [name for name in NAMES if name in words(path)]
        section = docx.Document(str(path)).sections[0]
        margins = (section.top_margin, section.left_margin)
        assert [round(m.mm) for m in margins if m is not None] == [37, 28]
        again = write_county_letter(kind, make_county(), tmp_path, Wish(DAY))
        assert (len(again.skipped), again.register) == (1, None)
    assert [row[0] for row in register(tmp_path)] == ["2026-001", "2026-001"]


def test_a_letter_is_made_from_what_it_is_about(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="由全县材料写成"):
        write_letters("bulletin", reads(), tmp_path, Wish(DAY))
    with pytest.raises(InputError, match="不是由全县材料写成"):
        write_county_letter("persuade", make_county(), tmp_path, Wish(DAY))


def test_a_placeholder_of_another_kind_of_letter_is_named(tmp_path: Path) -> None:
    own = tmp_path / "模板"
    own.mkdir()
    document = docx.Document()
    document.add_paragraph("{{ 网格长 }}")
    document.save(str(own / "劝返复学通知书.docx"))
    with pytest.raises(InputError, match=r"\{\{ 网格长 \}\} 是责任书用的，不能用在个案文书里"):
        write_letters("persuade", reads(), tmp_path, Wish(DAY, templates=own))


def test_a_countys_own_template_may_bear_the_policys_name(tmp_path: Path) -> None:
    own = tmp_path / "模板"
    own.mkdir()
    document = docx.Document()
    document.add_paragraph("我县的劝学书")
    document.save(str(own / "劝学书.docx"))
    wish = Wish(DAY, load_policy("yanling"), templates=own)
    made = write_letters("persuade", reads(), tmp_path, wish)
    assert words(tmp_path / made.issued[0].file) == "我县的劝学书"


def test_every_letter_of_the_ribbon_is_called_as_its_paper() -> None:
    from kbbx_xl.excel.commands import LETTER, LETTERS

    titles = {one.id.removeprefix(LETTER): one.title for one in LETTERS}
    assert titles == {kind: form.title for kind, form in letter_forms().items()}


@pytest.mark.parametrize("kind", ["bulletin", "persuade", "duty_class"])
def test_a_seal_never_stands_alone_on_a_page(kind: str) -> None:
    document = docx.Document(str(template_path(letter_form(kind))))
    seal = next(n for n, p in enumerate(document.paragraphs) if p.paragraph_format.right_indent)
    assert document.paragraphs[seal - 1].paragraph_format.keep_with_next
    assert document.paragraphs[seal].paragraph_format.keep_with_next is not False
