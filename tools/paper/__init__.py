"""What the product puts on paper, looked at: print check, pictures, comparison of renderings.

python -m tools.paper pictures|print|rendering [--keep FOLDER]
"""
