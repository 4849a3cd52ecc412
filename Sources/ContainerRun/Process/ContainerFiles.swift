// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// The files that every container gets of its own: its name, and how it finds others.
struct ContainerFiles: Sendable {
    /// nil leaves the root's.
    let hostname: String?
    let hosts: String
    let resolver: String

    /// In a container's /etc, by name.
    var all: [(name: String, content: String)] {
        (hostname.map { [("hostname", $0 + "\n")] } ?? []) + [("hosts", hosts), ("resolv.conf", resolver)]
    }

    init(_ process: ContainerProcess, on machine: MachineNames = MachineNames()) {
        hostname = process.hasHostnameFile ? process.hostname : nil
        var text = ""
        var entries = [
            HostEntry("127.0.0.1", ["localhost"]),
            HostEntry("::1", ["localhost", "ip6-localhost", "ip6-loopback"]),
        ]
        switch process.network {
        case .none: entries.append(HostEntry("127.0.1.1", [process.hostname]))
        case .host:
            entries.append(HostEntry("127.0.1.1", [process.hostname]))
            text = machine.hosts
        case .bridge(let attachment): entries.append(HostEntry(attachment.address, [process.hostname]))
        }
        hosts =
            text
            + (entries + process.hosts).map { "\($0.address)\t\($0.names.joined(separator: " "))\n" }
            .joined()
        resolver =
            switch process.network {
            case .none: ""
            case .host: machine.resolver
            case .bridge(let attachment): attachment.resolver
            }
    }

    /// Writes them into a folder, and says which belongs where.
    func write(to folder: FilePath) throws(FileError) -> [(path: FilePath, file: FilePath)] {
        var files: [(path: FilePath, file: FilePath)] = []
        for (name, content) in all {
            let file = folder.appending(name)
            try WholeFile.write(Array(content.utf8), to: file, durable: false)
            files.append((FilePath("/etc").appending(name), file))
        }
        return files
    }
}

/// How the machine itself finds others; its containers do the same in its own network.
struct MachineNames: Sendable {
    /// The content of resolv.conf; empty when there is none.
    var resolver = MachineNames.text("/etc/resolv.conf")
    /// The content of hosts, which ends with a line's end; empty when there is none.
    var hosts = MachineNames.text("/etc/hosts")

    private static func text(_ file: FilePath) -> String {
        let text = String(decoding: (try? WholeFile.read(file, limitBytes: 1 << 20)) ?? [], as: UTF8.self)
        return text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    }
}
