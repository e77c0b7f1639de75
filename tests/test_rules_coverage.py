"""docs/rules-coverage.md: what its tool reads out of names, writes, and refuses."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _tool() -> ModuleType:
    path = ROOT / "tools" / "rules_coverage.py"
    spec = importlib.util.spec_from_file_location("rules_coverage", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


tool = _tool()
LISTED = tool.read_rules(ROOT / tool.RULES)

RULES = """
plans: {YL: 3, TH: 30}
counties: {YL: 甲县, TH: 乙县}
rules:
  - {id: YL-02, type: TH, what: 三天, reason: ""}
  - {id: TH-27, type: TH/WF, what: 半天, reason: ""}
  - {id: TH-28, type: DOC, what: 家访, reason: 等条文}
"""


def tree(folder: Path, *names: str) -> Path:
    """A repository with the rules above and a test of each name."""
    (folder / "docs").mkdir()
    (folder / "tests" / "policy").mkdir(parents=True)
    (folder / "tests" / "policy" / "rules.yaml").write_text(RULES, encoding="utf-8")
    body = "".join(f"def {name}():\n    pass\n\n\n" for name in names)
    (folder / "tests" / "test_one.py").write_text(body, encoding="utf-8")
    return folder


def test_the_list_holds_the_68_rules_of_the_four_counties() -> None:
    assert Counter(rule.plan for rule in LISTED.rules) == {"YL": 31, "TH": 27, "LB": 6, "GH": 4}
    assert len({rule.id for rule in LISTED.rules}) == 68
    for rule in LISTED.rules:
        assert LISTED.knows(rule.id)
        assert set(rule.type.split("/")) & {"TH", "DL", "CNT", "DOC", "VAL"}
        assert rule.what
    assert sum(LISTED.plans.values()) == 617


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("test_th_27_half_day", ["TH-27"]),
        ("test_a_child_as_of_th_27", ["TH-27"]),
        ("test_yl_22_yl_65_three_days", ["YL-22", "YL-65"]),
        ("test_th_04_to_th_06_papers", ["TH-04", "TH-05", "TH-06"]),
        ("test_p24_08_more_than_five", ["P24-08"]),
        ("test_the_15th_27_of_month", []),
        ("test_th_270_rows", []),
        ("test_page_27", []),
    ],
)
def test_the_name_of_a_test_carries_its_rules(name: str, rules: list[str]) -> None:
    assert list(tool.rules_of(name)) == rules


def test_a_run_of_rules_stays_in_one_plan() -> None:
    with pytest.raises(ValueError, match="one plan"):
        list(tool.rules_of("test_th_04_to_yl_06_papers"))


def test_the_page_shows_tests_states_and_totals(tmp_path: Path) -> None:
    root = tree(tmp_path, "test_yl_02_three_days", "test_th_27_again", "test_th_03_other")
    assert tool.main([], root) == 0
    text = (root / tool.PAGE).read_text(encoding="utf-8")
    assert "共 3 条，已实现 2 条（66.7%）" in text
    assert "| 甲县（YL） | 1 | 1 |" in text
    assert "| TH-27 | TH/WF | 半天 | `tests/test_one.py::test_th_27_again` | 已实现 |" in text
    assert "| TH-28 | DOC | 家访 |  | 未实现：等条文 |" in text
    assert "| TH-03 | `tests/test_one.py::test_th_03_other` |" in text
    assert tool.main(["--check"], root) == 0


def test_check_fails_on_a_stale_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tree(tmp_path, "test_yl_02_three_days", "test_th_27_again")
    assert tool.main(["--check"], root) == 1
    assert "docs/rules-coverage.md is out of date" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (("test_yl_02_a",), "TH-27: neither a test nor a reason"),
        (("test_yl_02_a", "test_th_27_b", "test_th_28_c"), "TH-28: a reason, though"),
        (("test_yl_02_a", "test_th_27_b", "test_yl_04_c"), "YL-04 is no rule of the plans"),
        (("test_yl_02_a", "test_th_27_b", "test_lb_01_c"), "LB-01 is no rule of the plans"),
        (("test_yl_02_a", "test_th_27_b", "test_th_00_c"), "TH-00 is no rule of the plans"),
    ],
)
def test_check_fails_on_a_rule_without_proof_or_a_name_without_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], names: tuple[str, ...], complaint: str
) -> None:
    root = tree(tmp_path, *names)
    assert tool.main([], root) == 0
    assert tool.main(["--check"], root) == 1
    assert complaint in capsys.readouterr().out
