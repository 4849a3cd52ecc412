// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A free loopback port that is kept for a program which is told to listen there with `SO_REUSEPORT`.
///
/// Bound and never listening, so no connection goes here, and nobody else gets the port in the meantime.
package final class PortReservation: Sendable {
    package let port: UInt16
    private let descriptor: Int32

    package init() throws(SocketFailure) {
        (descriptor, port) = try LoopbackSocket.bind(isShared: true)
    }

    deinit { close(descriptor) }
}
