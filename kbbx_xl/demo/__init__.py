"""A pretend county (虚拟县): invented people, filled workbooks, and what is true of them."""

from kbbx_xl.demo.county import make_county
from kbbx_xl.demo.truth import DemoTruth, TrueRun

__all__ = ["DemoTruth", "TrueRun", "make_county"]
