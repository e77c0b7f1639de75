"""What the source of VBA modules declares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kbbx_xl.excel.pack.sources import Module

PROCEDURE = re.compile(
    r"^\s*(?:(public|private|friend)\s+)?(?:static\s+)?(sub|function)\s+(\w+)\s*\(([^)]*)\)",
    re.IGNORECASE | re.MULTILINE,
)
CALL = re.compile(r'\.CallUDF\("([\w.]+)",\s*"(\w+)"')


@dataclass(frozen=True, slots=True)
class Procedure:
    """One Sub or Function: its module, name and parameters as written."""

    module: str
    name: str
    parameters: tuple[str, ...]
    public: bool
    body: str

    @property
    def calls_python(self) -> tuple[str, str] | None:
        """Module and function of Python it passes its arguments to, if it does."""
        found = CALL.search(self.body)
        return (found[1], found[2]) if found else None


def procedures(modules: Iterable[Module]) -> list[Procedure]:
    """Every procedure of the modules."""
    found = []
    for module in modules:
        code = module.source.replace(" _\r\n", " ").replace(" _\n", " ")
        heads = list(PROCEDURE.finditer(code))
        ends = [head.start() for head in heads[1:]] + [len(code)]
        for head, end in zip(heads, ends, strict=False):
            parameters = tuple(p.strip() for p in head[4].split(",") if p.strip())
            public = (head[1] or "public").lower() == "public"
            found.append(
                Procedure(module.name, head[3], parameters, public, code[head.end() : end])
            )
    return found
