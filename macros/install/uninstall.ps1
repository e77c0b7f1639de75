# 卸载控辍保学加载项：setup.py 收回登记和文件，这里再删掉 python 文件夹和本文件。不动您的工作簿。
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$folder = Join-Path $here 'python'
$python = Join-Path $folder 'python.exe'

if (-not (Test-Path -LiteralPath (Join-Path $here 'installed.json'))) {
    Write-Host '这里没有安装记录。请运行安装位置（通常是 %LOCALAPPDATA%\kbbx 或 C:\kbbx）里的 uninstall.cmd。'
    exit 1
}
& $python '-X' 'utf8' (Join-Path $here 'setup.py') 'uninstall'
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }

Start-Sleep -Seconds 1
Set-Location -LiteralPath $env:TEMP
Remove-Item -LiteralPath $folder -Recurse -Force
if (-not (Get-ChildItem -LiteralPath $here -Force)) {
    Remove-Item -LiteralPath $here -Force -ErrorAction SilentlyContinue  # cmd may still stand in it
}
Write-Host '卸载完成。'
exit 0
