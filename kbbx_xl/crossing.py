"""Values that cross process borders by the thousand (跨进程的值), packed as their class and its fields.

What a frozen dataclass with slots does on its own calls Python for every field: twice as slow.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Callable
from typing import Any


class Crossing:
    """Base of a dataclass all of whose fields are arguments of its ``__init__``."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        cls: Any = type(self)
        return cls, _values_of(cls)(self)


@functools.cache
def _values_of(cls: Any) -> Callable[[object], tuple[Any, ...]]:
    names = [field.name for field in dataclasses.fields(cls)]
    if len(names) == 1:  # one name alone would give no tuple
        return lambda value: (getattr(value, names[0]),)
    return operator.attrgetter(*names)
