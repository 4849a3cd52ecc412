#!/bin/sh
# Puts stet, its suite and the libraries that it needs into root/: context.sh PROGRAM [SUITE]
set -eu
program=$1
suite=${2:-$(dirname "$program")/conformance}
cd "$(dirname "$0")"
mkdir -p root/usr/bin root/tmp
cp "$program" root/usr/bin/stet
cp -R "$suite" root/usr/bin/conformance
ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "root$(dirname "$library")"
    cp -L "$library" "root$library"
done
