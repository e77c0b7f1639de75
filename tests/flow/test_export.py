"""flow.export: the JSON object has its declared shape, whatever the order of rows."""

from __future__ import annotations

import json
import random
from pathlib import Path

import jsonschema

from kbbx_xl.flow.export import export
from kbbx_xl.flow.source import Source, Span, spans
from tests.flow.factory import IDS, MISSING, NAMES, POINT, TOWN, make_county

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "county.schema.json").read_text(encoding="utf-8")
)


def test_the_object_is_what_the_schema_says() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for with_keys in (True, False):
        value = json.loads(json.dumps(export(make_county(), with_keys=with_keys)))
        jsonschema.validate(value, SCHEMA)


def test_order_of_rows_never_shows() -> None:
    mixed = make_county()
    for name in mixed.__slots__:
        if isinstance(rows := getattr(mixed, name), list):
            random.Random(3).shuffle(rows)
    assert json.dumps(export(mixed)) == json.dumps(export(make_county()))


def test_without_keys_nobody_is_named_but_sections_still_join() -> None:
    told = export(make_county(), with_keys=False)
    text = json.dumps(told, ensure_ascii=False)
    assert not any(word in text for word in (*IDS, *NAMES))
    runs = told["runs"]
    assert isinstance(runs, list)
    labels = {row["key"] for row in runs if row["unit"] == TOWN}
    assert len(labels) == 1
    assert labels == {row["key"] for row in told["attendance_summary_errors"]}  # type: ignore[attr-defined]


def test_numbers() -> None:
    told = json.loads(json.dumps(export(make_county())))
    assert told["submissions"]["missing"] == [MISSING]
    assert told["submissions"]["wrong_month"] == [{"unit": POINT, "month": "2026-09"}]
    assert told["totals"]["rosters_received"]["enrolled"] == 430
    assert told["sets"]["any"]["school_days"]["ge3"] == sorted([IDS[0], IDS[1]])
    assert told["sets"]["open"]["school_days"]["ge0.5"] == sorted([IDS[0], IDS[2]])
    assert told["cases"]["listed_in_ledgers"]["初中"] == {"疑似辍学": 1, "辍学": 1, "已返校": 0}
    with_zeros = {row["unit"] for row in told["cases"]["by_unit"]}
    assert POINT not in with_zeros  # its ledger is of another month
    assert told["transfers"]["orphans"][0]["key"] == IDS[1]


def test_rows_are_compressed_and_counted_once() -> None:
    rows = [Source("a", "S", r) for r in (7, 5, 6, 6, 9)] + [Source("b"), Source("a", "T", 2)]
    assert spans(rows) == (Span("a", "S", "5-7,9"), Span("a", "T", "2"), Span("b"))
    assert spans([]) == ()
