#!/bin/sh
# setup.sh FOLDER: makes a Python environment with the clients in it, unless it is there already.
set -eu

here=$(dirname "$0")
folder=$1
if cmp -s "$here/requirements.txt" "$folder/installed.txt"; then
  exit 0
fi
rm -rf "$folder"
python3 -m venv "$folder"
"$folder/bin/python" -m pip install --disable-pip-version-check --quiet \
  -r "$here/requirements.txt"
cp "$here/requirements.txt" "$folder/installed.txt"
