"""Tests of the add-in, on an Excel without Excel.

The stand-ins for pywin32 come first: whatever is imported below here sees the xlwings of Windows.
"""

from tests.excel import winstub

winstub.install()
