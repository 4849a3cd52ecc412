#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Measures stet and its peers in one run and writes docs/benchmarks.md. Inputs and data are in BENCH_DIR
# (default: a temporary folder, removed at the end); it needs about 12 GB there. BENCH_RUNS is how often each is measured,
# BENCH_PARTS which parts of measure.py are.
set -euo pipefail
cd "$(dirname "$0")/.."

stet=$(realpath "$1")
missing=()
for program in hyperfine skopeo umoci buildah docker-registry docker.io:dockerd curl openssl wrk isal:igzip; do
    command -v "${program#*:}" > /dev/null || missing+=("${program%:*}")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "bench: installing ${missing[*]}"
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
fi
folder=${BENCH_DIR:-$(mktemp -d)}
[ -n "${BENCH_DIR:-}" ] || trap 'rm -rf "$folder"' EXIT
python3 Benchmarks/inputs.py "$folder/in"
python3 Benchmarks/measure.py "$stet" "$folder" docs/benchmarks.md
python3 Benchmarks/server.py "$stet" "$folder/server" >> docs/benchmarks.md
