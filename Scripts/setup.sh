#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs the Debian packages that building, testing and the demo need, if they are missing.
set -euo pipefail

build=(libcurl4-openssl-dev libarchive-dev libisal-dev libzstd-dev libsqlite3-dev zlib1g-dev pkg-config)
containers=(runc crun fuse-overlayfs netavark aardvark-dns uidmap iproute2 iptables)
peers=(skopeo umoci buildah podman docker-registry nginx-light openssl busybox-static hyperfine curl git python3 zstd
    attr libarchive-tools isal time python3-jsonschema python3-yaml python3-venv docker.io debootstrap faketime
    bsdutils gcc libc6-dev python3-pip python3-setuptools)

if ! command -v swift > /dev/null; then
    echo "setup: Swift 6.3 is not on PATH; install it from https://www.swift.org/install/linux/" >&2
    exit 1
fi

missing=()
for package in "${build[@]}" "${containers[@]}" "${peers[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q '^install ok installed$' || missing+=("$package")
done
# Amazon's API as moto imitates it, for the tests of `certify --setup ecr`.
install_moto() {
    local moto=.build/moto
    [ -x "$moto/bin/moto_server" ] && return
    python3 -m venv "$moto" && "$moto/bin/pip" install -q -r Scripts/moto-requirements.txt
}
if [ ${#missing[@]} -eq 0 ]; then
    install_moto
    Scripts/newer-peers.sh
    Scripts/debian-root.sh
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
install_moto
Scripts/newer-peers.sh
Scripts/debian-root.sh
echo "setup: done"
