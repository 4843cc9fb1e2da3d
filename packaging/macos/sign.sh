#!/usr/bin/env bash
# Signs the bundle, the innermost first, for the hardened runtime.
#   sign.sh APP IDENTITY        IDENTITY "-" signs for this computer only
set -euo pipefail

app=$1
identity=$2
entitlements=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/entitlements.plist

options=(--force --sign "$identity")
if [[ $identity != "-" ]]; then
  options+=(--options runtime --timestamp)
fi

# Libraries by themselves: --deep would give them the program's entitlements. Qt's frameworks are
# signed as bundles, after what is in them.
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
  xargs -0 codesign "${options[@]}"
find "$app/Contents" -depth -type d -name '*.framework' -print0 |
  while IFS= read -r -d '' framework; do
    codesign "${options[@]}" "$framework"
  done
find "$app/Contents/MacOS" -type f -perm -u+x ! -name '*.dylib' ! -name '*.so' -print0 |
  xargs -0 codesign "${options[@]}" --entitlements "$entitlements"
codesign "${options[@]}" --entitlements "$entitlements" "$app"
codesign --verify --deep --strict --verbose=2 "$app"
