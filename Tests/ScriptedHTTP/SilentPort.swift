// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A port where connections neither come about nor are refused: the listener's queue is full.
package final class SilentPort: Sendable {
    package let port: UInt16
    private let descriptors: [Int32]

    package init() throws(SocketFailure) {
        let (listener, port) = try LoopbackSocket.bind()
        guard listen(listener, 0) == 0 else { throw SocketFailure(errno: errno) }
        self.port = port
        // Linux takes one more than the backlog says.
        descriptors = [listener] + (0..<2).compactMap { _ in LoopbackSocket.beginToConnect(to: port) }
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}
