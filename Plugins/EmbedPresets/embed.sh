#!/bin/sh
# Writes a Swift file that holds experiment files: embed.sh OUTPUT FILE…
set -eu
output=$1
shift
{
  echo 'func embeddedPresets() -> [(name: String, text: String)] {'
  echo '    ['
  for file; do
    name=${file##*/}
    printf '("%s", ##"""\n' "${name%.yaml}"
    cat "$file"
    printf '\n"""##),\n'
  done
  echo '    ]'
  echo '}'
} >"$output"
