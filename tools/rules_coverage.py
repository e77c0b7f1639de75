"""Write docs/rules-coverage.md: which rule of the four counties is proved by which test.

A test proves the rules its name carries: ``test_th_27_half_day...``, ``test_yl_22_yl_65_...``, or a
run of them ``test_th_04_to_th_15_...``.  The rules are listed in tests/policy/rules.yaml.

python tools/rules_coverage.py [--check]
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
RULES = Path("tests/policy/rules.yaml")
PAGE = Path("docs/rules-coverage.md")
ONE = r"(yl|th|lb|gh|p\d\d)_(\d\d)"
NAMED = re.compile(rf"(?<=_){ONE}(?:_to_{ONE})?(?=_|$)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One listed rule; ``reason`` says why it is not implemented, "" when it is."""

    id: str
    type: str
    what: str
    reason: str

    @property
    def plan(self) -> str:
        return self.id.split("-")[0]


@dataclass(frozen=True, slots=True)
class Listed:
    """tests/policy/rules.yaml: how many rules each plan has, and those that need a test."""

    plans: Mapping[str, int]
    counties: Mapping[str, str]
    rules: tuple[Rule, ...]

    def knows(self, rule: str) -> bool:
        """Whether ``rule`` (TH-27) is a rule of one of the plans."""
        plan, _, number = rule.partition("-")
        return 1 <= int(number) <= self.plans.get(plan, 0)


Proofs = Mapping[str, Sequence[str]]  # rule id -> tests/flow/test_x.py::test_y


def read_rules(path: Path) -> Listed:
    """The rules of ``path``; TypeError when an entry has a field missing or unknown."""
    block = yaml.safe_load(path.read_text(encoding="utf-8"))
    rules = tuple(Rule(**entry) for entry in block["rules"])
    return Listed(block["plans"], block["counties"], rules)


def rules_of(name: str) -> Iterator[str]:
    """The rule ids in the name of a test function, a run written out."""
    for plan, first, until, last in NAMED.findall(name):
        if until not in ("", plan):
            raise ValueError(f"{name}: a run of rules stays in one plan")
        for number in range(int(first), int(last or first) + 1):
            yield f"{plan.upper()}-{number:02d}"


def proofs(root: Path) -> Proofs:
    """Every test function below ``root``/tests that names a rule, by rule id, in order."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            for rule in rules_of(node.name):
                place = f"{path.relative_to(root).as_posix()}::{node.name}"
                found.setdefault(rule, []).append(place)
    return dict(sorted(found.items()))


def page(listed: Listed, proved: Proofs) -> str:
    """The text of docs/rules-coverage.md."""
    done = [rule for rule in listed.rules if rule.id in proved]
    share = 100 * len(done) / len(listed.rules)
    lines = [
        "# 规则落实情况",
        "",
        "四县方案里写了天数（TH）、期限（DL）、次数（CNT）、文书（DOC）、核对（VAL）的规则，"
        "各由哪个测试证明。本页由测试的名字和 tests/policy/rules.yaml 生成。",
        "",
        f"共 {len(listed.rules)} 条，已实现 {len(done)} 条（{share:.1f}%）。",
        "",
        "| 方案 | 规则 | 已实现 |",
        "|---|---|---|",
    ]
    for plan, county in listed.counties.items():
        own = [rule for rule in listed.rules if rule.plan == plan]
        count = sum(rule.id in proved for rule in own)
        lines.append(f"| {county}（{plan}） | {len(own)} | {count} |")
    for plan, county in listed.counties.items():
        lines += ["", f"## {county}（{plan}）", ""]
        lines += ["| 编号 | 类型 | 要求 | 测试 | 状态 |", "|---|---|---|---|---|"]
        lines += [_row(rule, proved) for rule in listed.rules if rule.plan == plan]
    listed_ids = {rule.id for rule in listed.rules}
    others = [rule for rule in proved if rule not in listed_ids]
    if others:
        lines += ["", "## 其他规则", "", "不在上面几类里、也有测试证明的规则。", ""]
        lines += ["| 编号 | 测试 |", "|---|---|"]
        lines += [f"| {rule} | {_tests(proved[rule])} |" for rule in others]
    return "\n".join(lines) + "\n"


def _row(rule: Rule, proved: Proofs) -> str:
    tests = proved.get(rule.id, ())
    state = "已实现" if tests else f"未实现：{rule.reason or '还没有写原因'}"
    return f"| {rule.id} | {rule.type} | {rule.what} | {_tests(tests)} | {state} |"


def _tests(tests: Sequence[str]) -> str:
    return "<br>".join(f"`{test}`" for test in tests)


def problems(listed: Listed, proved: Proofs) -> list[str]:
    """What is wrong with the list or the names: no proof and no reason, both, an unknown id."""
    lines = []
    for rule in listed.rules:
        if rule.id not in proved and not rule.reason:
            lines.append(f"{rule.id}: neither a test nor a reason")
        if rule.id in proved and rule.reason:
            lines.append(f"{rule.id}: a reason, though {proved[rule.id][0]} proves it")
    for rule_id, tests in proved.items():
        if not listed.knows(rule_id):
            lines.append(f"{tests[0]}: {rule_id} is no rule of the plans")
    return lines


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Write the page, or with --check say what is wrong with it and with the rules."""
    listed, proved = read_rules(root / RULES), proofs(root)
    text, path = page(listed, proved), root / PAGE
    if "--check" not in arguments:
        path.write_text(text, encoding="utf-8", newline="\n")
        return 0
    wrong = problems(listed, proved)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        wrong.append(f"{PAGE.as_posix()} is out of date - run: python tools/rules_coverage.py")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
