#!/usr/bin/env bash
# Puts the signing certificate into a keychain of its own, on a build machine that is thrown away.
#   CERTIFICATE=base64-of-p12 CERTIFICATE_PASSWORD=… keychain.sh KEYCHAIN
set -euo pipefail

keychain=$1
password=$(openssl rand -hex 24)
file=$(mktemp)
trap 'rm -f "$file"' EXIT

base64 --decode <<<"$CERTIFICATE" >"$file"
security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 21600 "$keychain"
security unlock-keychain -p "$password" "$keychain"
security import "$file" -f pkcs12 -k "$keychain" -P "$CERTIFICATE_PASSWORD" -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain" login.keychain
