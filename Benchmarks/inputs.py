#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the benchmarks' inputs, the same ones every time, in the folder given.

w1  one static binary of 2 MB
w2  20,000 files, 81 MB, 2,000 folders
w3  8 files of 128 MiB, half text of words, half random
p1  one random file of 1 GiB
p2  50 random files of 10 MiB, one COPY each
"""

import pathlib
import random
import sys

root = pathlib.Path(sys.argv[1])
rng = random.Random(20261121)
words = ["".join(rng.choices("etaoinshrdlucmfw", k=rng.randint(2, 9))) for _ in range(20_000)]


def text(count):
    parts, size = [], 0
    while size < count:
        line = " ".join(rng.choices(words, k=12)) + "\n"
        parts.append(line)
        size += len(line)
    return "".join(parts).encode()[:count]


def context(name, dockerfile):
    folder = root / name
    if (folder / "Dockerfile").exists():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return folder, lambda: (folder / "Dockerfile").write_text(dockerfile)


if made := context("w1", 'FROM scratch\nCOPY app /app\nENV A=1\nLABEL a=b\nCMD ["/app"]\n'):
    folder, done = made
    (folder / "app").write_bytes(rng.randbytes(1_000_000) + text(1_000_000))
    done()
if made := context("w2", "FROM scratch\nCOPY files /files\n"):
    folder, done = made
    block = text(4 << 20)
    for number in range(20_000):
        path = folder / "files" / f"d{number % 2000:04}" / f"f{number:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        start, size = rng.randrange(len(block) - 16_384), min(16_384, int(rng.expovariate(1 / 4050)))
        path.write_bytes(block[start:start + size])
    done()
if made := context("w3", "FROM scratch\nCOPY files /files\n"):
    folder, done = made
    (folder / "files").mkdir(exist_ok=True)
    for number in range(8):
        with open(folder / "files" / f"f{number}", "wb") as file:
            if number % 2:
                for _ in range(16):
                    file.write(rng.randbytes(8 << 20))
            else:
                block = text(8 << 20)
                for _ in range(16):
                    at = rng.randrange(len(block))
                    file.write(block[at:] + block[:at])
    done()
if made := context("p1", "FROM scratch\nCOPY f /f\n"):
    folder, done = made
    with open(folder / "f", "wb") as file:
        for _ in range(128):
            file.write(rng.randbytes(8 << 20))
    done()
if made := context("p2", "FROM scratch\n" + "".join(f"COPY f{n} /f{n}\n" for n in range(50))):
    folder, done = made
    for number in range(50):
        (folder / f"f{number}").write_bytes(rng.randbytes(10 << 20))
    done()
if made := context(
    "w4",
    "FROM scratch AS root\nCOPY busybox /bin/busybox\n"
    "RUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]\n"
    "FROM root AS first\nRUN mkdir /one && echo one > /one/file\n"
    "FROM root AS second\nRUN mkdir /two && echo two > /two/file\n"
    "FROM root\nCOPY --from=first /one /one\nCOPY --from=second /two /two\nRUN cat /one/file /two/file > /both\n",
):
    folder, done = made
    (folder / "busybox").write_bytes(pathlib.Path("/bin/busybox").read_bytes())
    (folder / "busybox").chmod(0o755)
    done()
if made := context("w5", "FROM scratch\n" + "".join(f"COPY f{n} /f{n}\n" for n in range(50))):
    folder, done = made
    for number in range(50):
        (folder / f"f{number}").write_bytes(rng.randbytes(1 << 20))
    done()
