"""The first sheet (本月要做): what to do, where, and how far it is, worked out by formulas.

``live`` pairs a formula with its value at building, ``gaps`` counts the cells still to be filled,
``states`` says how far each line is, ``sheet`` lays the lines out.
"""
