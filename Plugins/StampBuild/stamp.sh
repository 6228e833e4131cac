#!/bin/sh
# Writes the Swift file that says which commit a build is of: stamp.sh PACKAGE OUTPUT
#
# The commit is that of the package's own repository. An archive unpacked within somebody else's has none: there its
# Package.swift is not tracked. Files in results/ are what the program writes, and no change of its source. Untracked files are
# listed, never read.
set -u
package=$1
output=$2

# A hook's variables would name another repository.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX GIT_OBJECT_DIRECTORY GIT_COMMON_DIR

repository() {
  LC_ALL=C git --no-optional-locks -c core.fsmonitor=false -C "$package" "$@" 2>/dev/null </dev/null
}

commit=unknown
changes=nil
if repository ls-files --error-unmatch Package.swift >/dev/null && head=$(repository rev-parse --verify HEAD) &&
  state=$(repository status --porcelain --untracked-files=normal -- . ':(exclude)results'); then
  commit=$head
  if [ -n "$state" ]; then changes=true; else changes=false; fi
fi

text="@inline(never) func stampedCommit() -> String { \"$commit\" }
@inline(never) func stampedChanges() -> Bool? { $changes }"
mkdir -p "$output" || exit 1
file=$output/Stamp.swift
if [ "$(cat "$file" 2>/dev/null)" != "$text" ]; then
  printf '%s\n' "$text" >"$file.new" && mv "$file.new" "$file"
fi
