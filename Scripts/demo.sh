#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The whole path in four steps. Everything it writes is in a folder of its own, removed at the end.
set -euo pipefail

stet=$(realpath "$1")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
export XDG_DATA_HOME="$root/data" XDG_CACHE_HOME="$root/cache" XDG_STATE_HOME="$root/state" XDG_CONFIG_HOME="$root/config"

context="$root/hello-world"
cp -R tasks/hello-world "$context"
mkdir -p "$context/bin"
cp /bin/busybox "$context/bin/busybox"

step() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
show() { printf '$ stet %s\n' "$*"; "$stet" "$@"; }

step "1. build an image and push it: the first push of a tag succeeds"
show run -f "$context/task.yaml" --id 1 "$context"

step "2. other content, the same id: refused, because a published tag stands"
greeting=$(find "$context" -name 'greeting*' -type f | head -n 1)
cp "$greeting" "$root/greeting"
echo "something else" >> "$greeting"
if show run -f "$context/task.yaml" --id 1 "$context"; then
    echo "demo: the second push must be refused" >&2
    exit 1
fi

step "3. the first content again: this very image is already published"
cp -p "$root/greeting" "$greeting"
show run -f "$context/task.yaml" --id 1 "$context"

step "4. certify the registry"
show certify --report "$root/report"
ls -l "$root/report"
