# SPDX-License-Identifier: Apache-2.0
"""A Docker daemon of the benchmarks' own: called by measure.py.

It is the newer one that Scripts/newer-peers.sh fetched, or else Debian's docker.io.
"""

import json
import os
import pathlib
import subprocess
import time

PEERS = pathlib.Path(__file__).resolve().parent.parent / ".build/peers"
NEWER = [PEERS / path for path in ("docker-cli/usr/bin/docker", "docker.io/usr/sbin/dockerd", "docker-buildx/usr/libexec/docker/cli-plugins")]
CLIENT, DAEMON = NEWER[:2] if all(path.exists() for path in NEWER) else ("/usr/bin/docker", "/usr/sbin/dockerd")


class Docker:
    """`build(name, context)` is the command of a build; `forget` makes the next one a cold one."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "docker"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "none.json").write_text("{}")
        (self.folder / "config").mkdir(exist_ok=True)
        (self.folder / "config/config.json").write_text(json.dumps({"cliPluginsExtraDirs": [str(NEWER[2])]}))
        socket = self.folder / "docker.sock"
        os.environ.update(DOCKER_HOST=f"unix://{socket}", DOCKER_BUILDKIT="1", DOCKER_CONFIG=str(self.folder / "config"))
        self.daemon = subprocess.Popen(
            [DAEMON, f"--host=unix://{socket}", f"--data-root={self.folder}/data", f"--exec-root={self.folder}/exec",
             f"--pidfile={self.folder}/pid", f"--config-file={self.folder}/none.json", "--bridge=none", "--iptables=false",
             "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while subprocess.run([CLIENT, "version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
            if self.daemon.poll() is not None:
                raise SystemExit("bench: dockerd does not run here")
            time.sleep(0.05)
        self.version = subprocess.run(
            [CLIENT, "version", "--format", "{{.Server.Version}}"], check=True, capture_output=True, text=True).stdout.strip()
        self.forget = f"{CLIENT} image prune -af && {CLIENT} builder prune -af"

    def build(self, name, context):
        return f"{CLIENT} build -q --network=host -t bench/{name}:1 {context}"

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait()
