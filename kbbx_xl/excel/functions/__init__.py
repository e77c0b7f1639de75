"""Worksheet functions (工作表函数): KBBX_ID_CHECK and the others of the category 控辍保学.

``table`` says what each function and argument is, for the function wizard; the topic modules hold the
bodies, pure functions over cells; ``udfs`` are the shells that xlwings calls.
"""
