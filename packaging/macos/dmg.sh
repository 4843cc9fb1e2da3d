#!/usr/bin/env bash
# Puts the bundle into a disk image, beside a link to the folder it is to be dragged into.
#   dmg.sh APP OUTPUT.dmg
set -euo pipefail

app=$1
output=$2
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

ditto "$app" "$stage/$(basename "$app")"
ln -s /Applications "$stage/Applications"
hdiutil create -volname "ESD Desktop" -srcfolder "$stage" -fs HFS+ -format UDZO -ov "$output"
hdiutil verify "$output"
