#!/bin/sh
# Writes the Swift file that says which commit a build is of: stamp.sh PACKAGE OUTPUT
#
# The commit is that of the package's own repository. An archive unpacked within somebody else's has none: there its
# Package.swift is not tracked. Files in results/ are what the program writes, and no change of its source. Untracked files are
# listed, never read.
set -u
package=$1
output=$2

# A hook's variables would name another repository, and settings given by variables change what git prints.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX GIT_OBJECT_DIRECTORY GIT_COMMON_DIR GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS
unset GIT_LITERAL_PATHSPECS GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_ICASE_PATHSPECS GIT_TRACE

# A git that does not end, as on a file system that hangs, is no reason for a build not to.
limit=
if command -v timeout >/dev/null; then limit="timeout ${UNROLL_PROGRAM_TIMEOUT:-60}"; fi

repository() {
  LC_ALL=C $limit git --no-optional-locks -c core.fsmonitor=false -c status.branch=false -c status.showStash=false \
    -c core.quotePath=true -C "$package" "$@" 2>/dev/null </dev/null
}

commit=unknown
changes=nil
if files=$(repository ls-files --error-unmatch Package.swift) &&
  state=$(repository status --porcelain=v2 --branch --untracked-files=normal --no-renames --ignore-submodules=none \
    -- . ':(exclude)results'); then
  # Lines of git's format alone: what else is printed is no answer.
  found=no
  while IFS= read -r line; do if [ "$line" = Package.swift ]; then found=yes; fi; done <<EOF
$files
EOF
  changed=false
  while IFS= read -r line; do
    case $line in
      '# branch.oid '*) commit=${line#'# branch.oid '} ;;
      '1 '[.A-Z][.A-Z]' '* | '2 '[.A-Z][.A-Z]' '* | 'u '[.A-Z][.A-Z]' '* | '? '*) changed=true ;;
    esac
  done <<EOF
$state
EOF
  # It becomes a part of a program.
  case $commit in
    *[!0-9a-f]*) found=no ;;
  esac
  case $found,${#commit} in
    yes,40 | yes,64) changes=$changed ;;
    *) commit=unknown ;;
  esac
fi

text="@inline(never) func stampedCommit() -> String { \"$commit\" }
@inline(never) func stampedChanges() -> Bool? { $changes }"
mkdir -p "$output" || exit 1
file=$output/Stamp.swift
if [ "$(cat "$file" 2>/dev/null)" != "$text" ]; then
  printf '%s\n' "$text" >"$file.new" && mv "$file.new" "$file"
fi
