@echo off
rem Install the kbbx add-in for this user. ASCII only; Chinese is said by install.ps1 through Unicode calls,
rem so the code page of this window does not matter and is left alone.
powershell.exe -NoProfile -ExecutionPolicy Bypass -File "%~dp0install.ps1" %*
pause
