"""Mutation of valid workbooks (变异测试): whatever a file has become, no child is lost without a word.

``python -m tests.fuzz --count 10000 --seed 1`` is the long run; the suite has a short one.
"""
