"""Why a file is held back (拦下): one exception a kind of trouble, each a finding with its cause."""

from __future__ import annotations

from kbbx_xl.model import Finding


class HeldBackError(Exception):
    """A file that must not be counted; ``code`` is its finding, ``params`` fill the message.

    ``cause`` is Chinese, names parts and addresses, never what stands in a cell.
    """

    code = "F01"

    def __init__(self, cause: str, *, sheet: str = "", cell: str = "") -> None:
        super().__init__(cause)
        self.cause, self.sheet, self.cell = cause, sheet, cell

    def finding(self, rel: str) -> Finding:
        return Finding(self.code, rel, self.sheet, self.cell, {"cause": self.cause})

    def __reduce__(self) -> tuple[object, ...]:  # it travels from a worker process to its master
        return _again, (type(self), self.cause, self.sheet, self.cell)


def _again(kind: type[HeldBackError], cause: str, sheet: str, cell: str) -> HeldBackError:
    return kind(cause, sheet=sheet, cell=cell)


class DamagedError(HeldBackError):
    """The file is broken: cut off, a checksum that does not fit, a part that is missing (损坏)."""


class LockedError(HeldBackError):
    """The file has an opening password (有打开密码)."""

    code = "F02"


class HostileError(HeldBackError):
    """The file holds what no workbook of a school holds, or is built to exhaust a reader (有害)."""

    code = "F25"


class DoubtfulError(HeldBackError):
    """Two ways of reading the file give two contents; the address where they part (两种读法不一)."""

    code = "F26"


class SpentError(HeldBackError):
    """Reading took more time or memory than any honest file needs, or ended the process (超限)."""

    code = "F27"


class ElsewhereError(HeldBackError):
    """The content lies elsewhere: a link, a cloud placeholder, an unfinished download (不在本机)."""

    code = "F28"


class TooLargeError(HeldBackError):
    """More bytes on the disk than a school's file has (过大)."""

    code = "F20"

    def finding(self, rel: str) -> Finding:
        size, _, limit = self.cause.partition("/")
        return Finding(self.code, rel, params={"size": size, "limit": limit})


def too_large(size: int, limit: int) -> TooLargeError:
    """The refusal of a file of ``size`` bytes where ``limit`` are allowed."""
    return TooLargeError("/".join(f"{n / 1024 / 1024:.0f} MB" for n in (size, limit)))
