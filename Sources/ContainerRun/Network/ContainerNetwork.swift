// SPDX-License-Identifier: Apache-2.0

/// What a container sees of the network.
package enum ContainerNetwork: Sendable {
    /// A loopback of its own, and nothing else.
    case none
    /// The machine's.
    case host
    /// A place in a ``BridgeNetwork``.
    case bridge(NetworkAttachment)
}
