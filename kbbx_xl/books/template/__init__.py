"""Workbooks built from the declared forms (config/forms) with XlsxWriter, byte for byte alike.

``build_workbook`` makes one, ``build_all`` the four blank ones of workbooks/, ``build_sets`` one
pre-filled set per school of a directory.
"""

from kbbx_xl.books.template.build import FORMS, build_all, build_workbook
from kbbx_xl.books.template.context import Context
from kbbx_xl.books.template.sets import build_blanks, build_sets, folders_of, set_results

__all__ = [
    "FORMS",
    "Context",
    "build_all",
    "build_blanks",
    "build_sets",
    "build_workbook",
    "folders_of",
    "set_results",
]
