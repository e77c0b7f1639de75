"""The add-in file (加载项): built from the text sources in macros/, byte for byte the same each time.

Ribbon XML, ASCII VBA and texts come from macros/; the sheets of commands and functions and the VBA
wrappers of the functions come from the tables the Python side runs by.  ``build_addins`` needs
xlwings (for its VBA) and pyOpenVBA; everything else here works without them.
"""

from kbbx_xl.excel.pack.build import build_addins, missing_tools
from kbbx_xl.excel.pack.sources import macros_path

__all__ = ["build_addins", "macros_path", "missing_tools"]
