// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A TCP socket with a free port of 127.0.0.1.
enum LoopbackSocket {
    /// Takes a port; nobody listens on it yet.
    ///
    /// `isShared` lets other sockets of this user that want to share have the port too.
    static func bind(isShared: Bool = false) throws(SocketFailure) -> (Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        if isShared {
            setsockopt(
                descriptor, SOL_SOCKET, SO_REUSEPORT, &one, socklen_t(MemoryLayout<Int32>.size))
        }
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

extension LoopbackSocket {
    /// Connects to a port of 127.0.0.1.
    ///
    /// - Returns: nil when nobody listens there.
    static func connect(to port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard connect(descriptor, to: port) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Begins to connect, and does not wait for the end of it.
    static func beginToConnect(to port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard connect(descriptor, to: port) == 0 || errno == EINPROGRESS else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func connect(_ descriptor: Int32, to port: UInt16) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                Glibc.connect(descriptor, raw, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
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
