// SPDX-License-Identifier: Apache-2.0

/// A port of the machine that leads to one of a container.
package struct PublishedPort: Hashable, Sendable {
    package enum Transport: String, Sendable {
        case tcp, udp
    }

    /// Where the machine listens: only its own programs reach the loopback.
    package var address = "127.0.0.1"
    package var host: UInt16
    package var container: UInt16
    package var transport = Transport.tcp

    package init(host: UInt16, container: UInt16, transport: Transport = .tcp) {
        self.host = host
        self.container = container
        self.transport = transport
    }
}
