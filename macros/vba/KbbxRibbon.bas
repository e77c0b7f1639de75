Attribute VB_Name = "KbbxRibbon"
Option Explicit

' The ribbon's callbacks. A click goes to Python with the control's id; no rule is decided here.

Private m_ribbon As IRibbonUI

' Excel has loaded the add-in: everything else starts here.
Public Sub KbbxOnLoad(ribbon As IRibbonUI)
    Set m_ribbon = ribbon
    ThisWorkbook.KbbxListen
    KbbxRegisterFunctions
End Sub

' Ask again which buttons are on.
Public Sub KbbxRefresh()
    If Not m_ribbon Is Nothing Then m_ribbon.Invalidate
End Sub

Public Sub KbbxEnabled(control As IRibbonControl, ByRef returnedVal As Variant)
    On Error GoTo failed
    returnedVal = KbbxAllowed(control.ID, KbbxKind())
    Exit Sub
failed:
    returnedVal = True
End Sub

Public Sub KbbxRun(control As IRibbonControl)
    On Error GoTo failed
    If Not KbbxReady(control.ID) Then Exit Sub
    KbbxExec "from kbbx_xl.excel.main import run; run('" & control.ID & "')"
    KbbxRefresh
    Exit Sub
failed:
    If Err.Source = ENGINE_ERROR Then
        KbbxSay Err.Description
    Else
        KbbxSay "unreachable"
    End If
End Sub
