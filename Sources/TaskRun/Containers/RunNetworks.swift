// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import OCISpec
import TaskFile

/// The networks of a run, made when a container first joins them and gone with the run.
actor RunNetworks {
    private let external: Set<String>
    private var networks: [String: Task<BridgeNetwork, any Error>] = [:]
    /// For containers beside which nothing runs.
    private var outward: Task<OutwardNetwork, any Error>?
    /// Its places that were used and are free.
    private var idle: [NetworkAttachment] = []

    /// - Parameter declared: Those that the task names; of them, one that exists already is no network of ours.
    init(declared: [TaskNetwork]) {
        external = Set(declared.filter(\.isExternal).map(\.name))
    }

    /// A place of a container in a network.
    struct Place: Sendable {
        let attachment: NetworkAttachment
        /// nil for one that has no names, and goes to the next container.
        let network: BridgeNetwork?
        /// What leads to the container; the ports are kept for as long as the place is.
        var reservation: PortReservation?
    }

    /// A place for a container that nobody looks for: one that was used before, where there is one.
    func attachNameless(to name: String, in roots: RootFileSystems) async throws -> Place {
        try check(name)
        if let place = idle.popLast() { return Place(attachment: place, network: nil) }
        let making = outward ?? Task { try await OutwardNetwork.create(in: roots) }
        outward = making
        return Place(attachment: try await making.value.attach(), network: nil)
    }

    /// Makes a place for a container, which others in the network reach by its names.
    func attach(
        _ action: CommandAction, to name: String, in roots: RootFileSystems
    ) async throws -> Place {
        try check(name)
        let reservation = try PortReservation(action.ports)
        let making = networks[name] ?? Task { try await BridgeNetwork.create(in: roots) }
        networks[name] = making
        let network = try await making.value
        let attachment = try await network.attach(
            name: action.name, aliases: action.aliases, ports: reservation.ports)
        return Place(attachment: attachment, network: network, reservation: reservation)
    }

    /// The container has ended; a place without names is kept for the next.
    func leave(_ place: Place) async {
        guard let network = place.network else { return idle.append(place.attachment) }
        await network.detach(place.attachment)
    }

    private func check(_ name: String) throws(StepFailure) {
        guard external.contains(name) else { return }
        throw StepFailure(
            "the network \"\(name)\" is declared with skipCreation: networks from outside the run cannot be "
                + "joined here")
    }

    func removeAll() async {
        let outward = outward
        let others = networks.values
        networks = [:]
        self.outward = nil
        idle = []
        async let first: Void? = try? outward?.value.remove()
        for making in others { await (try? making.value)?.remove() }
        _ = await first
    }
}
