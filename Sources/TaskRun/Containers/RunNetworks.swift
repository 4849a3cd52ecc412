// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import OCISpec
import TaskFile

/// The networks of a run, made when a container first joins them and gone with the run.
actor RunNetworks {
    private let external: Set<String>
    /// Places that were used and are free, by network.
    private var idle: [String: [Place]] = [:]
    private var nameless = 0
    private var networks: [String: Task<BridgeNetwork, any Error>] = [:]

    /// - Parameter declared: Those that the task names; of them, one that exists already is no network of ours.
    init(declared: [TaskNetwork]) {
        external = Set(declared.filter(\.isExternal).map(\.name))
    }

    /// A place of a container in a network.
    struct Place: Sendable {
        let network: BridgeNetwork
        let attachment: NetworkAttachment
    }

    /// A place for a container that nobody looks for by name: one that was used before, where there is one.
    ///
    /// Making a place takes longer than a short step does.
    func attachNameless(to name: String, in roots: RootFileSystems) async throws -> Place {
        if let place = idle[name]?.popLast() { return place }
        let network = try await network(name, in: roots)
        nameless += 1
        let attachment = try await network.attach(name: "step-\(nameless)")
        return Place(network: network, attachment: attachment)
    }

    /// Keeps a nameless place for the next container.
    func giveBack(_ place: Place, to name: String) {
        idle[name, default: []].append(place)
    }

    /// Makes a place for a container, which others in the network reach by its names.
    func attach(
        _ action: CommandAction, to name: String, in roots: RootFileSystems
    ) async throws -> Place {
        let ports = action.ports.map { mapping -> PublishedPort in
            var port = PublishedPort(
                host: mapping.hostPort, container: mapping.containerPort,
                transport: mapping.transport == .udp ? .udp : .tcp)
            port.address = mapping.address
            return port
        }
        let network = try await network(name, in: roots)
        let attachment = try await network.attach(name: action.name, aliases: action.aliases, ports: ports)
        return Place(network: network, attachment: attachment)
    }

    private func network(_ name: String, in roots: RootFileSystems) async throws -> BridgeNetwork {
        guard !external.contains(name) else {
            throw StepFailure(
                "the network \"\(name)\" is declared with skipCreation: networks from outside the run cannot be "
                    + "joined here")
        }
        let making = networks[name] ?? Task { try await BridgeNetwork.create(in: roots) }
        networks[name] = making
        return try await making.value
    }

    func removeAll() async {
        for making in networks.values { await (try? making.value)?.remove() }
        networks = [:]
        idle = [:]
    }
}
