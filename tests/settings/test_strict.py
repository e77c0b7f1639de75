"""The strict loader names file, line, key and the near miss of every mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pytest

from kbbx_xl.messages import SettingsError
from kbbx_xl.settings.strict import build, config_path, load, near_miss, reference
from tests.settings.yaml_text import block


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True)
class Inner:
    size: float
    colour: Colour = Colour.RED


@dataclass(frozen=True)
class Outer:
    title: str
    count: int = 0
    exact: bool = False
    words: tuple[str, ...] = ()
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    named: Mapping[str, Inner | None] = field(default_factory=dict)


def test_a_right_file_becomes_frozen_values(tmp_path: Path) -> None:
    text = """
title: 表
count: 3
exact: true
words: [a, b]
inner: {size: 2, colour: green}
many: [{size: 1.5}]
named: {x: {size: 1}, y: null}
"""
    made = build(Outer, block(tmp_path, text))
    assert made == Outer(
        title="表",
        count=3,
        exact=True,
        words=("a", "b"),
        inner=Inner(2.0, Colour.GREEN),
        many=(Inner(1.5),),
        named={"x": Inner(1.0), "y": None},
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: 表\ncuont: 3\n", ["file.yaml:2", "cuont", "did you mean 'count'"]),
        ("count: 3\n", ["file.yaml:1", "'title' is missing"]),
        ("title: 表\ncount: 三\n", ["file.yaml:2", "count", "must be int", "str"]),
        ("title: 表\ncount: true\n", ["file.yaml:2", "must be int, not bool"]),
        ("title: 12\n", ["file.yaml:1", "must be str, not int"]),
        ("title: 表\nexact: 1\n", ["file.yaml:2", "must be bool"]),
        ("title: 表\nwords: a\n", ["file.yaml:2", "words", "must be a list"]),
        ("title: 表\nwords: [a, yes]\n", ["file.yaml:2", "words", "must be str, not bool"]),
        ("title: 表\nmany: [3]\n", ["file.yaml:2", "many", "must be a mapping"]),
        ("title: 表\nnamed: [3]\n", ["file.yaml:2", "named", "must be a mapping"]),
        (
            "title: 表\ninner:\n  size: 2\n  colour: gren\n",
            ["file.yaml:4", "colour", "'gren'", "did you mean 'green'"],
        ),
        ("title: 表\ninner:\n  sise: 2\n", ["file.yaml:3", "did you mean 'size'"]),
        ("title: 表\ntitle: 又\n", ["file.yaml:2", "'title' stands twice"]),
        ("title: 表\ninner:\n  size: 2\n  size: 3\n", ["file.yaml:4", "'size' stands twice"]),
        ("title: 2021-13-45\n", ["file.yaml:1", "bad value"]),
        ("title: !!python/name:os.system x\n", ["file.yaml:1", "bad value"]),
        ("title: [表\n", ["file.yaml", "cannot be read"]),
        ("- a\n- b\n", ["file.yaml:1", "a mapping is expected"]),
        ("", ["file.yaml:1", "a mapping is expected"]),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        build(Outer, block(tmp_path, text))
    for part in said:
        assert part in str(caught.value)


def test_a_key_given_by_the_program_is_not_taken_from_the_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="unknown key 'title'"):
        build(Outer, block(tmp_path, "title: 表\n"), title="里")


def test_a_missing_file_and_a_wrong_encoding_are_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.yaml: cannot be read"):
        load(tmp_path / "none.yaml")
    (tmp_path / "gbk.yaml").write_bytes("title: 表格".encode("gb18030"))
    with pytest.raises(SettingsError, match=r"gbk\.yaml: cannot be read"):
        load(tmp_path / "gbk.yaml")


def test_reference_returns_the_known_and_names_the_near_miss(tmp_path: Path) -> None:
    source = block(tmp_path, "a: 1\nlist: staus\n")
    assert reference("status", ["status"], source, "list", "list") == "status"
    with pytest.raises(SettingsError, match=r"file\.yaml:2: list: unknown list 'staus'.*'status'"):
        reference("staus", ["status", "sex"], source, "list", "list")
    assert near_miss("完全不同", ["status"]) == ""


def test_every_settings_file_is_read_without_doubled_keys() -> None:
    files = sorted(config_path().rglob("*.yaml"))
    assert len(files) > 30
    for path in files:
        assert load(path)
