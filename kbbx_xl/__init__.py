"""kbbx_xl: 控辍保学 (keeping every child in school) in Excel, for Chinese counties."""

__version__ = "0.1.0"  # asking importlib.metadata costs every command 40 ms; a test compares
