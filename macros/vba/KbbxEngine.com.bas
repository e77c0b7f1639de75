Attribute VB_Name = "KbbxEngine"
Option Explicit

' The way to Python, quiet variant: a COM server of our own, registered for the user by the installer.

Public Const ENGINE_ERROR As String = "KbbxEngine"

Private m_python As Object

' The Python side: CallUDF, SetAttr, Module, Exec. The server lives as long as this reference.
Public Function KbbxPy() As Object
    If Not KbbxAlive() Then Set m_python = CreateObject("Kbbx.Addin")
    Set KbbxPy = m_python
End Function

Private Function KbbxAlive() As Boolean
    If m_python Is Nothing Then Exit Function
    On Error Resume Next
    KbbxAlive = m_python.Bool(True)
End Function
