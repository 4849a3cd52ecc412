#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs the Debian packages that building, testing and the demo need, if they are missing.
set -euo pipefail

build=(libcurl4-openssl-dev libarchive-dev libisal-dev libzstd-dev libsqlite3-dev zlib1g-dev pkg-config)
containers=(runc crun fuse-overlayfs netavark aardvark-dns uidmap iproute2 iptables)
peers=(skopeo umoci buildah podman docker-registry nginx-light openssl busybox-static hyperfine curl git python3 zstd
    attr libarchive-tools isal time python3-jsonschema python3-yaml python3-venv docker.io debootstrap faketime
    bsdutils gcc libc6-dev python3-pip python3-setuptools python3-html5lib jq)

if ! command -v swift > /dev/null; then
    echo "setup: Swift 6.3 is not on PATH; install it from https://www.swift.org/install/linux/" >&2
    exit 1
fi

missing=()
for package in "${build[@]}" "${containers[@]}" "${peers[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q '^install ok installed$' || missing+=("$package")
done
# Programs of PyPI, each in an environment of its own: .build/NAME/bin/PROGRAM, in the version of NAME-requirements.txt.
install_python() {
    local place=.build/$1
    [ -x "$place/bin/$2" ] && return
    python3 -m venv "$place" && "$place/bin/pip" install -q -r "Scripts/$1-requirements.txt"
}
fetch_peers() {
    # Amazon's API as moto imitates it, for the tests of `certify --setup ecr`.
    install_python moto moto_server
    # The schemas that vendors publish for the files of their CI systems.
    install_python recipes check-jsonschema
    Scripts/newer-peers.sh
    Scripts/debian-root.sh
}
if [ ${#missing[@]} -eq 0 ]; then
    fetch_peers
    exit 0
fi

echo "setup: installing ${missing[*]}"
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
# docker-registry and docker.io come with services that nobody asked for: tests start their own.
policy=/usr/sbin/policy-rc.d
made_policy=
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" > /dev/null
    "${as_root[@]}" chmod 755 "$policy"
    made_policy=yes
fi
finish() { [ -z "$made_policy" ] || "${as_root[@]}" rm -f "$policy"; }
trap finish EXIT
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    > /dev/null
fetch_peers
echo "setup: done"
