"""Sheets written in the plainest way, read straight from their bytes (直读).

The gate has to match every byte of a sheet anyway.  Where a sheet holds nothing but rows, cells and
values as every common program writes them, the same match gives the values: numbers of all cells
at once by numpy, and the few distinct shapes of a cell by one regular expression.  Whatever is not
that plain, such as a date with a time, an escape, rich text among others, is left to the general reader: the
functions here return None, and never guess.
"""
