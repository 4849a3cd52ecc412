#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What the CI recipes beside this file run: certifies a registry and leaves the reports in a folder.
#
#   STET_REGISTRY   host[:port] or URL; empty: a registry that this script starts, for a try
#   STET_REQUIRE    the level that must be reached (sealed; none with a baseline, which then decides alone)
#   STET_PROFILE    how the registry says no (strict)
#   STET_REPORT     the folder of the reports (certify-report)
#   STET_USERS      a file of further users, whose passwords are in variables or files that it names (none)
#   STET_BASELINE   a report.json of an earlier run: nothing may be worse than it (none)
#   STET_ARGUMENTS  further arguments of stet certify, split at blanks: --immutable PREFIX, --yes, …
#
# The exit status is that of "stet certify".
set -euo pipefail

report=${STET_REPORT:-certify-report}
arguments=(--profile "${STET_PROFILE:-strict}" --report "$report")
[ -z "${STET_REQUIRE:-}" ] || arguments+=(--require "$STET_REQUIRE")
[ -z "${STET_BASELINE:-}" ] || arguments+=(--baseline "$STET_BASELINE")
# shellcheck disable=SC2206 # split on purpose
arguments+=(${STET_ARGUMENTS:-})
[ -z "${STET_USERS:-}" ] || arguments+=(--users "$STET_USERS")
[ -z "${STET_REGISTRY:-}" ] || arguments+=("$STET_REGISTRY")

status=0
stet certify "${arguments[@]}" || status=$?

if [ -f "$report/summary.md" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    cat "$report/summary.md" >> "$GITHUB_STEP_SUMMARY"
fi
exit "$status"
