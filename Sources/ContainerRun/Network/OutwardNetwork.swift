// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Synchronization

/// A network for containers that nobody looks for: each of them reaches the world, and none of the others.
///
/// It needs no other program for names or links, and one call of the firewall's for all its containers: a
/// place is made in a tenth of the time that a ``BridgeNetwork`` takes. Where a machine cannot have it like
/// that, places of such a network are given instead.
///
///     let network = try await OutwardNetwork.create(in: roots)
///     let place = try await network.attach()
///     process.network = .bridge(place)
///     …
///     await network.remove()
///
/// What a process that is killed leaves of it, the next ``RootFileSystems`` takes away.
package final class OutwardNetwork: Sendable {
    private enum Way: Sendable {
        case cables(Cables)
        case bridge(BridgeNetwork)
    }

    private let way: Way
    private let count = Mutex(0)

    private init(_ way: Way) {
        self.way = way
    }

    /// A network of its own; the machine sees it when the first container is attached.
    ///
    /// - Throws: ``ContainerError/network(_:)`` when this machine can have no network for containers.
    package static func create(in roots: RootFileSystems) async throws(ContainerError) -> OutwardNetwork {
        if !Privileges.isInUserNamespace, Privileges.isRoot,
            let cables = try? await made()
        {
            return OutwardNetwork(.cables(cables))
        }
        return OutwardNetwork(.bridge(try await BridgeNetwork.create(in: roots)))
    }

    private static func made() async throws(ContainerError) -> Cables {
        try await ContainerError.blocking {
            Result { () throws(ContainerError) in
                try Cables.make()
            }
        }
    }

    /// Makes a place for a container; ``detach(_:)`` gives it back.
    package func attach() async throws(ContainerError) -> NetworkAttachment {
        switch way {
        case .cables(let cables):
            return try await ContainerError.blocking {
                Result { () throws(ContainerError) in
                    try cables.attach()
                }
            }
        case .bridge(let network):
            let number = count.withLock { count in
                count += 1
                return count
            }
            return try await network.attach(name: "container-\(number)")
        }
    }

    /// Takes a place away; again does nothing.
    package func detach(_ attachment: NetworkAttachment) async {
        switch way {
        case .cables(let cables): await OutwardNetwork.blocking { cables.detach(attachment) }
        case .bridge(let network): await network.detach(attachment)
        }
    }

    /// Takes all places away, and with them the network.
    package func remove() async {
        switch way {
        case .cables(let cables):
            // Both wait for the kernel, which has nothing to do meanwhile.
            async let links: Void = OutwardNetwork.blocking { cables.disconnectAll() }
            await OutwardNetwork.blocking { cables.close() }
            await links
        case .bridge(let network): await network.remove()
        }
    }

    private static func blocking(_ body: @escaping @Sendable () -> Void) async {
        _ = await BlockingThread.result { () -> Result<Void, Never> in .success(body()) }
    }
}
