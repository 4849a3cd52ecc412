# SPDX-License-Identifier: Apache-2.0
"""What steps of tasks and commands of builds cost: called by measure.py."""

import json
import pathlib
import subprocess

BOX = "docker.io/bench/box:1"


def per(first, last, count):
    """The share of one of `count` that `last` has more than `first`."""
    return {"s": (last["s"] - first["s"]) / count, "cpu": (last["cpu"] - first["cpu"]) / count, "mb": last["mb"]}


class Steps:
    """`measure(command, prepare)` gives seconds, processor seconds and megabytes; `own(title, measured)` takes them."""

    def __init__(self, stet, folder, measure, own):
        self.stet, self.measure, self.own = stet, measure, own
        self.context = pathlib.Path(folder) / "steps"
        self.context.mkdir(exist_ok=True)
        self.busybox = self.context / "busybox"
        self.busybox.write_bytes(pathlib.Path("/bin/busybox").read_bytes())
        self.busybox.chmod(0o755)
        (self.context / "Dockerfile").write_text("FROM scratch\nCOPY busybox /bin/busybox\n")
        self.sh(f"{stet} build -t {BOX} {self.context}")

    def sh(self, command):
        subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def task(self, name, *steps):
        path = self.context / f"{name}.yaml"
        path.write_text("version: v1.1.0\nsteps:\n" + "".join(f"  - {step}\n" for step in steps))
        return path

    def run(self, task, flags="--registry r.io"):
        return f"{self.stet} run {flags} --no-logs -f {task} {self.context}"

    def all(self):
        self.trivial_steps()
        self.commands_of_builds()
        self.runtime_alone()
        self.parallel_steps()
        self.large_log()

    def trivial_steps(self):
        step = f"cmd: {BOX} /bin/busybox true"
        one, more = (self.measure(self.run(self.task(str(n), *[step] * n))) for n in (1, 11))
        self.own("a run of one step, network included (under 0.150 s)", one)
        self.own("each further step (under 0.060 s)", per(one, more, 10))
        self.own("a run of one step with the embedded registry (under 0.300 s)",
                 self.measure(self.run(self.task("1", step), flags="")))

    def commands_of_builds(self):
        """Each `RUN` is a new one: the build cache is taken away before."""
        builds = []
        for count in (1, 11):
            file = self.context / f"Dockerfile.{count}"
            file.write_text(f"FROM {BOX}\n" + "".join(
                f'RUN ["/bin/busybox", "touch", "/{number}"]\n' for number in range(count)))
            forget = "rm -rf $XDG_DATA_HOME/stet/build-cache"
            builds.append(self.measure(f"{self.stet} build -f {file} {self.context}", forget))
        self.own("each RUN of a build (under 0.060 s)", per(*builds, 10))

    def runtime_alone(self):
        """runc with what stet would tell it: the limit of a step."""
        bundle = self.context / "bundle"
        (bundle / "rootfs/bin").mkdir(parents=True, exist_ok=True)
        self.sh(f"cp {self.busybox} {bundle}/rootfs/bin/ && cd {bundle} && rm -f config.json && runc spec")
        spec = json.loads((bundle / "config.json").read_text())
        spec["process"].update(terminal=False, args=["/bin/busybox", "true"])
        (bundle / "config.json").write_text(json.dumps(spec))
        self.own("runc alone, without a network or a filter of system calls",
                 self.measure(f"runc --root {self.context}/runc run --bundle {bundle} bench"))

    def parallel_steps(self):
        steps = [f"{{id: s{n}, cmd: {BOX} /bin/busybox true, network: host, when: ['-']}}" for n in range(200)]
        command = self.run(self.task("parallel", *steps)).split()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        most = 0
        for _ in process.stderr:
            try:
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                break
            most = max(most, int(status.split("Threads:")[1].split()[0]))
        if process.wait() != 0:
            raise SystemExit("bench: the 200 steps failed")
        measured = self.measure(" ".join(command), runs=1)
        self.own(f"200 parallel steps, with at most {most} threads", measured)

    def large_log(self):
        step = f"cmd: {BOX} /bin/busybox dd if=/dev/zero bs=1M count=1024"
        self.own("a step that writes 1 GiB, of which the log keeps 64 MiB (under 150 MB)",
                 self.measure(self.run(self.task("log", step)), runs=1))
