#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the arrows of docs/architecture.md against the package: who may import whom."""

import json
import re
import subprocess
import sys

# What each target may import, besides packages. The floors, lowest first.
ALLOWED = {
    "CArchive": set(), "CIsal": set(), "CZstd": set(), "CCurl": set(), "CLinux": set(),
    "OCISpec": set(),
    "SourceText": set(),
    "LocatedYAML": {"SourceText"},
    "Immutability": {"OCISpec"},
    "DockerfileSyntax": {"SourceText"},
    "TaskFile": {"SourceText", "LocatedYAML"},
    "BlockingIO": set(),
    "LayerArchive": {"OCISpec", "BlockingIO", "CArchive", "CIsal", "CZstd", "CLinux"},
    "ImageStore": {"OCISpec", "BlockingIO", "LayerArchive"},
    "TerminalProgress": {"OCISpec", "ImageStore"},
    "RegistryTransport": {"OCISpec", "BlockingIO", "ImageStore"},
    "CurlTransport": {"BlockingIO", "ImageStore", "RegistryTransport", "CCurl"},
    "RegistriesConf": {"OCISpec", "BlockingIO"},
    "RegistryClient": {"OCISpec", "BlockingIO", "ImageStore", "RegistriesConf", "RegistryTransport"},
    "ContainerRun": {"OCISpec", "BlockingIO", "LayerArchive", "CLinux"},
    "ImageBuild": {
        "OCISpec", "SourceText", "DockerfileSyntax", "BlockingIO", "LayerArchive", "ImageStore", "ContainerRun", "CLinux",
        "RegistryTransport", "RegistryClient",
    },
    "TaskRun": {
        "OCISpec", "SourceText", "TaskFile", "BlockingIO", "ContainerRun", "ImageBuild", "ImageStore",
        "RegistryTransport", "RegistryClient",
    },
    "Conformance": {"OCISpec", "SourceText", "LocatedYAML", "BlockingIO", "ImageStore", "RegistryTransport"},
    "RegistryServer": {"OCISpec", "SourceText", "LocatedYAML", "Immutability", "BlockingIO"},
}
# Packages that only these targets may use.
OWNERS = {
    "Yams": {"LocatedYAML"},
    "GRDB": {"RegistryServer"},
    "Hummingbird": {"RegistryServer"},
    "ArgumentParser": {"stet"},
    "Crypto": {"OCISpec", "TaskFile", "Conformance", "RegistryServer"},
    "Mustache": {"TaskRun", "Conformance"},
    "TOMLKit": {"RegistriesConf"},
}
# What nobody may import in these targets, whatever the package says.
FORBIDDEN = {"Conformance": {"RegistryClient", "CurlTransport"}, "RegistryServer": {"RegistryClient"}}

package = json.loads(subprocess.check_output(["swift", "package", "dump-package"]))
faults = []
for target in package["targets"]:
    name = target["name"]
    if target["type"] == "test" or target.get("path", "").startswith("Tests/"):
        continue
    local, products = set(), set()
    for dependency in target["dependencies"]:
        for kind, value in dependency.items():
            (products if kind == "product" else local).add(value[0])
    if name != "stet":
        if name not in ALLOWED:
            faults.append(f"{name}: not in the plan; add it to docs/architecture.md and to this script")
            continue
        for extra in sorted(local - ALLOWED[name]):
            faults.append(f"{name} must not depend on {extra}")
    for product in sorted(products):
        if product in OWNERS and name not in OWNERS[product]:
            faults.append(f"{name} must not use {product}: only {', '.join(sorted(OWNERS[product]))} may")
    imports = subprocess.run(
        ["grep", "-rhoE", r"^(@[a-zA-Z_]+ )*(package |internal |public )?import (struct |class |enum |func )?[A-Za-z_]+",
         f"Sources/{name}"], capture_output=True, text=True).stdout.splitlines()
    modules = {re.split(r"\s+", line)[-1] for line in imports}
    for module in sorted(modules & set(ALLOWED)):
        if name != "stet" and module != name and module not in local:
            faults.append(f"{name} imports {module} without declaring it")
    for module in sorted(modules & FORBIDDEN.get(name, set())):
        faults.append(f"{name} must not know {module}")

for fault in faults:
    print(f"check-arrows: {fault}", file=sys.stderr)
print(f"check-arrows: {len(package['targets'])} targets, {len(faults)} faults")
sys.exit(1 if faults else 0)
