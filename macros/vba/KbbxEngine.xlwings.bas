Attribute VB_Name = "KbbxEngine"
Option Explicit

' The way to Python, standard variant: xlwings' own VBA (module xlwings) starts and finds the process.

Public Const ENGINE_ERROR As String = "KbbxEngine"

' The Python side: CallUDF, SetAttr, Module, Exec. xlwings would take settings, even which program to
' start, from a sheet of the workbook in front; a workbook that brings such a sheet is refused.
Public Function KbbxPy() As Object
    If Not KbbxSheet(ActiveWorkbook, PROJECT_NAME & ".conf") Is Nothing Then
        Err.Raise vbObjectError + 513, ENGINE_ERROR, "foreign_settings"
    End If
    Set KbbxPy = XLPy()
End Function
