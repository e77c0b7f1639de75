"""crossing: what is packed for another process comes out as it was."""

from __future__ import annotations

import dataclasses
import pickle

from kbbx_xl.crossing import Crossing
from kbbx_xl.rules.evidence import EvidenceState
from tests.flow.factory import make_county


def test_the_rows_of_a_county_come_out_as_they_went_in() -> None:
    county = make_county(roster=True)
    for field in dataclasses.fields(county):
        rows = getattr(county, field.name)
        assert pickle.loads(pickle.dumps(rows)) == rows
    assert pickle.loads(pickle.dumps(EvidenceState(()))) == EvidenceState(())


def test_every_field_is_an_argument() -> None:
    for cls in Crossing.__subclasses__():
        assert all(field.init and not field.kw_only for field in dataclasses.fields(cls))
