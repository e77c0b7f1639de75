"""What every test may rely on: LibreOffice is there, or its tests are skipped and it is said so.

With CI=true a missing LibreOffice ends the run: a gate that skips what it should check is no gate.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SAMPLE_COUNTY = Path(__file__).parent / "data" / "sample_county" / "county"
SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's, the one that python3-uno belongs to
STATE = tempfile.mkdtemp(prefix="kbbx-tests-")  # no test writes into the log of this account
os.environ["KBBX_STATE"] = STATE
os.environ["KBBX_CACHE"] = "off"  # what is kept from one test must not answer another
atexit.register(shutil.rmtree, STATE, ignore_errors=True)


@functools.cache
def libreoffice_missing() -> str:
    """What of LibreOffice this machine lacks, "" when all is there."""
    if not shutil.which("soffice"):
        return "LibreOffice (soffice)"
    if not Path(SYSTEM_PYTHON).exists():
        return SYSTEM_PYTHON
    probe = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return "python3-uno" if probe.returncode else ""


def pytest_report_header(config: pytest.Config) -> str:
    missing = libreoffice_missing()
    return (
        f"LibreOffice: {missing} not found, its tests are skipped"
        if missing
        else "LibreOffice: found"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = libreoffice_missing()
    if not missing:
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(f"CI=true, but {missing} is not installed")
    skip = pytest.mark.skip(reason=f"{missing} is not installed")
    for item in items:
        if item.get_closest_marker("libreoffice"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def rewritten_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample county's submissions in our own workbooks, beside its directory; only to be read."""
    from tests.roundtrip import rewrite, sample_context  # tests without it need none of this

    folder = tmp_path_factory.mktemp("rewritten")
    context, own = sample_context(SAMPLE_COUNTY)
    rewrite(SAMPLE_COUNTY, own, context, folder)
    for path in own:
        shutil.copy(path, folder / path.name)
    return folder
