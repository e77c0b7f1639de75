Attribute VB_Name = "KbbxResults"
Option Explicit

' What a Python function returns, made fit for cells: marker texts become real error values.

Public Function KbbxResult(ByVal result As Variant) As Variant
    Dim r As Long
    Dim c As Long
    If Not IsArray(result) Then
        result = KbbxCell(result)
    ElseIf KbbxIsTable(result) Then
        For r = LBound(result, 1) To UBound(result, 1)
            For c = LBound(result, 2) To UBound(result, 2)
                result(r, c) = KbbxCell(result(r, c))
            Next c
        Next r
    Else
        For r = LBound(result) To UBound(result)
            result(r) = KbbxCell(result(r))
        Next r
    End If
    KbbxResult = result
End Function

Private Function KbbxCell(ByVal content As Variant) As Variant
    KbbxCell = content
    If VarType(content) = vbString Then
        If content = "#VALUE!" Then KbbxCell = CVErr(xlErrValue)
        If content = "#N/A" Then KbbxCell = CVErr(xlErrNA)
    End If
End Function

' Whether an array has a second dimension; asking one without it is an error.
Private Function KbbxIsTable(ByRef result As Variant) As Boolean
    On Error GoTo flat
    KbbxIsTable = UBound(result, 2) >= LBound(result, 2)
flat:
End Function
