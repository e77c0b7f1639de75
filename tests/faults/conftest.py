"""The small county, made once for all of them."""

from __future__ import annotations

import pytest

from tests.faults.small_county import Stage, build


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return build(tmp_path_factory.mktemp("faults"))
