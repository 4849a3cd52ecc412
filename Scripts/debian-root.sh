#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Makes a root file system of Debian 12 for the tests that build programs on it, with debootstrap, as
# .build/peers/debian/root.tar. It needs root and Debian's archive, and is made once.
#
# Usage: debian-root.sh              makes it where it is missing, says why it cannot, and ends with 0 all the same
#        debian-root.sh --missing    only says that it is missing
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$PWD/.build/peers/debian
root=$folder/root.tar

# What an image of Debian leaves out, its dpkg need not do (wait for the disk), and it must not have of this machine.
without=(usr/share/doc usr/share/info usr/share/locale usr/share/man)
configure() {
    local name
    {
        echo force-unsafe-io
        printf 'path-exclude=/%s/*\n' "${without[@]}"
    } > "$work/root/etc/dpkg/dpkg.cfg.d/image"
    for name in hostname hosts resolv.conf; do : > "$work/root/etc/$name"; done
}

# In a mount namespace: what debootstrap mounts is gone when it is, however it ends.
make_root() {
    DPKG_FORCE=unsafe-io unshare --mount debootstrap --variant=minbase bookworm "$work/root" \
        http://deb.debian.org/debian &&
        configure &&
        find "${without[@]/#/$work/root/}" -mindepth 1 -delete &&
        find "$work/root"/{var/cache/apt,var/lib/apt/lists,var/log,dev,run,tmp} -mindepth 1 -not -type d -delete &&
        tar --sort=name --numeric-owner -C "$work/root" -cf "$work/root.tar" . &&
        mv "$work/root.tar" "$root"
}

[ ! -e "$root" ] || exit 0
reason="Scripts/debian-root.sh makes it"
if [ "$(id -u)" -ne 0 ]; then
    reason="only root can make it, with Scripts/debian-root.sh"
elif [ "${1-}" != --missing ]; then
    echo "setup: making a root file system of Debian 12"
    mkdir -p "$folder"
    work=$(mktemp -d "$folder/make-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    make_root > "$work/log" 2>&1 || tail -n 5 "$work/log" | sed 's/^/setup: /' >&2
fi
[ -e "$root" ] || echo "not tested with programs on Debian: .build/peers/debian/root.tar is missing ($reason)" >&2
