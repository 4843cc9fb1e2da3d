# Signs files with the certificate that the release workflow unpacked, with a time stamp.
#   $env:PASSWORD = "…"; sign.ps1 FILE [FILE …]
param([Parameter(Mandatory, ValueFromRemainingArguments)] [string[]] $Files)
$ErrorActionPreference = "Stop"

$kits = "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe"
$signtool = Get-ChildItem $kits | Sort-Object { [version] $_.Directory.Parent.Name } | Select-Object -Last 1
if (-not $signtool) { throw "signtool.exe is not here: it comes with the Windows SDK." }

$certificate = Join-Path $env:RUNNER_TEMP "signing.pfx"
& $signtool.FullName sign /f $certificate /p $env:PASSWORD /fd SHA256 `
    /tr http://timestamp.digicert.com /td SHA256 /d "ESD Desktop" $Files
if ($LASTEXITCODE) { throw "signtool could not sign." }
& $signtool.FullName verify /pa /all $Files
if ($LASTEXITCODE) { throw "What was signed cannot be verified." }
