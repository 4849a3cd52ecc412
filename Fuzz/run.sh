#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Feeds every target for some seconds (default 60). What it finds is left in .build/fuzz/findings.

set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
scratch=.build/fuzz
export STET_FUZZ=1

status=0
for target in Template Alias Dockerfile; do
    swift build -c release --scratch-path "$scratch" --product "${target}Fuzz"
    corpus=${target,,}
    mkdir -p "$scratch/corpus/$corpus" "$scratch/findings"
    echo "== $target, $seconds s"
    # New inputs go to the first folder, the second is only read.
    "$scratch/release/${target}Fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="$scratch/findings/$corpus-" \
        "$scratch/corpus/$corpus" "Fuzz/Corpus/$corpus" || status=1
done
[ "$status" -eq 0 ] || echo "something was found: see $scratch/findings" >&2
exit "$status"
