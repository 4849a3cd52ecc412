#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A source file has at most 400 lines, a test file 600.
set -euo pipefail

faults=0
check() {
    while IFS= read -r file; do
        lines=$(wc -l < "$file")
        if [ "$lines" -gt "$2" ]; then
            echo "check-sizes: $file has $lines lines, more than $2" >&2
            faults=$((faults + 1))
        fi
    done < <(find "$1" -name '*.swift')
}
check Sources 400
check Tests 600
echo "check-sizes: $faults faults"
[ "$faults" -eq 0 ]
