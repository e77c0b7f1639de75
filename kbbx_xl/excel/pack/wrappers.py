"""The functions of the sheet (工作表函数) as VBA: one thin wrapper each, written from the table."""

from __future__ import annotations

from collections.abc import Sequence

from kbbx_xl.excel.functions.table import MODULE as UDFS
from kbbx_xl.excel.functions.table import Function
from kbbx_xl.excel.pack.sources import Module
from kbbx_xl.messages import SettingsError

MODULE = "KbbxFunctions"
KEYWORDS = """
and any as boolean byref byte byval call case const currency date debug declare dim do double
each else elseif empty end enum eqv erase error event exit false for friend function get global
gosub goto if imp implements in input integer is len let like lock long loop lset me mid mod new
next not nothing null object on open option optional or paramarray preserve print private
property public put raiseevent redim rem resume return rset seek select set single static step
stop string sub then time to true type until variant wend while with write xor
"""
RESERVED = frozenset(KEYWORDS.split())
HEAD = """Attribute VB_Name = "{module}"
Option Explicit

' Written by the build from the table of functions; each passes its arguments on to Python.
"""
WRAPPER = """
Public Function {name}({parameters}) As Variant
    {volatile}On Error GoTo failed
    {name} = KbbxResult(KbbxPy().CallUDF("{udfs}", "{python}", _
        Array({arguments}), Nothing, Application.Caller))
    Exit Function
failed:
    {name} = CVErr(xlErrValue)
End Function
"""


def wrapper_module(functions: Sequence[Function]) -> Module:
    """The VBA module of all functions; SettingsError for what VBA would not take.

    No workbook is passed on: xlwings would look into it, and take it for that of a running button.
    A Python function that asks for its ``caller`` is passed ``Nothing`` there; xlwings puts the cell.
    """
    return Module(MODULE, HEAD.format(module=MODULE) + "".join(map(_wrapper, functions)))


def _wrapper(function: Function) -> str:
    names = [argument.name for argument in function.arguments]
    for name in (function.name, *names):
        if name.lower() in RESERVED or not (name.isascii() and name.isidentifier()):
            raise SettingsError(f"{function.name}: '{name}' is not a name for VBA")
    optional = [argument.optional for argument in function.arguments]
    if optional != sorted(optional):
        raise SettingsError(f"{function.name}: optional arguments come last")
    return WRAPPER.format(
        name=function.name,
        python=function.python,
        udfs=UDFS,
        volatile="Application.Volatile\n    " if function.volatile else "",
        parameters=", ".join(
            f"{'Optional ' if argument.optional else ''}ByVal {argument.name} As Variant"
            for argument in function.arguments
        ),
        arguments=", ".join([*names, "Nothing"] if function.caller else names),
    )
