#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What the CI recipes beside this file run: certifies a registry and leaves the reports in a folder.
#
#   STET_REGISTRY   host[:port] or URL; empty: a registry that this script starts, for a try
#   STET_REQUIRE    the level that must be reached (sealed)
#   STET_PROFILE    how the registry says no (strict)
#   STET_REPORT     the folder of the reports (certify-report)
#   STET_USERS      a file of further users, whose passwords are in variables or files that it names (none)
#   STET_BASELINE   a report.json of an earlier run: nothing may be worse than it (none)
#   STET_ARGUMENTS  further arguments of stet certify, split at blanks: --immutable PREFIX, --yes, …
#
# The exit status is that of "stet certify", or of "stet certify diff" where that one is worse.
set -euo pipefail

report=${STET_REPORT:-certify-report}
arguments=(--require "${STET_REQUIRE:-sealed}" --profile "${STET_PROFILE:-strict}" --report "$report")
# shellcheck disable=SC2206 # split on purpose
arguments+=(${STET_ARGUMENTS:-})
[ -z "${STET_USERS:-}" ] || arguments+=(--users "$STET_USERS")
[ -z "${STET_REGISTRY:-}" ] || arguments+=("$STET_REGISTRY")

status=0
stet certify "${arguments[@]}" || status=$?

if [ -f "$report/summary.md" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    cat "$report/summary.md" >> "$GITHUB_STEP_SUMMARY"
fi
if [ -n "${STET_BASELINE:-}" ] && [ -f "$report/report.json" ]; then
    stet certify diff "$STET_BASELINE" "$report/report.json" || status=$((status > 0 ? status : $?))
fi
exit "$status"
