// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A listening socket on a free loopback port, whose descriptor lives as long as anybody has the value.
///
/// A server that goes must not close what its thread is about to call `accept` on: the number would be the next
/// socket's by then, and the thread would take the connections of another test.
final class Listener: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init(backlog: Int32) throws(SocketFailure) {
        (descriptor, port) = try LoopbackSocket.bind()
        guard listen(descriptor, backlog) == 0 else { throw SocketFailure(errno: errno) }
    }

    deinit { close(descriptor) }

    /// The next connection; nil after ``stop()``.
    func next() -> Int32? {
        let connection = accept(descriptor, nil, nil)
        return connection >= 0 ? connection : nil
    }

    /// Takes no more connections.
    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
