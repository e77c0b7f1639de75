"""kbbx_xl: 控辍保学 (keeping every child in school) in Excel, for Chinese counties."""

from importlib.metadata import version

__version__ = version("kbbx_xl")
