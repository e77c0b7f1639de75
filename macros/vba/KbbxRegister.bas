Attribute VB_Name = "KbbxRegister"
Option Explicit

' Tell the function wizard what the functions and their arguments mean, from the sheet kbbx.functions:
' name, description, category, then one column an argument.

Public Const FUNCTION_SHEET As String = "kbbx.functions"
Private Const FIRST_ARGUMENT As Long = 4

Private m_registered As Boolean

' Excel refuses this while no workbook is open; it is tried again when the first one opens.
Public Sub KbbxRegisterFunctions()
    Dim entries As Variant
    Dim r As Long
    If m_registered Then Exit Sub
    On Error GoTo failed
    entries = ThisWorkbook.Worksheets(FUNCTION_SHEET).UsedRange.Value
    For r = LBound(entries, 1) + 1 To UBound(entries, 1)
        KbbxRegisterOne entries, r
    Next r
    m_registered = True
failed:
End Sub

Private Sub KbbxRegisterOne(ByRef entries As Variant, ByVal r As Long)
    Dim texts() As String
    Dim count As Long
    Dim c As Long
    Dim qualified As String
    qualified = "'" & ThisWorkbook.Name & "'!" & CStr(entries(r, 1))
    For c = FIRST_ARGUMENT To UBound(entries, 2)
        If CStr(entries(r, c)) = "" Then Exit For
        count = count + 1
        ReDim Preserve texts(1 To count)
        texts(count) = CStr(entries(r, c))
    Next c
    If count = 0 Then
        Application.MacroOptions Macro:=qualified, Description:=CStr(entries(r, 2)), _
            Category:=CStr(entries(r, 3))
    Else
        Application.MacroOptions Macro:=qualified, Description:=CStr(entries(r, 2)), _
            Category:=CStr(entries(r, 3)), ArgumentDescriptions:=texts
    End If
End Sub
