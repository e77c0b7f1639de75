"""The worksheet that all our workbooks are written with."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet


class PlainSheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's worksheet without its search for functions newer than Excel 2010.

    Our formulas have none, and the thirty searches a formula take half the time of a build.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")
