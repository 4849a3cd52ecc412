// SPDX-License-Identifier: Apache-2.0

/// A container's place in a network: a network namespace, with an address.
///
/// It is for one container at a time, and goes back to the network that gave it: a ``BridgeNetwork`` or an
/// ``OutwardNetwork``.
package final class NetworkAttachment: Sendable {
    /// The network namespace.
    let namespace: OpenFile
    /// The container's address.
    package let address: String
    /// The content of its resolv.conf.
    let resolver: String

    init(_ namespace: OpenFile, address: String, resolver: String) {
        self.namespace = namespace
        self.address = address
        self.resolver = resolver
    }
}
