"""A pretend county (虚拟县): invented people, filled workbooks, and what is true of them."""
