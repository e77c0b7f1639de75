"""Open Excel (打开的 Excel): ribbon commands and worksheet functions, thin shells over the core.

VBA holds no rule: it passes the id of a button, or the arguments of a function, to Python.  The only
importer of xlwings' book API is this room; a Linux machine without xlwings can use all others.
"""
