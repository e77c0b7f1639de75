"""Loaded once by the server that forks readers (预先载入): every reader then begins with it at hand."""

from kbbx_xl.books import consolidate
from kbbx_xl.books.read.headers import standard_vocabulary
from kbbx_xl.settings.evidence import load_evidence
from kbbx_xl.settings.lists import load_lists
from kbbx_xl.settings.masking import load_masking

__all__ = ["consolidate"]

for load in (load_lists, standard_vocabulary, load_evidence, load_masking):
    load()
