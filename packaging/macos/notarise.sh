#!/usr/bin/env bash
# Has Apple look at a signed disk image, and staples what came of it.
#   NOTARY_KEY=FILE.p8 NOTARY_KEY_ID=… NOTARY_ISSUER=… notarise.sh IMAGE.dmg
set -euo pipefail

image=$1

answer=$(xcrun notarytool submit "$image" --wait --timeout 30m --output-format json \
  --key "$NOTARY_KEY" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER")
echo "$answer"
id=$(plutil -extract id raw -o - - <<<"$answer")
status=$(plutil -extract status raw -o - - <<<"$answer")
if [[ $status != "Accepted" ]]; then
  # What Apple found is in its log only.
  xcrun notarytool log "$id" \
    --key "$NOTARY_KEY" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER"
  exit 1
fi
xcrun stapler staple "$image"
xcrun stapler validate "$image"
spctl --assess --type open --context context:primary-signature --verbose=2 "$image"
