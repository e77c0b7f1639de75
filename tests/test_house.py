"""The house keeps its own rules: sizes, version, addresses, what the wheel carries."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import kbbx_xl

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "kbbx_xl"
MODULES = sorted(PACKAGE.rglob("*.py"))
MODULE_LINES, FUNCTION_LINES = 400, 50
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# a host or a file address that pip could fetch from, spelt so that this page does not match
REGISTRY = re.compile(r"https?://[^\s'\"]*(?:pypi|simple|pythonhosted|mirror)|file" + "://", re.I)
INDEX_OPTION = re.compile(r"--(?:extra-)?index-url|--find-" + "links")
MACHINE_PATH = re.compile(
    r"(?<![\w.}/-])/(?:home|root|Users|opt|work)" + r"/\w|[A-Z]:\\\\?Users\\", re.I
)


def tracked() -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    yield from (ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def tracked_text() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            yield path, data.decode("utf-8", errors="replace")


needs_git = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_over_400_lines_no_function_over_50(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MODULE_LINES
    functions = (
        n
        for n in ast.walk(ast.parse(source))
        if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    long = {f.name: f.end_lineno - f.lineno + 1 for f in functions if f.end_lineno is not None}
    assert not {name: lines for name, lines in long.items() if lines > FUNCTION_LINES}


def test_the_version_is_that_of_the_metadata() -> None:
    assert kbbx_xl.__version__ == importlib.metadata.version("kbbx_xl") == PROJECT["version"]


WINDOWS_ONLY = {name: ["pywin32"] for name in ("win32api", "win32gui", "pywintypes", "pythoncom")}


def test_every_imported_distribution_is_declared() -> None:
    provides = {**WINDOWS_ONLY, **importlib.metadata.packages_distributions()}
    extras = [d for group in PROJECT["optional-dependencies"].values() for d in group]
    asked = [*PROJECT["dependencies"], *extras]
    declared = {_normal(re.split(r"[<>=!~\[; ]", d)[0]) for d in asked}
    undeclared = set()
    for path in MODULES:
        for top in _imports(ast.parse(path.read_text(encoding="utf-8"))):
            if top in sys.stdlib_module_names or top == "kbbx_xl":
                continue
            if not declared & {_normal(d) for d in provides.get(top, [top])}:
                undeclared.add((path.name, top))
    assert not undeclared


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@needs_git
def test_nothing_tracked_names_a_registry_or_a_machine_path() -> None:
    found = [
        (str(path.relative_to(ROOT)), number)
        for path, text in tracked_text()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line)
        or (path.suffix in (".lock", ".toml", ".cfg", ".sh") and REGISTRY.search(line))
        or (path.suffix == ".lock" and INDEX_OPTION.search(line))
    ]
    assert not found


@needs_git
def test_the_virtual_environment_is_not_tracked() -> None:
    assert not [p for p in tracked() if ".venv" in p.relative_to(ROOT).parts]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_distribution_is_exact_and_hashed(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        assert re.match(r"[\w.-]+==[^\s;]+ ", line), line[:60]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), line[:60]


def test_the_lock_covers_what_the_project_asks_for() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {_normal(m) for m in re.findall(r"^([\w.-]+)==", text, re.M)}
    asked = {_normal(re.split(r"[<>=!~\[; ]", d)[0]) for d in PROJECT["dependencies"]}
    assert asked | {"hatchling"} <= locked


def test_the_wheel_carries_config_workbooks_macros_and_docs(tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
            str(tmp_path),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    for room in ("config", "workbooks", "macros", "docs"):
        here = {p for p in (ROOT / room).rglob("*") if p.is_file()}
        assert here, f"{room}/ is empty"
        assert {f"kbbx_xl/{p.relative_to(ROOT).as_posix()}" for p in here} <= inside
    assert {f"kbbx_xl/{p.relative_to(PACKAGE).as_posix()}" for p in MODULES} <= inside
    assert not [name for name in inside if name.startswith(("tests/", "docs/", "benchmarks/"))]


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "is not installed")])
def test_without_libreoffice_its_tests_are_skipped_but_never_in_ci(
    ci: str, outcome: str, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = libreoffice\n", encoding="utf-8")
    source = "import pytest\n@pytest.mark.libreoffice\ndef test_one(): raise AssertionError\n"
    (tmp_path / "test_one.py").write_text(source, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "pytest.ini", "."],
        cwd=tmp_path,
        env={**os.environ, "PATH": str(tmp_path), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in ran.stdout + ran.stderr
    assert (ran.returncode == 0) == (ci == "")
