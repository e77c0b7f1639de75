"""Which policy is in force (执行方案): the one named, else the county's own file, else the usual one.

A county's own policy lies as 政策.yaml or 政策.xlsx in the folder of its material, or in one above it.
Where both lie there they must say the same.  A file that is wrong stops the run: what a county has
decided is never passed over for the usual policy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kbbx_xl.books.reading import opened
from kbbx_xl.messages import InputError, SettingsError, line
from kbbx_xl.model import Finding
from kbbx_xl.settings.own_policy import changed_items, items
from kbbx_xl.settings.policies import DEFAULT_POLICY, Policy, load_policy, read_own_policy
from kbbx_xl.settings.policy_text import policy_yaml

POLICY_YAML, POLICY_BOOK = "政策.yaml", "政策.xlsx"
YAML_SUFFIXES, BOOK_SUFFIXES = (".yaml", ".yml"), (".xlsx",)
ABOVE = 4  # folders above a file that are looked into: 县 / 报送 / 中心校 / 学校 / 登记表
SHOWN = 5  # findings in one message


@dataclass(frozen=True, slots=True)
class InForce:
    """A policy and where it comes from; ``path`` None for one that comes with the program."""

    policy: Policy
    path: Path | None = None

    @property
    def said(self) -> str:
        """One line for the user: which policy, and the check sum of a file's content."""
        if self.path is None:
            return f"方案：{self.policy.title}（{self.policy.profile}）"
        own = f"，本县改动 {len(self.policy.own)} 处" if self.policy.own else ""
        return (
            f"方案：{self.policy.title}（{self.policy.profile}），来自“{self.path.name}”{own}，"
            f"校验码 {checksum(self.policy)}"
        )


def checksum(policy: Policy) -> str:
    """Twelve digits by which two copies of a policy are known to say the same, in whichever format."""
    return hashlib.sha256(policy_yaml(policy).encode()).hexdigest()[:12]


def policy_in_force(named: str, places: Iterable[Path]) -> InForce:
    """The policy ``named`` (a profile, or a path to 政策.yaml or 政策.xlsx), else the one that lies
    with ``places`` (files and folders), else the usual one.

    InputError for a name or file that is none, with the cell or line and the remedy; also when the
    places lie in counties with policies of their own that differ.
    """
    if named:
        return named_policy(named)
    found = {folder: None for place in places if (folder := _folder_of(place))}
    policies = [read_folder_policy(folder) for folder in found]
    if len({checksum(one.policy) for one in policies if one}) > 1:
        raise InputError("这些材料分属几个县，各有各的政策方案，请分开做，或用 --policy 指明一个")
    return next((one for one in policies if one), InForce(load_policy(DEFAULT_POLICY)))


def named_policy(named: str) -> InForce:
    """A profile by its name, or the policy of a file or folder; InputError."""
    path = Path(named)
    if path.suffix.lower() in (*YAML_SUFFIXES, *BOOK_SUFFIXES):
        if not path.is_file():
            raise InputError(f"找不到政策方案：{path}")
        return InForce(read_policy_file(path), path)
    if path.is_dir():
        found = read_folder_policy(path)
        if found is None:
            raise InputError(f"文件夹“{path}”里没有“{POLICY_YAML}”或“{POLICY_BOOK}”")
        return found
    return InForce(load_policy(named))


def _folder_of(place: Path) -> Path | None:
    """The nearest folder at or above a place that holds a policy; None when none does."""
    whole = place.absolute()
    start = whole if whole.is_dir() else whole.parent
    for folder in (start, *list(start.parents)[:ABOVE]):
        if (folder / POLICY_YAML).is_file() or (folder / POLICY_BOOK).is_file():
            return folder
    return None


def read_folder_policy(folder: Path) -> InForce | None:
    """The policy of a county's folder, None when it has none; InputError when its two files differ."""
    text, book = folder / POLICY_YAML, folder / POLICY_BOOK
    if not book.is_file():
        return InForce(read_policy_file(text), text) if text.is_file() else None
    told = read_policy_file(book)
    if not text.is_file():
        return InForce(told, book)
    kept = read_policy_file(text)
    if told != kept:
        raise InputError(
            f"“{POLICY_BOOK}”和“{POLICY_YAML}”不一样（{_difference(told, kept)}）。"
            f"以工作簿为准：kbbx-xl policy import {book}；"
            f"以 {POLICY_YAML} 为准：kbbx-xl policy export {text}"
        )
    return InForce(kept, text)


def _difference(one: Policy, other: Policy) -> str:
    """Where two policies part, by sheet and row."""
    from kbbx_xl.books.setup.told import row_title, sheet_of

    for key in changed_items(one, other):
        value = items(one).get(key) or items(other).get(key)
        return f"{sheet_of(key)}：{row_title(key, value)}"
    return "方案的名称、文件或本县依据"


def policy_files(folder: Path) -> set[Path]:
    """The county's own policy at the top of a folder: no material, though it lies there."""
    return {folder / name for name in (POLICY_YAML, POLICY_BOOK)}


def read_policy_file(path: Path) -> Policy:
    """政策.yaml or 政策.xlsx; InputError that names line or cell, and what to do."""
    if path.suffix.lower() in YAML_SUFFIXES:
        try:
            return read_own_policy(path)
        except SettingsError as error:
            raise InputError(
                f"“{path.name}”有错：{error}。请改正这一行，"
                f"或改好“{POLICY_BOOK}”后运行 kbbx-xl policy import {POLICY_BOOK}"
            ) from error
    from kbbx_xl.books.setup.policy_read import read_policy_book

    policy, findings = opened(read_policy_book, path)
    if policy is None:
        raise InputError(f"“{path.name}”有错，没有采用：\n{listed(findings)}")
    return policy


def listed(findings: Iterable[Finding]) -> str:
    """The first findings, a line each."""
    told = [line(finding) for finding in findings]
    more = f"\n……共 {len(told)} 条，全部见 kbbx-xl policy check" if len(told) > SHOWN else ""
    return "\n".join(told[:SHOWN]) + more
