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

' Esc is read by Python; to VBA it would mean "Code execution has been interrupted" when Python is done.
Public Sub KbbxRun(control As IRibbonControl)
    Dim mode As Long
    Dim source As String
    Dim told As String
    On Error GoTo failed
    If Not KbbxReady(control.ID) Then Exit Sub
    mode = Application.Calculation
    Application.EnableCancelKey = xlDisabled
    KbbxExec "from kbbx_xl.excel.main import run; run('" & control.ID & "')"
    Application.EnableCancelKey = xlInterrupt
    KbbxRefresh
    Exit Sub
failed:
    source = Err.Source
    told = Err.Description
    KbbxRestore mode
    If source = ENGINE_ERROR Then
        KbbxSay told
    Else
        KbbxSay "unreachable"
    End If
End Sub

' Run one Python statement; the active workbook is xw.Book.caller() there.  Does what xlwings' RunPython
' does with a running UDF server, but leaves the words about a failure to us.
Private Sub KbbxExec(ByVal command As String)
    Dim python As Object
    Set python = KbbxPy()
    python.SetAttr python.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
    python.Exec command
End Sub

' Python may have died half-way: what it had switched off is switched on again.
Private Sub KbbxRestore(ByVal mode As Long)
    On Error Resume Next
    Application.EnableCancelKey = xlInterrupt
    Application.ScreenUpdating = True
    Application.DisplayAlerts = True
    Application.EnableEvents = True
    Application.StatusBar = False
    If mode <> 0 Then Application.Calculation = mode
End Sub
