# SPDX-License-Identifier: Apache-2.0
"""A Docker daemon of the benchmarks' own, with Debian's docker.io: called by measure.py."""

import os
import pathlib
import subprocess
import time

CLIENT, DAEMON = "/usr/bin/docker", "/usr/sbin/dockerd"


class Docker:
    """`build(name, context)` is the command of a build; `forget` makes the next one a cold one."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "docker"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "none.json").write_text("{}")
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
        self.forget = f"{CLIENT} image prune -af && {CLIENT} builder prune -af"

    def build(self, name, context):
        return f"{CLIENT} build -q --network=host -t bench/{name}:1 {context}"

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait()
