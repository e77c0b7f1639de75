"""What setting up a county wrote (开县记录): by its check sums it is known what people changed since.

Every consolidation asks, so this module loads nothing that only setting up needs.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from kbbx_xl.messages import InputError

TEMPLATES = "模板"  # folder of the sets that are sent out
RECORD = "开县记录.json"


def sum_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_record(folder: Path) -> dict[str, str]:
    """Path below ``folder`` -> check sum of what was written there; {} for a folder not set up."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return {str(path): str(total) for path, total in found["files"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"“{RECORD}”坏了：把它改名后再运行，原有的文件会另存一份") from error


def changed_since(folder: Path, record: dict[str, str]) -> set[Path]:
    """The written files that say something else now: somebody works in them."""
    return {
        folder / rel
        for rel, total in record.items()
        if (folder / rel).is_file() and sum_of(folder / rel) != total
    }


def untouched(folder: Path) -> set[Path]:
    """What setting up wrote into ``folder`` and nobody changed: no submissions, though they lie there."""
    if not (folder / RECORD).is_file():
        return set()
    record = read_record(folder)
    changed = changed_since(folder, record)
    rest = {folder / rel for rel in record} - {p for p in changed if TEMPLATES in p.parts}
    return rest | {folder / RECORD}
