"""Which shape the ``--json`` of every command has (JSON 的形状); loaded for the reference page only."""

from __future__ import annotations

from kbbx_xl.cli import office_shapes, shapes

# county and merge write what docs/county.schema.json says; scheduler, worker and help answer nothing
SHAPES: dict[str, tuple[type, ...]] = {
    "check": (shapes.Findings,),
    "flag": (shapes.Flagged,),
    "report": (shapes.SchoolMonth,),
    "zero": (shapes.SchoolMonth,),
    "carry": (shapes.SchoolMonth,),
    "print": (shapes.Printed,),
    "init": (office_shapes.SetUp, shapes.Findings),
    "policy": (shapes.Policies, shapes.PolicyShown, shapes.Findings),
    "templates": (shapes.Handed,),
    "explain": (shapes.Explained,),
    "movement": (shapes.Moved,),
    "match": (shapes.Matched,),
    "province": (shapes.Province,),
    "todo": (shapes.Tasks,),
    "assign": (shapes.Assigned,),
    "case": (shapes.Cases,),
    "evidence": (shapes.Evidence,),
    "letters": (shapes.Letters,),
    "pack": (office_shapes.Packed,),
    "receive": (office_shapes.Received,),
    "return": (office_shapes.Returned,),
    "seal": (office_shapes.Packed, office_shapes.Sealed),
    "open": (office_shapes.Opened, office_shapes.Sealed),
    "mask": (office_shapes.Masked,),
    "demo": (shapes.Demo,),
    "doctor": (office_shapes.Doctor,),
    "log": (office_shapes.Logged,),
    "retain": (office_shapes.Retained,),
    "cache": (office_shapes.Cached,),
    "build": (shapes.Built,),
}
