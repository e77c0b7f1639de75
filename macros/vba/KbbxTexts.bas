Attribute VB_Name = "KbbxTexts"
Option Explicit

' What the add-in shows is Chinese and lives on its sheets, because VBA source is kept in ASCII.

Public Const TEXT_SHEET As String = "kbbx.text"

' The text of a key; the key itself when the sheet has lost it.
Public Function KbbxText(ByVal key As String) As String
    KbbxText = KbbxLookup(TEXT_SHEET, key)
    If KbbxText = "" Then KbbxText = key
End Function

' Column B of the row whose column A is the key; "" when there is none.
Public Function KbbxLookup(ByVal sheetName As String, ByVal key As String) As String
    Dim entries As Variant
    Dim r As Long
    entries = ThisWorkbook.Worksheets(sheetName).UsedRange.Value
    For r = LBound(entries, 1) To UBound(entries, 1)
        If CStr(entries(r, 1)) = key Then
            KbbxLookup = CStr(entries(r, 2))
            Exit Function
        End If
    Next r
End Function

' One message to the user, by the key of its text.
Public Sub KbbxSay(ByVal key As String)
    MsgBox KbbxText(key), vbExclamation, KbbxText("title")
End Sub
