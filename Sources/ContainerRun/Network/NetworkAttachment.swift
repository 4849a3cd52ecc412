// SPDX-License-Identifier: Apache-2.0

/// A container's place in a ``BridgeNetwork``: its network namespace, with an address and names.
///
/// It is for one container at a time; ``BridgeNetwork/detach(_:)`` gives it back.
package final class NetworkAttachment: Sendable {
    /// The network namespace.
    let namespace: OpenFile
    /// What netavark was told, and must be told again in the end.
    let options: NetavarkOptions
    /// The container's address.
    package let address: String
    /// The content of its resolv.conf.
    let resolver: String

    init(_ namespace: OpenFile, _ options: NetavarkOptions, address: String, resolver: String) {
        self.namespace = namespace
        self.options = options
        self.address = address
        self.resolver = resolver
    }
}
