// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A listening socket on a free port of loopback, whose descriptor lives as long as anybody has the value.
///
/// So nobody accepts or shuts down what another one's socket has become by then.
final class ProxyDoor: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws(SetupError) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | UInt32(SOCK_CLOEXEC.rawValue)), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else {
            Glibc.close(descriptor)
            throw SetupError("no port can be opened for the recording proxy")
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { Glibc.close(descriptor) }

    /// Waits for the next connection; nil after ``close()``.
    ///
    /// What ends none but the call is passed over: a signal (clients are children, which end), and a client that has
    /// gone before it was its turn.
    func next() -> Int32? {
        while true {
            let connection = accept(descriptor, nil, nil)
            if connection >= 0 { return connection }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// Takes no more connections.
    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
