# 安装控辍保学加载项：解除锁定，检查系统，其余由 setup.py 完成。不需要管理员权限，不连网。
# -Com：改用安静方式（自己的 COM 服务），标准方式被杀毒软件拦截时用。
param([switch]$Com)
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$python = Join-Path $here 'python\python.exe'

if ([Environment]::OSVersion.Version.Major -lt 10) {
    Write-Host '没有安装：需要 Windows 10 或更新版本。填表不用安装，用 Excel 或 WPS 直接填即可。'
    exit 1
}
if (-not [Environment]::Is64BitOperatingSystem) {
    Write-Host '没有安装：需要 64 位的 Windows。填表不用安装，用 Excel 或 WPS 直接填即可。'
    exit 1
}
if (-not (Test-Path -LiteralPath $python)) {
    Write-Host '没有安装：缺少 python\python.exe。请先把整个压缩包解压到一个文件夹，再双击 install.cmd。'
    exit 1
}
Get-ChildItem -LiteralPath $here -Recurse -Force | Where-Object { -not $_.PSIsContainer } |
    ForEach-Object { Unblock-File -LiteralPath $_.FullName }

$arguments = @('-X', 'utf8', (Join-Path $here 'setup.py'), 'install')
if ($Com) { $arguments += '--com' }
& $python $arguments
exit $LASTEXITCODE
