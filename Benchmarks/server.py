#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures stet serve beside Debian's docker-registry: server.py STET FOLDER.

The same clients (wrk, curl) put the same load on both, in one run; rows in Markdown go to standard output. It needs
wrk, curl and docker-registry, and 4 GB in FOLDER. BENCH_SECONDS is how long each load lasts.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request

STET, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
STARTS = 7
UPLOAD_BYTES = 1 << 30
KIND = "application/vnd.oci.image.manifest.v1+json"

# Each thread of wrk has its own tags; each answer that is not 2xx is counted by wrk itself.
TAGS = """
local threads = 0
function setup(thread) thread:set("number", threads); threads = threads + 1 end
function init() count = 0; tag = "%s-" .. number .. "-" end
function request()
    count = count + 1
    return wrk.format("PUT", "/v2/bench/manifests/" .. tag .. count, {["Content-Type"] = "%s"}, [[%s]])
end
"""


class Registry:
    """One of the registries, with a folder of its own."""

    def __init__(self, name, port):
        self.name, self.address = name, f"127.0.0.1:{port}"
        self.data = FOLDER / name
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True)
        self.process = None

    def command(self):
        if self.name == "stet":
            return [STET, "serve", "--listen", self.address, "--data", str(self.data)]
        file = FOLDER / "docker-registry.yml"
        file.write_text(
            "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
            f"storage: {{filesystem: {{rootdirectory: {self.data}}}, delete: {{enabled: true}}}}\n"
            f'http: {{addr: "{self.address}"}}\n')
        return ["docker-registry", "serve", str(file)]

    def start(self):
        """Seconds from the call to the first answer."""
        begin = time.monotonic()
        self.process = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://{self.address}/v2/"):
                    return time.monotonic() - begin
            except OSError:
                time.sleep(0.001)
        raise SystemExit(f"bench: {self.name} does not start: {' '.join(self.command())}")

    def stop(self):
        """What it did: the most memory that was resident, in MB, and seconds of the processor."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1000
        self.process.send_signal(signal.SIGTERM)
        _, _, usage = os.wait4(self.process.pid, 0)
        return peak, usage.ru_utime + usage.ru_stime

    def send(self, method, path, body=b"", kind="application/octet-stream"):
        request = urllib.request.Request(
            f"http://{self.address}{path}", body, {"Content-Type": kind}, method=method)
        with urllib.request.urlopen(request) as answer:
            return answer

    def push(self, blob):
        location = self.send("POST", "/v2/bench/blobs/uploads/").headers["Location"]
        if location.startswith("/"):
            location = f"http://{self.address}{location}"
        mark = "&" if "?" in location else "?"
        self.send("PUT", f"{location}{mark}digest={digest(blob)}".split(self.address, 1)[1], blob)
        return digest(blob)

    def wrk(self, path, clients, script=None):
        """Answers a second; ends the run when more than a few were errors."""
        more = ["-s", str(script)] if script else []
        text = subprocess.check_output(
            ["wrk", "-t", str(min(2, clients)), "-c", str(clients), "-d", f"{SECONDS}s", "-H", f"Accept: {KIND}", *more,
             f"http://{self.address}{path}"], text=True)
        errors = sum(int(count) for count in re.findall(r"Non-2xx or 3xx responses: (\d+)", text))
        if errors * 100 > int(re.search(r"(\d+) requests in", text)[1]) or "Socket errors" in text:
            raise SystemExit(f"bench: {self.name} {path}:\n{text}")
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
        print(f"{self.name}: {path[:24]} x {clients}: {rate:.0f} a second", file=sys.stderr)
        return rate

    def upload(self, file, name):
        """Seconds for one POST and one PUT of a file."""
        location = self.send("POST", "/v2/bench/blobs/uploads/").headers["Location"]
        url = location if location.startswith("http") else f"http://{self.address}{location}"
        mark = "&" if "?" in url else "?"
        begin = time.monotonic()
        subprocess.run(
            ["curl", "-s", "-f", "-o", "/dev/null", "-T", str(file), "-H", "Content-Type: application/octet-stream",
             f"{url}{mark}digest={name}"], check=True)
        return time.monotonic() - begin


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def manifest(config, layer):
    return json.dumps({
        "schemaVersion": 2, "mediaType": KIND,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest(config), "size": len(config)},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest(layer), "size": len(layer)}],
    }).encode()


def big_file():
    """A file of random bytes, with its digest."""
    file = FOLDER / "upload"
    state = hashlib.sha256()
    with file.open("wb") as out:
        for _ in range(UPLOAD_BYTES >> 20):
            piece = os.urandom(1 << 20)
            state.update(piece)
            out.write(piece)
    return file, "sha256:" + state.hexdigest()


def measure(registry, layer, upload):
    """Name of the work, unit, value, whether more is better."""
    try:
        return rows_of(registry, layer, upload)
    finally:
        if registry.process.poll() is None:
            registry.process.kill()
            registry.process.wait()


def rows_of(registry, layer, upload):
    rows = [("start to the first answer", "ms", statistics.median(starts(registry)) * 1000, False)]
    registry.start()
    config = b"{}"
    for blob in (config, layer):
        registry.push(blob)
    image = manifest(config, layer)
    registry.send("PUT", "/v2/bench/manifests/first", image, KIND)
    for clients in (1, 8, 64):
        script = FOLDER / "tags.lua"
        script.write_text(TAGS % (f"c{clients}", KIND, image.decode()))
        rows.append((f"PUT of a new tag, {clients} at once", "1/s", registry.wrk("/", clients, script), True))
    for clients in (1, 8, 64):
        path = f"/v2/bench/manifests/{digest(image)}"
        rows.append((f"GET of a manifest, {clients} at once", "1/s", registry.wrk(path, clients), True))
    rate = registry.wrk(f"/v2/bench/blobs/{digest(layer)}", 8) * len(layer) / 1e6
    rows.append(("GET of a blob of 1 MiB, 8 at once", "MB/s", rate, True))
    rows.append(("upload of 1 GiB, POST and PUT", "s", registry.upload(*upload), False))
    peak, cpu = registry.stop()
    rows.append(("most memory in all this", "MB", peak, False))
    rows.append(("time of the processor in all this", "s", cpu, False))
    return rows


def starts(registry):
    times = []
    for _ in range(STARTS):
        times.append(registry.start())
        registry.stop()
    return times


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    layer, upload = os.urandom(1 << 20), big_file()
    ours, peers = (measure(Registry(name, port), layer, upload) for name, port in [("stet", 5993), ("docker-registry", 5994)])
    print(f"""
## The registry

`stet serve` beside Debian's docker-registry, the same clients (wrk, curl) for both, {SECONDS} s for each load. Both wait
for the disk before they answer a PUT: docker-registry with seven calls of fsync for each tag, stet with one for all the tags
that came while the last one lasted.

| Work of the registry | stet | docker-registry | stet is |
|---|---|---|---|""")
    for (work, unit, mine, more), (_, _, theirs, _) in zip(ours, peers):
        ratio = mine / theirs if more else theirs / mine
        print(f"| {work} | {mine:,.0f} {unit} | {theirs:,.0f} {unit} | {ratio:.1f} x |" if mine >= 100
              else f"| {work} | {mine:.2f} {unit} | {theirs:.2f} {unit} | {ratio:.1f} x |")


main()
