Attribute VB_Name = "KbbxBook"
Option Explicit

' Which kind of workbook is in front, and what may be done with it.

Public Const COMMAND_SHEET As String = "kbbx.commands"
Public Const STAMP_SHEET As String = "_kbbx"
Public Const KIND_NONE As String = "none"
Public Const KIND_OTHER As String = "other"

' The form id in the stamp of the active workbook; "other" without a stamp, "none" without a workbook.
Public Function KbbxKind() As String
    Dim stamp As Worksheet
    If ActiveWorkbook Is Nothing Then
        KbbxKind = KIND_NONE
        Exit Function
    End If
    Set stamp = KbbxSheet(ActiveWorkbook, STAMP_SHEET)
    If Not stamp Is Nothing Then KbbxKind = CStr(stamp.Range("B1").Value)
    If KbbxKind = "" Then KbbxKind = KIND_OTHER
End Function

' A worksheet by name; Nothing when the workbook has none of that name.
Public Function KbbxSheet(ByVal book As Workbook, ByVal sheetName As String) As Worksheet
    On Error Resume Next
    Set KbbxSheet = book.Worksheets(sheetName)
End Function

' Whether the command table lets a control work on this kind of workbook.
Public Function KbbxAllowed(ByVal id As String, ByVal kind As String) As Boolean
    KbbxAllowed = InStr(" " & KbbxLookup(COMMAND_SHEET, id) & " ", " " & kind & " ") > 0
End Function

' Whether the command may run now; says why not. Python needs a workbook to talk through, so a command
' that works without one gets an empty one.
Public Function KbbxReady(ByVal id As String) As Boolean
    Dim kind As String
    kind = KbbxKind()
    KbbxReady = KbbxAllowed(id, kind)
    If KbbxReady Then
        If kind = KIND_NONE Then Workbooks.Add
    ElseIf kind = KIND_NONE Then
        KbbxSay "need_workbook"
    Else
        KbbxSay "wrong_workbook"
    End If
End Function
