#!/bin/sh
# Writes a Swift file with the texts of others: embed.sh OUTPUT FILE…
#
# Each becomes a constant named like the file, with the hash by which a page's policy lets its script run.
set -eu
output=$1
shift
{
  for file; do
    name=$(basename "$file")
    hash=$(sha256sum "$file" | cut -c1-64 | tr a-f A-F | basenc --base16 --decode | base64)
    printf 'extension Asset {\n    static let %s = Asset(\n        hash: "%s",\n        text: ##"""\n' "${name%.*}" "$hash"
    cat "$file"
    printf '\n"""##)\n}\n'
  done
} >"$output.new"
mv "$output.new" "$output"
