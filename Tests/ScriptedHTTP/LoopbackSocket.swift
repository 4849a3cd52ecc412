// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A TCP socket with a free port of 127.0.0.1.
enum LoopbackSocket {
    /// Takes a port; nobody listens on it yet.
    static func bind() throws(SocketFailure) -> (Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                Glibc.bind(descriptor, raw, length) == 0 && getsockname(descriptor, raw, &length) == 0
            }
        }
        guard descriptor >= 0, isBound else { throw SocketFailure(errno: errno) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}

/// A port that refuses connections for as long as the value lives: taken, and nobody listens.
package final class ClosedPort: Sendable {
    package let port: UInt16
    private let descriptor: Int32

    package init() throws(SocketFailure) {
        (descriptor, port) = try LoopbackSocket.bind()
    }

    deinit { close(descriptor) }
}

/// The machine gave no loopback port.
package struct SocketFailure: Error {
    package let errno: Int32
}
