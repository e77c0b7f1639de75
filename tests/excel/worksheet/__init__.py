"""Worksheet functions: their bodies, and the same through xlwings."""
