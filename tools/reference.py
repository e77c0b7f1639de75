"""Write the reference pages of docs/ from their sources, or check that they are up to date.

python tools/reference.py [--check]
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml
from addin_reference import addin_pages
from command_reference import command_pages

from kbbx_xl.books.manual import anchor
from kbbx_xl.messages.catalogue import CATALOGUE, GROUPS
from kbbx_xl.settings.evidence import EvidenceSet, load_evidence
from kbbx_xl.settings.forms import Field, FieldType, Rule, Sheet, all_forms
from kbbx_xl.settings.lists import WordList, load_lists
from kbbx_xl.settings.policies import (
    CaseReport,
    Duty,
    LegalStep,
    Policy,
    Step,
    Threshold,
    all_policies,
)
from kbbx_xl.settings.sources import OWN_DESIGN, load_documents

DOCS = Path(__file__).resolve().parents[1] / "docs"
RULES = {
    Rule.CHOICE: "只能选列表里的",
    Rule.OFFER: "可选列表里的，也可以直接写",
    Rule.ID: "18 位，不是的询问",
    Rule.STUDENT_NO: "G、L 或 J 加 18 位，不是的询问",
    Rule.PHONE: "手机号或固定电话，不是的询问",
    Rule.DATE: "日期",
    Rule.UP_TO_AS_OF: "日期，不晚于截至日期",
    Rule.WHOLE: "0 或正整数",
    Rule.AMOUNT: "0 或正数",
    Rule.LENGTH: "文字",
}
TYPES = {
    FieldType.TEXT: "文字",
    FieldType.ID: "身份证件号",
    FieldType.STUDENT_NO: "学籍号",
    FieldType.PHONE: "电话",
    FieldType.DATE: "日期",
    FieldType.MONTH: "月份",
    FieldType.INT: "整数",
    FieldType.NUMBER: "数",
    FieldType.CHOICE: "选择",
    FieldType.GRADE: "年级",
    FieldType.CLASS: "班级",
    FieldType.STATUS: "选择",
    FieldType.CASE_STATUS: "选择",
    FieldType.LEAVE_KIND: "选择",
}
UNITS = {
    "half_day": "半天",
    "hour": "小时",
    "day": "天（文件未说明是哪种天）",
    "school_day": "上课日",
    "workday": "工作日",
    "calendar_day": "日历日",
    "week": "周",
    "month": "个月",
}


def findings() -> str:
    """docs/findings.md: every coded finding with severity and remedy."""
    lines = [
        "# 问题清单编码",
        "",
        f"共 {len(CATALOGUE)} 条。花括号里的字是报告时填进去的内容。"
        "错误要改；警告要核实，属实的可以不改；提示不用处理。栏目见[表格与栏目](forms.md)。本页由程序生成。",
        "",
    ]
    for prefix, title in GROUPS.items():
        lines += [
            f"## {prefix}　{title}",
            "",
            "| 编码 | 程度 | 问题 | 怎么办 |",
            "|---|---|---|---|",
        ]
        lines += [
            _row(code, entry.severity, entry.text, _remedy(code, entry.remedy))
            for code, entry in CATALOGUE.items()
            if code.startswith(prefix)
        ]
        lines.append("")
    return "\n".join(lines)


def _remedy(code: str, remedy: str) -> str:
    """What to do, with a link to more where a frequent question tells it."""
    return f"{remedy}。详见{_answers()[code]}" if code in _answers() else remedy


def forms() -> str:
    """docs/forms.md: every column of every sheet, with the headings it is known by."""
    lines = [
        "# 表格与栏目",
        "",
        "每一栏的叫法、校验、认得的别名和依据。可选项的全部词在[可选项](#可选项)。"
        "检查出的问题见[问题清单编码](findings.md)。本页由 config/forms 和 config/lists 生成。",
        "",
    ]
    lines += _documents()
    for form in all_forms():
        lines += [f"## {form.title}（{form.form}，第 {form.version} 版）", ""]
        for sheet in form.sheets:
            lines += _sheet(sheet)
    lines += ["## 可选项", "", "每一行一个词；别的写法也认得，按这个词计。", ""]
    for one in load_lists().values():
        lines += _list(one)
    return "\n".join(lines)


def _list(words: WordList) -> list[str]:
    head = [f"### {_list_title(words)}", "", "| 词 | 也认得 | 说明 |", "|---|---|---|"]
    rows = (_row(w.value, "、".join(w.aliases).replace("|", "／"), w.note) for w in words.words)
    return [*head, *rows, ""]


def _list_title(words: WordList) -> str:
    return f"可选项：{words.title}"


def _documents() -> list[str]:
    plans = "YL 鄢陵县，TH 唐河县，LB 灵璧县，GH 根河市，P01—P25 方案汇编里的二十五份方案"
    return [
        "## 依据的写法",
        "",
        f"- 规则编号：{plans}；后两位是该方案里的第几条，如 TH-28。",
        *(f"- {one.number}：《{one.title}》" for one in load_documents().values()),
        f"- {OWN_DESIGN}：没有文件要求这一栏。",
        "",
    ]


def _sheet(sheet: Sheet) -> list[str]:
    head = [f"### {sheet.sheet}（{sheet.kind}）", ""]
    if not sheet.columns:
        return [*head, "由公式或说明文字组成，不填写。", ""]
    head += [
        "| 栏目 | 必填 | 类型 | 校验 | 可选项 | 也认得 | 依据 |",
        "|---|---|---|---|---|---|---|",
    ]
    return [*head, *(_column(spec) for spec in sheet.columns), ""]


def _column(spec: Field) -> str:
    aliases = "、".join(alias.replace("|", "／") for alias in spec.aliases)
    rule = "公式" if spec.formula else RULES[spec.check]
    needed = "是" if spec.required else ""
    sources = "、".join(spec.source)
    choices = ""
    if spec.words:
        words = load_lists()[spec.words]
        choices = f"[{words.title}](#{anchor(_list_title(words))})"
    return _row(spec.title, needed, TYPES[spec.type], rule, choices, aliases, sources)


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def policies() -> str:
    """docs/policies.md: the shipped policy profiles and their ladders."""
    lines = [
        "# 政策方案",
        "",
        "用 `--policy` 选择。文件没有写明的，程序不替它定，写作“—”。每个方案最多三张表："
        "缺勤到几天做什么，四步法，日常工作。各县都有的日常工作写在 config/duties.yaml。"
        "本页由 config/policies 生成。",
        "",
    ]
    for policy in sorted(all_policies(), key=lambda p: p.profile):
        lines += _policy(policy)
    return "\n".join(lines)


def _policy(policy: Policy) -> list[str]:
    due, who = policy.monthly.due_day, policy.monthly.recipient
    when = f"每月 {due} 日前" if due else "文件没有写哪一天"
    to = f"报{who}" if who else "文件没有写报谁"
    head = [
        f"## {policy.profile}　{policy.title}",
        "",
        f"文件：{policy.document or '—'}。月报：{when}，{to}。",
        "",
    ]
    if policy.steps:
        head += ["| 步骤 | 达到 | 做什么 | 谁做 | 限期 | 依据 |", "|---|---|---|---|---|---|"]
        head += [*map(_step, policy.steps), ""]
    else:
        head += ["文件没有写缺勤到几天做什么，预警不启用。", ""]
    if policy.legal:
        head += ["| 四步法 | 什么情况 | 做什么 | 谁做 | 文书 | 依据 |", "|---|---|---|---|---|---|"]
        head += [*map(_legal, policy.legal), *map(_legal, filter(None, [policy.report])), ""]
    if policy.duties:
        head += ["| 日常工作 | 谁 | 文件怎么写 | 记在 | 依据 |", "|---|---|---|---|---|"]
        head += [*map(_duty, policy.duties), ""]
    return head


def _legal(step: LegalStep | CaseReport) -> str:
    name = step.step if isinstance(step, LegalStep) else "书面报告"
    told = (step.wording, step.action, step.actor, step.document, step.source)
    return _row(name, *(text or "—" for text in told))


def _duty(duty: Duty) -> str:
    shown = f"工作记录“{duty.work}”" if duty.work else duty.paper
    told = (duty.title, "、".join(duty.levels), duty.wording, shown, duty.source)
    return _row(*(text or "—" for text in told))


def _step(step: Step) -> str:
    kind = "累计" if step.measure == "cumulative" else "连续"
    reached = f"{kind}{_amount(step.threshold)}"
    within = _amount(step.within) if step.within else "当日"
    return _row(step.title, reached, step.action, step.actor, within, step.source)


def _amount(threshold: Threshold) -> str:
    sign = "超过" if threshold.operator == ">" else "满"
    return f"{sign} {threshold.value:g} {UNITS[threshold.unit]}"


def evidence() -> str:
    """docs/evidence.md: the papers that each category A–M of 核查结果 asks for."""
    lines = [
        "# 佐证材料",
        "",
        "台账“核查结果”每一类要备齐哪些材料，在登记表“佐证登记”里一件记一行。",
        "方案的销号、核减点名这些类别的（唐河县），缺一件就不算齐；其他方案只作参考。"
        "本页由 config/evidence.yaml 生成。",
        "",
        "| 类 | 核查结果 | 要哪些材料 | 说明 | 依据 |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *map(_evidence, load_evidence().values())])


def _evidence(one: EvidenceSet) -> str:
    notes = [f"由{one.decided_by}界定"] if one.decided_by else []
    notes += [f"{item.title}要有文号" for item in one.items if item.number]
    notes += ["情况写在“说明”栏也行" for item in one.items if item.explained]
    proved = [item.title for item in one.items if item.proved_by]
    notes += [f"“送教上门”有记录的，{'、'.join(proved)}不用另记"] if proved else []
    notes += ["视情况另加"] if one.more else []
    papers = "；".join(item.title for item in one.items)
    return _row(one.code, one.variant or one.title, papers, "，".join(notes) or "—", one.source)


def terms() -> str:
    """docs/用语.md: one term for one thing, and the words that we do not use."""
    listed = yaml.safe_load((DOCS / "terms.yaml").read_text(encoding="utf-8"))["terms"]
    lines = [
        "# 用语",
        "",
        "一个东西只有一个叫法。手册、表头、提示、问题、按钮、文书都照这张表，由测试检查；"
        "引用文件原文和认得别人的表头时除外。本页由 docs/terms.yaml 生成。",
        "",
        "| 叫法 | 是什么 | 不用 | 为什么 |",
        "|---|---|---|---|",
    ]
    for one in listed:
        others = "、".join(re.sub(r"\(\?!.*?\)|\\b", "", word) for word in one.get("not", []))
        lines.append(_row(one["term"], one["means"], others or "—", one.get("why", "")))
    return "\n".join(lines)


FAQ = "常见问题.md"


@functools.cache
def _answers() -> dict[str, str]:
    """Code of a finding -> link to the section of the frequent questions that names it."""
    page = (DOCS / FAQ).read_text(encoding="utf-8")
    told: dict[str, str] = {}
    for section in re.split(r"^(?=### )", page, flags=re.M)[1:]:
        heading = section.partition("\n")[0].removeprefix("### ").strip()
        for code in re.findall(r"(?<!\w)([A-Z]\d{2})(?!\w)", section):
            told.setdefault(code, f"[{heading}]({FAQ}#{anchor(heading)})")
    return told


PAGES = {
    "用语.md": terms,
    "evidence.md": evidence,
    "findings.md": findings,
    "forms.md": forms,
    "policies.md": policies,
}


def pages() -> Iterator[tuple[Path, str]]:
    """Every page written or completed from its source, as it should be."""
    for name, page in PAGES.items():
        yield DOCS / name, page().rstrip() + "\n"
    yield from addin_pages(DOCS)
    yield from command_pages(DOCS)


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check name those that differ from their sources."""
    stale = []
    for path, text in pages():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(str(path.relative_to(DOCS)))
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8", newline="\n")
    if stale and "--check" in arguments:
        print("out of date:", ", ".join(stale), "- run: make build")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
