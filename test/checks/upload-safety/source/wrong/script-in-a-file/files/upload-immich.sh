#!/usr/bin/env bash
files=("$HOME"/Photos/*)
bunx @immich/cli@2.5.6 upload "${files[@]}"
status=$?
if [ "$status" -eq 0 ]; then
  for file in "${files[@]}"; do
    rm -f -- "$file" # wrong: upload-safety
  done
fi
rm -f "$LOCK"
