#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every measurement with hyperfine and writes the report: measure.py STET FOLDER REPORT."""

import json
import os
import pathlib
import platform
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import time

from docker import Docker
from steps import Steps

STET, FOLDER, REPORT = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
RUNS = int(os.environ.get("BENCH_RUNS", "5"))
PORT = 5990
REGISTRY = f"127.0.0.1:{PORT}"
os.environ["XDG_DATA_HOME"] = str(FOLDER / "data")
os.environ["XDG_STATE_HOME"] = str(FOLDER / "state")
STORE = FOLDER / "data/stet/store"
# The store, the build cache and what was unpacked.
COLD = f"rm -rf {FOLDER}/data/stet"


def sh(command):
    subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def measure(command, prepare="true", runs=RUNS):
    """The median of the runs, the processor's time of one, and the largest resident memory of one more."""
    out = FOLDER / "hyperfine.json"
    subprocess.run(
        ["hyperfine", "--style", "none", "--runs", str(runs), "--prepare", prepare, "--export-json", str(out), command],
        check=True, stdout=subprocess.DEVNULL)
    result = json.loads(out.read_text())["results"][0]
    subprocess.run(prepare, shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process = subprocess.Popen(shlex.split(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"bench: status {status}: {command}")
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
limits = []
versions = []


def row(work, bar, ours, peers):
    """peers: name to measurement."""
    rows.append((work, bar, ours, peers))
    print(work, f"{ours['s']:.3f} s", {name: f"{peer['s']:.3f} s" for name, peer in peers.items()}, flush=True)


def limit(work, bar, ours, name, measured):
    """What a machine cannot be faster than, measured in the same run."""
    limits.append((work, bar, ours, name, measured))
    print(work, f"{ours['s']:.3f} s", {name: f"{measured['s']:.3f} s"}, flush=True)


def script(name, text):
    """A bash script as one command."""
    path = FOLDER / f"{name}.sh"
    path.write_text(f"set -e -o pipefail\n{text}\n")
    return f"bash {path}"


def pipe(context, name):
    """tar, SHA-256, igzip, SHA-256, side by side, as a layer needs them."""
    out = FOLDER / "pipe.gz"
    return script(f"pipe-{name}", f"""
        mkfifo {FOLDER}/a {FOLDER}/b
        openssl dgst -sha256 < {FOLDER}/a > /dev/null & openssl dgst -sha256 < {FOLDER}/b > /dev/null &
        tar --sort=name --numeric-owner -C {context} -cf - files | tee {FOLDER}/a | igzip -1 | tee {FOLDER}/b > {out}
        wait
        rm {FOLDER}/a {FOLDER}/b {out}""")


def memory():
    """A tree of 2 GiB into one layer: what is resident."""
    context = FOLDER / "in" / "m1"
    sh(f"mkdir -p {context}/files && cp -al {FOLDER}/in/w3/files {context}/files/a && "
       f"mkdir -p {context}/files/b && cp {FOLDER}/in/w3/files/* {context}/files/b/")
    (context / "Dockerfile").write_text("FROM scratch\nCOPY files /files\n")
    ours = measure(f"{STET} build -t bench/m1:1 {context}", COLD, runs=1)
    sh(f"rm -rf {context} && {COLD}")
    return ours


def builds():
    buildah = "buildah --storage-driver vfs --root {0}/buildah --runroot {0}/buildah-run".format(FOLDER)
    docker = Docker(FOLDER)
    versions.append(f"docker {docker.version.partition('+')[0]}")
    for name, title, bar in [
        ("w1", "one static binary", "1.7 x the best"), ("w2", "20,000 files", "4 x the best"),
        ("w3", "8 files of 128 MiB", "4 x buildah, 2 x docker"), ("w4", "3 stages, 4 RUN", "1.4 x the best"),
        ("w5", "50 layers of 1 MiB", "2 x the best"),
    ]:
        context = FOLDER / "in" / name
        ours = measure(f"{STET} build -t bench/{name}:1 {context}", COLD)
        warm = measure(f"{STET} build -t bench/{name}:1 {context}")
        peer = measure(
            f"{buildah} bud --isolation chroot -t oci:{FOLDER}/buildah-out:{name} {context}",
            f"rm -rf {FOLDER}/buildah {FOLDER}/buildah-run {FOLDER}/buildah-out")
        sh(f"rm -rf {FOLDER}/buildah {FOLDER}/buildah-run {FOLDER}/buildah-out")
        # docker build keeps layers as folders: it does not compress.
        daemon = measure(docker.build(name, context), docker.forget)
        row(f"{name.upper()} cold: {title}", bar, ours, {"buildah": peer, "docker build": daemon})
        row(f"{name.upper()} warm: the same build again", "1.5 x docker" if name == "w2" else "under 0.040 s", warm,
            {"docker build": measure(docker.build(name, context))})
    docker.stop()
    for name, title, bar in [("w2", "W2: the layer alone, gzip", "1.7"), ("w3", "W3: the layer alone, gzip", "3")]:
        context = FOLDER / "in" / name
        layout = FOLDER / "umoci"
        ours = measure(f"{STET} build -t bench/{name}:1 {context}", COLD)
        peer = measure(
            f"umoci insert --image {layout}:t {context}/files /files",
            f"rm -rf {layout} && umoci init --layout {layout} && umoci new --image {layout}:t")
        row(title, f"{bar} x umoci", ours, {"umoci insert": peer})
        limit(title, "1.3" if name == "w2" else "1.2", ours, "tar, SHA-256, igzip, SHA-256 in a pipe",
              measure(pipe(context, name)))
    files = " ".join(str(path) for path in sorted((FOLDER / "in/w3/files").iterdir()))
    igzip = measure(script("igzip", f"cat {files} | igzip -1 > {FOLDER}/igzip.gz; rm {FOLDER}/igzip.gz"))
    limit(title, "1.2", ours, "igzip alone", igzip)
    sh(f"rm -rf {FOLDER}/buildah {FOLDER}/buildah-run {FOLDER}/buildah-out {FOLDER}/umoci")


def layers(name):
    """The layers of one of our images: digest and file."""
    index = json.loads((STORE / "index.json").read_text())["manifests"]
    wanted = f"docker.io/bench/{name}:1"
    digest = next(m["digest"] for m in index if m["annotations"]["org.opencontainers.image.ref.name"] == wanted)
    blob = lambda digest: STORE / "blobs" / digest.replace(":", "/")
    return [(layer["digest"], blob(layer["digest"])) for layer in json.loads(blob(digest).read_text())["layers"]]


def four_at_once(name, function, calls):
    """A script that calls a function of bash with each of the arguments, four at once."""
    lines = [f"one() {{ {function}\n}}"]
    for number, arguments in enumerate(calls):
        lines.append(f"one {arguments} &")
        if number % 4 == 3:
            lines.append("wait")
    return script(name, "\n".join(lines + ["wait"]))


def curl_push(name):
    """curl's upload of the same blobs to the same registry: POST and PUT each, nothing hashed."""
    return four_at_once(f"curl-push-{name}", f"""
        url=$(curl -s -D - -o /dev/null -X POST http://{REGISTRY}/v2/limit/blobs/uploads/ | tr -d '\\r' | sed -n 's/^[Ll]ocation: //p')
        curl -s -f -o /dev/null -T "$2" -H 'Expect:' -H 'Content-Type: application/octet-stream' "$url&digest=$1" """,
        [f"{digest} {file}" for digest, file in layers(name)])


def curl_pull(name, out):
    """curl's download of the same blobs, each hashed on its way and made durable, as a layout needs them."""
    return four_at_once(f"curl-pull-{name}", f"""
        curl -s -f http://{REGISTRY}/v2/bench/{name}/blobs/$1 | tee {out}/$1 | openssl dgst -sha256 > /dev/null
        sync -d {out}/$1""", [digest for digest, _ in layers(name)])


def tags(registry):
    """1,000 tags on one image."""
    sh(f"{STET} build -t bench/w1:1 {FOLDER}/in/w1")
    names = FOLDER / "tags.txt"
    names.write_text("".join(f"t{number}\n" for number in range(1_000)))
    source, target = "bench/w1:1", f"{REGISTRY}/bench/tags"
    ours = measure(f"{STET} push --quiet store:{source} {target}:first --tags-from {names} --jobs 8", f"{registry.control} start")
    loop = script("skopeo-tags", "for n in $(seq 0 999); do skopeo copy -q --dest-tls-verify=false "
                  f"oci:{STORE}:docker.io/{source} docker://{target}:t$n; done")
    row("P3: 1,000 tags on one image", "one process", ours, {"skopeo in a loop": measure(loop, f"{registry.control} start", runs=1)})
    sh(f"{registry.control} start && {STET} push --quiet store:{source} {target}:first")
    manifest = FOLDER / "manifest.json"
    manifest.write_bytes(subprocess.check_output([STET, "inspect", "--raw", f"{target}:first"]))
    kind = json.loads(manifest.read_text())["mediaType"]
    config = FOLDER / "tags.curl"
    config.write_text("next\n".join(
        f'url = "http://{target.replace("/", "/v2/", 1)}/manifests/t{n}"\nupload-file = "{manifest}"\n'
        f'header = "Content-Type: {kind}"\noutput = "/dev/null"\n' for n in range(1_000)))
    limit("P3: 1,000 tags on one image", "the server's own rate", ours, "curl, 1,000 PUTs, 8 at once",
          measure(f"curl -s --parallel --parallel-max 8 -K {config}",
                  f"{registry.control} start && {STET} push --quiet store:{source} {target}:first"))


def transfers():
    registry = DockerRegistry()
    sh(COLD)
    fresh = f"{registry.control} start"
    for name, title, bar in [("p1", "P1: 1 GiB", "1.9"), ("p2", "P2: 50 x 10 MiB", "3")]:
        sh(f"{STET} build -t bench/{name}:1 {FOLDER}/in/{name}")
        push = f"{STET} push --quiet store:bench/{name}:1 {REGISTRY}/bench/{name}:1"
        skopeo = (
            f"skopeo copy --dest-tls-verify=false oci:{STORE}:docker.io/bench/{name}:1 docker://{REGISTRY}/bench/{name}:1")
        ours = measure(push, fresh)
        row(f"push {title}, fresh", f"{bar} x skopeo", ours, {"skopeo": measure(skopeo, fresh)})
        limit(f"push {title}, fresh", "", ours, "curl, the same blobs", measure(curl_push(name), fresh))
        sh(f"{fresh} && {push}")
        row(f"push {title}, nothing new", "under 0.030 s", measure(push), {"skopeo": measure(skopeo)})
        out = FOLDER / "out"
        pull = measure(f"{STET} pull --quiet {REGISTRY}/bench/{name}:1 oci:{out}:1", f"rm -rf {out}")
        peer = measure(f"skopeo copy --src-tls-verify=false docker://{REGISTRY}/bench/{name}:1 oci:{out}:1", f"rm -rf {out}")
        row(f"pull {title}", "1.5 x skopeo", pull, {"skopeo": peer})
        limit(f"pull {title}", "", pull, "curl, SHA-256 and sync in pipes",
              measure(curl_pull(name, out), f"rm -rf {out} && mkdir {out}"))
        sh(f"rm -rf {out}")
        sink(name, title)
    cancelled()
    tags(registry)
    registry.stop()


def sink(name, title):
    """The client's own share: a registry that throws everything away."""
    server = subprocess.Popen([sys.executable, str(pathlib.Path(__file__).with_name("sink.py")), str(PORT + 1)], stdout=subprocess.PIPE)
    server.stdout.readline()
    target = f"127.0.0.1:{PORT + 1}"
    upload = four_at_once(f"curl-sink-{name}", f"""
        curl -s -f -o /dev/null -T "$1" -H 'Expect:' -H 'Content-Type: application/octet-stream' http://{target}/v2/limit/blobs/uploads/1 """,
        [file for _, file in layers(name)])
    try:
        own.append((f"push {title} into a registry that keeps nothing",
                    measure(f"{STET} push --quiet store:bench/{name}:1 {target}/bench/{name}:1")))
        own.append((f"curl's upload of {title} to the same", measure(upload)))
    finally:
        server.terminate()
        server.wait()


def cancelled():
    """From Ctrl-C to the end of a push whose registry does not answer."""
    listener = socket.create_server(("127.0.0.1", 0))
    times = []
    for _ in range(RUNS):
        push = subprocess.Popen([STET, "push", "--quiet", "store:bench/p1:1", f"127.0.0.1:{listener.getsockname()[1]}/bench/p1:1"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        connection, _ = listener.accept()
        connection.recv(1)
        began = time.monotonic()
        push.send_signal(signal.SIGINT)
        _, _, usage = os.wait4(push.pid, 0)
        times.append(time.monotonic() - began)
        connection.close()
    listener.close()
    own.append(("Ctrl-C to the end, while an answer is awaited (under 0.100 s)",
                {"s": statistics.median(times), "cpu": usage.ru_utime + usage.ru_stime, "mb": usage.ru_maxrss / 1000}))


own = []


def debian():
    """The peers that are Debian's packages, with their versions."""
    packages = ["buildah", "skopeo", "umoci", "docker-registry"]
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${source:Upstream-Version}\n", *packages], check=True, capture_output=True, text=True)
    return [line.partition("+")[0] for line in answer.stdout.splitlines()]


def report():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    lines = [
        "# Benchmarks", "",
        "Written by `make bench`: stet and its peers in one run, medians by hyperfine. Absolute times belong to the",
        "machine; the ratios are what counts.", "",
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({cpu}), {RUNS} runs each.",
        f"Peers: {', '.join(versions + debian())}.", "",
        "| Work | stet s | peer s | ratio | to reach | stet CPU s | stet MB | peer MB |", "|---|---|---|---|---|---|---|---|"]
    for work, bar, ours, peers in rows:
        for name, peer in peers.items():
            lines.append(
                f"| {work} | {ours['s']:.3f} | {name} {peer['s']:.3f} | {peer['s'] / ours['s']:.1f} | {bar} | {ours['cpu']:.2f} "
                f"| {ours['mb']:.0f} | {peer['mb']:.0f} |")
    lines += [
        "", "## Limits", "", "What the same work takes without everything that makes it a registry's or a layer's, in the same run.",
        "", "| Work | stet s | limit | limit s | stet is | to reach |", "|---|---|---|---|---|---|"]
    for work, bar, ours, name, measured in limits:
        lines.append(
            f"| {work} | {ours['s']:.3f} | {name} | {measured['s']:.3f} | {ours['s'] / measured['s']:.1f} x the limit | {bar} |")
    lines += ["", "| The client's own share | s | CPU s | MB |", "|---|---|---|---|"]
    for work, ours in own:
        lines.append(f"| {work} | {ours['s']:.3f} | {ours['cpu']:.2f} | {ours['mb']:.0f} |")
    version = measure(f"{STET} --version")
    curl = measure("curl --version")
    lines += ["", f"`stet --version`: {version['s'] * 1000:.0f} ms; `curl --version`, which loads most of the same libraries: "
              f"{curl['s'] * 1000:.0f} ms."]
    notes = pathlib.Path(__file__).with_name("notes.md")
    if notes.exists():
        lines += ["", notes.read_text().rstrip()]
    REPORT.write_text("\n".join(lines) + "\n")


PARTS = {
    "builds": builds,
    "steps": lambda: Steps(STET, FOLDER, measure, lambda title, measured: own.append((title, measured))).all(),
    "memory": lambda: own.append(("a tree of 2 GiB into one layer", memory())),
    "transfers": transfers,
}
for part in os.environ.get("BENCH_PARTS", " ".join(PARTS)).split():
    PARTS[part]()
report()
print(f"wrote {REPORT}")
