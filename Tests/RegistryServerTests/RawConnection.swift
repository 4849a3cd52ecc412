// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

/// A TCP connection that sends what it is told, HTTP or not, and stops where it is told.
final class RawConnection: Sendable {
    private let descriptor: Int32

    /// `address` is an IPv4 address and a port.
    init(_ address: String) throws {
        let parts = address.split(separator: ":")
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = (UInt16(parts[1]) ?? 0).bigEndian
        inet_pton(AF_INET, String(parts[0]), &target.sin_addr)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let status = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Errno(rawValue: errno) }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Errno(rawValue: errno)
        }
    }

    /// Nothing more will be sent.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Breaks the connection off, so that the peer sees an error.
    func abort() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Waits until the peer has sent `text`, or the end.
    ///
    /// - Returns: Everything that came.
    func receive(until text: String) async throws -> String {
        let descriptor = descriptor
        return try await BlockingThread.run {
            var received = ""
            var buffer = [UInt8](repeating: 0, count: 4096)
            while !received.contains(text) {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                received += String(decoding: buffer.prefix(count), as: UTF8.self)
            }
            return received
        }
    }
}
