#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs `swift test` and, where tests fail, says at the end which did and why: they run side by side, so that the first
# words of a failure are thousands of lines away from the last line.
#
# Usage: test.sh [OPTION of swift test]...
set -uo pipefail
cd "$(dirname "$0")/.."

log=.build/test.log
mkdir -p .build
swift test "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
if [ "$status" != 0 ]; then
    printf '\nWhat failed (all of it is in %s):\n\n' "$log"
    # An issue, and the lines that belong to it.
    awk '/^(◇|✔|✘)/ { shown = 0 } /recorded an issue|error:|[Ff]atal error/ { shown = 1 } shown' "$log" | tail -n 400
fi
exit "$status"
