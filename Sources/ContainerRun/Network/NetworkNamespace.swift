// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

/// A network of its own, with nothing in it, that lives as long as somebody has its descriptor.
///
/// Source: network_namespaces(7).
struct NetworkNamespace: Sendable {
    let file: OpenFile
    /// To set up what is in it, from any thread.
    let socket: NetlinkSocket

    /// Blocks for a moment.
    static func make() throws(ContainerError) -> NetworkNamespace {
        let result = NamespaceThread.run { () -> Result<NetworkNamespace, ContainerError> in
            guard stet_unshare(stet_new_network) == 0 else {
                return .failure(
                    .system(operation: "make a network namespace", .current, advice: "see `stet doctor`"))
            }
            allowLowPorts()
            let raw = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
            guard raw >= 0 else {
                return .failure(.file(FileError("open", "/proc/thread-self/ns/net", .current)))
            }
            let file = OpenFile(owning: raw)
            return Result { () throws(ContainerError) in
                NetworkNamespace(file: file, socket: try NetlinkSocket())
            }
        }
        guard let result else {
            throw .system(operation: "start a thread", .resourceTemporarilyUnavailable, advice: nil)
        }
        return try result.get()
    }

    /// What ``lowPorts`` says, for the namespace of this thread.
    private static func allowLowPorts() {
        for (name, value) in lowPorts {
            let path = FilePath("/proc/sys").pushing(
                FilePath(name.split(separator: ".").joined(separator: "/")))
            let file = try? FileDescriptor.open(path, .writeOnly, options: .closeOnExec)
            _ = try? file?.closeAfter { try file?.writeAll(value.utf8) }
        }
    }

    /// Whoever a container's processes are, they may listen on any port and ping, as Docker has it.
    static let lowPorts = [
        "net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647",
    ]
}
