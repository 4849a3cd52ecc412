// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import Glibc
import OCISpec

/// Ports of this machine that are kept for a container, so that nobody else takes them while it runs.
///
/// A free port is found by taking it, and is not given away again before it is used.
final class PortReservation: Sendable {
    let ports: [PublishedPort]
    private let sockets: [Int32]

    /// Takes the ports of the mappings; port 0 stands for any free one.
    ///
    /// - Throws: ``StepFailure`` when a port is taken already.
    init(_ mappings: [PortMapping]) throws(StepFailure) {
        var sockets: [Int32] = []
        var ports: [PublishedPort] = []
        do throws(StepFailure) {
            for mapping in mappings {
                let (socket, port) = try Self.take(mapping)
                if socket >= 0 { sockets.append(socket) }
                var published = PublishedPort(
                    host: port, container: mapping.containerPort,
                    transport: mapping.transport == .udp ? .udp : .tcp)
                published.address = mapping.address
                ports.append(published)
            }
        } catch {
            for socket in sockets { close(socket) }
            throw error
        }
        self.sockets = sockets
        self.ports = ports
    }

    deinit { for socket in sockets { close(socket) } }

    /// - Returns: The socket, and the port that it has; -1 and the port as written for an address that is no IPv4.
    private static func take(_ mapping: PortMapping) throws(StepFailure) -> (Int32, UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = mapping.hostPort.bigEndian
        guard inet_pton(AF_INET, mapping.address, &address.sin_addr) == 1 else {
            return (-1, mapping.hostPort)
        }
        let kind = mapping.transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        let descriptor = socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var on: Int32 = 1
        // Connections that ended a moment ago do not count.
        if mapping.hostPort != 0, mapping.transport == .tcp {
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard descriptor >= 0, status else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw StepFailure(
                "the port \(mapping.hostPort) of \(mapping.address) cannot be had: \(reason)\n"
                    + "  hint: leave the number out (ports: [\"\(mapping.containerPort)\"]) for any free one")
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
