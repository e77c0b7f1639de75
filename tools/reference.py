"""Write the reference pages of docs/ from their sources, or check that they are up to date.

python tools/reference.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from kbbx_xl.messages import CATALOGUE, GROUPS
from kbbx_xl.settings.forms import Field, Sheet, all_forms
from kbbx_xl.settings.policies import Policy, Step, Threshold, all_policies

DOCS = Path(__file__).resolve().parents[1] / "docs"
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
        f"共 {len(CATALOGUE)} 条。花括号里的字是报告时填进去的内容。本页由程序生成。",
        "",
    ]
    for prefix, title in GROUPS.items():
        lines += [f"## {prefix}　{title}", "", "| 编码 | 程度 | 问题 | 怎么办 |", "|---|---|---|---|"]
        lines += [
            f"| {code} | {entry.severity} | {entry.text} | {entry.remedy} |"
            for code, entry in CATALOGUE.items()
            if code.startswith(prefix)
        ]
        lines.append("")
    return "\n".join(lines)


def forms() -> str:
    """docs/forms.md: every column of every sheet, with the headings it is known by."""
    lines = ["# 表格与栏目", "", "每一栏的叫法、认得的别名和依据。本页由 config/forms 生成。", ""]
    for form in all_forms():
        lines += [f"## {form.title}（{form.form}，第 {form.version} 版）", ""]
        for sheet in form.sheets:
            lines += _sheet(sheet)
    return "\n".join(lines)


def _sheet(sheet: Sheet) -> list[str]:
    head = [f"### {sheet.sheet}（{sheet.kind}）", ""]
    if not sheet.columns:
        return [*head, "由公式或说明文字组成，不填写。", ""]
    head += ["| 栏目 | 必填 | 类型 | 可选项 | 也认得 | 依据 |", "|---|---|---|---|---|---|"]
    return [*head, *(_column(spec) for spec in sheet.columns), ""]


def _column(spec: Field) -> str:
    aliases = "、".join(alias.replace("|", "／") for alias in spec.aliases)
    cells = (spec.title, "是" if spec.required else "", spec.type, spec.choices, aliases, "、".join(spec.source))  # fmt: skip
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def policies() -> str:
    """docs/policies.md: the shipped policy profiles and their ladders."""
    lines = [
        "# 政策方案",
        "",
        "用 `--policy` 选择。文件没有写明的，程序不替它定，写作“—”。本页由 config/policies 生成。",
        "",
    ]
    for policy in sorted(all_policies(), key=lambda p: p.profile):
        lines += _policy(policy)
    return "\n".join(lines)


def _policy(policy: Policy) -> list[str]:
    due, who = policy.monthly.due_day, policy.monthly.recipient
    head = [
        f"## {policy.profile}　{policy.title}",
        "",
        f"文件：{policy.document or '—'}。月报：每月 {due or '—'} 日前报 {who or '—'}。",
        "",
    ]
    if not policy.steps:
        return [*head, "文件没有写缺勤到几天做什么，预警不启用。", ""]
    head += ["| 步骤 | 达到 | 做什么 | 谁做 | 限期 | 依据 |", "|---|---|---|---|---|---|"]
    return [*head, *(_step(step) for step in policy.steps), ""]


def _step(step: Step) -> str:
    kind = "累计" if step.measure == "cumulative" else "连续"
    reached = f"{kind}{_amount(step.threshold)}"
    within = _amount(step.within) if step.within else "当日"
    cells = (step.title, reached, step.action, step.actor, within, step.source)
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _amount(threshold: Threshold) -> str:
    sign = "超过" if threshold.operator == ">" else "满"
    return f"{sign} {threshold.value:g} {UNITS[threshold.unit]}"


PAGES = {"findings.md": findings, "forms.md": forms, "policies.md": policies}


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check name those that differ from their sources."""
    stale = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page().rstrip() + "\n"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    if stale and "--check" in arguments:
        print("out of date:", ", ".join(stale), "- run: make build")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
