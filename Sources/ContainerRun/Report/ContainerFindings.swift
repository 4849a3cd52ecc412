// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
package import SystemPackage

/// What running containers needs of a machine, looked at piece by piece.
package struct ContainerFindings: Sendable {
    private let folder: FilePath

    /// Everything is tried in `folder`, where ``RootFileSystems`` are or will be.
    package init(in folder: FilePath) {
        self.folder = folder
    }

    /// All findings.
    ///
    /// Runs trivial containers; takes a second.
    package func all() async -> [Finding] {
        var findings = [caller]
        guard caller.state != .missing else { return findings + [cgroups, networks, emulators] }
        do throws(ContainerError) {
            let roots = try RootFileSystems(folder)
            findings += await runtimes(roots)
            findings += stackMethods(roots)
        } catch {
            findings.append(Finding("container runtime", .missing, "\(error)", advice: nil))
        }
        return findings + [cgroups, networks, emulators]
    }

    /// Who runs the containers.
    private var caller: Finding {
        if Privileges.isInUserNamespace {
            return Finding("user", .fine, "root in a user namespace, \(outsideUser) outside")
        }
        if Privileges.isRoot {
            let missing = Capability.standard.subtracting(Capability.names(in: Privileges.capabilities))
                .sorted()
            guard missing.isEmpty else {
                return Finding(
                    "user", .limited, "root without \(missing.joined(separator: ", "))",
                    advice: "containers run with what is left")
            }
            return Finding("user", .fine, "root")
        }
        if let fault = UserNamespace.fault() {
            return Finding("user", .missing, "an ordinary user", advice: fault)
        }
        return Finding("user", .fine, "an ordinary user, with subordinate ids")
    }

    private var outsideUser: String {
        let map = (try? WholeFile.read("/proc/self/uid_map", limitBytes: 64 << 10)) ?? []
        let fields = String(decoding: map, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return fields.count > 1 ? "uid \(fields[1])" : "somebody"
    }

    /// One that works is enough.
    private func runtimes(_ roots: RootFileSystems) async -> [Finding] {
        var findings: [Finding] = []
        for name in ContainerRuntime.Name.allCases {
            let subject = "runtime \(name.rawValue)"
            guard let runtime = ContainerRuntime.installed(name) else {
                findings.append(
                    Finding(subject, .limited, "not installed", advice: "apt-get install \(name.rawValue)"))
                continue
            }
            let path = runtime.path
            let version = Program(name: name.rawValue, path: path).version
            let fault: String?
            do throws(ContainerError) {
                fault = try await runtime.fault(in: roots)
            } catch {
                fault = "\(error)"
            }
            findings.append(
                fault.map { Finding(subject, .limited, "\(path) \(version) does not work here: \($0)") }
                    ?? Finding(subject, .fine, "\(path) \(version), runs containers"))
        }
        if !findings.contains(where: { $0.state == .fine }) {
            findings.append(
                Finding(
                    "container runtime", .missing, "none works: RUN and cmd steps cannot run",
                    advice: "apt-get install runc"))
        }
        return findings
    }

    private func stackMethods(_ roots: RootFileSystems) -> [Finding] {
        let methods = [StackMethod.overlay, .fuse].map { method in
            let fault = method.fault(in: roots.folder)
            return fault.map { Finding("root by \(method.rawValue)", .limited, "\($0)") }
                ?? Finding("root by \(method.rawValue)", .fine, "works in \(roots.folder)")
        }
        guard roots.method == .copy else { return methods }
        return methods + [
            Finding(
                "root by copy", .limited, "every container gets a copy of its image",
                advice: "apt-get install fuse-overlayfs, or put the data folder on ext4, xfs or btrfs")
        ]
    }

    private var cgroups: Finding {
        let kind = Cgroup.isUnified ? "version 2" : "version 1"
        if Privileges.isInUserNamespace {
            return Finding("cgroups", .limited, "\(kind), not the user's: limits of containers are not kept")
        }
        var limits = ContainerLimits()
        (limits.cpus, limits.memoryBytes, limits.processes) = (1, 1, 1)
        let missing = ContainerRuntime.missingLimits(limits)
        return missing.isEmpty
            ? Finding("cgroups", .fine, "\(kind), with cpu, memory and pids")
            : Finding("cgroups", .limited, "\(kind); " + missing.joined(separator: "; "))
    }

    private var networks: Finding {
        guard let path = Netavark.path else {
            return Finding(
                "bridge networks", .limited, "netavark is not installed: only the networks host and none",
                advice: "apt-get install netavark aardvark-dns")
        }
        guard Privileges.isRoot, !Privileges.isInUserNamespace else {
            return Finding(
                "bridge networks", .limited, "only root can make them: only the networks host and none")
        }
        let version = Program(name: "netavark", path: path).version
        guard let server = Netavark.nameServerPath else {
            return Finding(
                "bridge networks", .limited, "\(path) \(version), without names",
                advice: "apt-get install aardvark-dns")
        }
        return Finding("bridge networks", .fine, "\(path) \(version), \(server)")
    }

    private var emulators: Finding {
        let emulated = Emulation.emulated()
        let native = "runs \(Platform.host)"
        guard emulated.isEmpty else {
            return Finding("platforms", .fine, "\(native), emulates " + emulated.joined(separator: ", "))
        }
        return Finding(
            "platforms", .limited, "\(native), emulates none",
            advice: "apt-get install qemu-user-static binfmt-support")
    }
}

extension Program {
    /// The number in what `--version` says; empty when it says none.
    var version: String {
        let outcome = try? run(["--version"], input: [])
        let line = String(decoding: outcome?.output ?? [], as: UTF8.self).split(separator: "\n").first ?? ""
        return line.split(separator: " ").last { $0.contains(where: \.isNumber) }.map(String.init) ?? ""
    }
}
