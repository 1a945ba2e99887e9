#!/bin/sh
# setup.sh FOLDER: installs the client there as the lock file says, unless it is there already.
set -eu

here=$(dirname "$0")
folder=$1
if cmp -s "$here/package-lock.json" "$folder/installed.json"; then
  cp "$here"/*.mjs "$folder/"
  exit 0
fi
rm -rf "$folder"
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$folder/"
(cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts --loglevel error)
cp "$here"/*.mjs "$folder/"
cp "$here/package-lock.json" "$folder/installed.json"
