#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every measurement with hyperfine and writes the report: measure.py STET FOLDER REPORT."""

import json
import os
import pathlib
import platform
import shlex
import subprocess
import sys
import time

STET, FOLDER, REPORT = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
RUNS = int(os.environ.get("BENCH_RUNS", "5"))
PORT = 5990
REGISTRY = f"127.0.0.1:{PORT}"
os.environ["XDG_DATA_HOME"] = str(FOLDER / "data")
os.environ["XDG_STATE_HOME"] = str(FOLDER / "state")
STORE = FOLDER / "data/stet/store"


def sh(command):
    subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def measure(command, prepare="true"):
    """The median of the runs, the processor's time of one, and the largest resident memory of one more."""
    out = FOLDER / "hyperfine.json"
    subprocess.run(
        ["hyperfine", "--style", "none", "--runs", str(RUNS), "--prepare", prepare, "--export-json", str(out), command],
        check=True, stdout=subprocess.DEVNULL)
    result = json.loads(out.read_text())["results"][0]
    subprocess.run(prepare, shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process = subprocess.Popen(shlex.split(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return {"s": result["median"], "cpu": result["user"] + result["system"], "mb": usage.ru_maxrss / 1000}


class DockerRegistry:
    """Debian's docker-registry; emptied by starting it anew."""

    configuration = FOLDER / "registry.yml"
    control = FOLDER / "registry.sh"

    def __init__(self):
        self.configuration.write_text(
            "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
            f"storage: {{filesystem: {{rootdirectory: {FOLDER}/registry}}}}\nhttp: {{addr: \"{REGISTRY}\"}}\n")
        self.control.write_text(
            "#!/bin/bash\n"
            f"if [ -f {FOLDER}/registry.pid ]; then kill $(cat {FOLDER}/registry.pid); "
            f"while kill -0 $(cat {FOLDER}/registry.pid) 2>/dev/null; do sleep 0.01; done; fi\n"
            f"rm -f {FOLDER}/registry.pid\nrm -rf {FOLDER}/registry\n"
            "[ \"$1\" = stop ] && exit 0\n"
            f"setsid docker-registry serve {self.configuration} > /dev/null 2>&1 & echo $! > {FOLDER}/registry.pid\n"
            f"until curl -s -o /dev/null http://{REGISTRY}/v2/; do sleep 0.01; done\n")
        self.control.chmod(0o755)

    def fresh(self):
        sh(f"{self.control} start")

    def stop(self):
        sh(f"{self.control} stop")


rows = []


def row(work, bar, ours, peers):
    """peers: name to measurement."""
    rows.append((work, bar, ours, peers))
    print(work, f"{ours['s']:.3f} s", {name: f"{peer['s']:.3f} s" for name, peer in peers.items()}, flush=True)


def builds():
    buildah = "buildah --storage-driver vfs --root {0}/buildah --runroot {0}/buildah-run".format(FOLDER)
    for name, title in [("w1", "W1 cold: one static binary"), ("w2", "W2 cold: 20,000 files"), ("w3", "W3 cold: 8 files of 128 MiB")]:
        context = FOLDER / "in" / name
        ours = measure(f"{STET} build -t bench/{name}:1 {context}", f"rm -rf {STORE}")
        peer = measure(
            f"{buildah} bud --isolation chroot -t oci:{FOLDER}/buildah-out:{name} {context}",
            f"rm -rf {FOLDER}/buildah {FOLDER}/buildah-run {FOLDER}/buildah-out")
        row(title, {"w1": "1.7", "w2": "4", "w3": "4"}[name] + " x buildah", ours, {"buildah": peer})
    for name, title, bar in [("w2", "W2: the layer alone, gzip", "1.7"), ("w3", "W3: the layer alone, gzip", "3")]:
        context = FOLDER / "in" / name
        layout = FOLDER / "umoci"
        ours = measure(f"{STET} build -t bench/{name}:1 {context}", f"rm -rf {STORE}")
        peer = measure(
            f"umoci insert --image {layout}:t {context}/files /files",
            f"rm -rf {layout} && umoci init --layout {layout} && umoci new --image {layout}:t")
        row(title, f"{bar} x umoci", ours, {"umoci insert": peer})
    sh(f"rm -rf {FOLDER}/buildah {FOLDER}/buildah-run {FOLDER}/buildah-out {FOLDER}/umoci")


def transfers():
    registry = DockerRegistry()
    sh(f"rm -rf {STORE}")
    fresh = f"{registry.control} start"
    for name, title, bar in [("p1", "P1: 1 GiB", "1.9"), ("p2", "P2: 50 x 10 MiB", "3")]:
        sh(f"{STET} build -t bench/{name}:1 {FOLDER}/in/{name}")
        push = f"{STET} push store:bench/{name}:1 {REGISTRY}/bench/{name}:1"
        skopeo = (
            f"skopeo copy --dest-tls-verify=false oci:{STORE}:docker.io/bench/{name}:1 docker://{REGISTRY}/bench/{name}:1")
        row(f"push {title}, fresh", f"{bar} x skopeo", measure(push, fresh), {"skopeo": measure(skopeo, fresh)})
        row(f"push {title}, nothing new", "under 0.030 s", measure(push), {"skopeo": measure(skopeo)})
        out = FOLDER / "out"
        pull = measure(f"{STET} pull {REGISTRY}/bench/{name}:1 oci:{out}:1", f"rm -rf {out}")
        peer = measure(f"skopeo copy --src-tls-verify=false docker://{REGISTRY}/bench/{name}:1 oci:{out}:1", f"rm -rf {out}")
        row(f"pull {title}", "1.5 x skopeo", pull, {"skopeo": peer})
        sh(f"rm -rf {out}")
    registry.stop()


def report():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    lines = [
        "# Benchmarks", "",
        "Written by `make bench`: stet and its peers in one run, medians by hyperfine. Absolute times belong to the",
        "machine; the ratios are what counts.", "",
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({cpu}), {RUNS} runs each.", "",
        "| Work | stet s | peer s | ratio | to reach | stet CPU s | stet MB | peer MB |", "|---|---|---|---|---|---|---|---|"]
    for work, bar, ours, peers in rows:
        for name, peer in peers.items():
            lines.append(
                f"| {work} | {ours['s']:.3f} | {name} {peer['s']:.3f} | {peer['s'] / ours['s']:.1f} | {bar} | {ours['cpu']:.2f} "
                f"| {ours['mb']:.0f} | {peer['mb']:.0f} |")
    version = measure(f"{STET} --version")
    lines += ["", f"`stet --version`: {version['s'] * 1000:.0f} ms."]
    notes = pathlib.Path(__file__).with_name("notes.md")
    if notes.exists():
        lines += ["", notes.read_text().rstrip()]
    REPORT.write_text("\n".join(lines) + "\n")


builds()
transfers()
report()
print(f"wrote {REPORT}")
