#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Fetches clients that a later Debian has and this one lacks, for the tests that push, build and judge with them, into
# .build/peers/PACKAGE. Neither the machine's sources nor its packages change.
#
# Usage: newer-peers.sh              fetches what is missing, names what cannot be had, and ends with 0 all the same
#        newer-peers.sh --missing    only names what is missing
set -euo pipefail
cd "$(dirname "$0")/.."

release=forky
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
peers=$PWD/.build/peers
# Each package with a program of its own.
programs=(oras/usr/bin/oras crane/usr/bin/crane docker-cli/usr/bin/docker docker.io/usr/sbin/dockerd
    docker-buildx/usr/libexec/docker/cli-plugins/docker-buildx qemu-user/usr/bin/qemu-aarch64)

missing() {
    local program
    for program in "${programs[@]}"; do
        [ -x "$peers/$program" ] || echo "$program"
    done
}

# A Debian of its own, with nothing installed and no other source.
apt() {
    apt-get -qq -o Dir::Etc::sourcelist="$work/sources" -o Dir::Etc::sourceparts=- -o Dir::State="$work/state" \
        -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root \
        -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=20 "$@"
}

fetch() {
    local program package
    mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial"
    : > "$work/status"
    echo "deb [signed-by=$keyring] http://deb.debian.org/debian $release main" > "$work/sources"
    apt update --error-on=any || return
    for program in $(missing); do
        package=${program%%/*}
        (cd "$work" && apt download "$package") && dpkg-deb -x "$work/$package"_*.deb "$work/$package" || continue
        # One that was built for a later C library does not start here.
        "$work/$program" --help > /dev/null || continue
        # Of its emulators one is needed; all of them are half a gigabyte.
        [ "$package" != qemu-user ] || find "$work/$package" -name 'qemu-*' -type f ! -name "${program##*/}" -delete
        rm -rf "${peers:?}/$package"
        mv "$work/$package" "$peers/$package"
    done
}

[ -n "$(missing)" ] || exit 0
if [ "${1-}" != --missing ]; then
    echo "setup: fetching clients of Debian $release: $(missing | sed 's|/.*||' | paste -s -d ' ')"
    mkdir -p "$peers"
    work=$(mktemp -d "$peers/fetch-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    fetch 2> "$work/errors" || true
    if [ -n "$(missing)" ]; then sed 's/^/setup: /' "$work/errors" >&2; fi
fi
for program in $(missing); do
    echo "not tested with ${program%%/*}: it is missing in .build/peers (Scripts/newer-peers.sh fetches it)" >&2
done
