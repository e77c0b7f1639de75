"""Why a package (报送包) cannot be opened; every text is fit for the clerk who received it."""

from __future__ import annotations

from kbbx_xl.messages import KbbxError

AGAIN = "请报送单位重新打包后再发"


class PackageError(KbbxError):
    """A package that is not opened: ``cause`` what is wrong, ``remedy`` what to do (Chinese)."""

    def __init__(self, cause: str, remedy: str = AGAIN) -> None:
        super().__init__(f"{cause}。{remedy}")
        self.cause, self.remedy = cause, remedy

    def __reduce__(self) -> tuple[type[PackageError], tuple[str, str]]:
        """Fit to cross a process border; the text alone would not make it again."""
        return type(self), (self.cause, self.remedy)


class NeedsPasswordError(PackageError):
    """Encrypted, and no password was given."""

    def __init__(
        self,
        cause: str = "报送包有密码",
        remedy: str = "向报送单位问到密码，写进文本文件的第一行，用 --password-file 指定",
    ) -> None:
        super().__init__(cause, remedy)


class WrongPasswordError(PackageError):
    """Encrypted with another password; the format cannot always tell this from damage."""

    def __init__(
        self,
        cause: str = "密码不对，或报送包已损坏",
        remedy: str = "核对密码；密码没有错的，请报送单位重新打包后再发",
    ) -> None:
        super().__init__(cause, remedy)


class DamagedError(PackageError):
    """Cut short, changed on its way, or no .zip at all."""


class HostileError(PackageError):
    """Made so that opening it would do harm: paths outside, links, bombs, two truths."""

    def __init__(
        self, cause: str, remedy: str = "没有解开，不要用别的软件打开；向报送单位核实来源"
    ) -> None:
        super().__init__(cause, remedy)
