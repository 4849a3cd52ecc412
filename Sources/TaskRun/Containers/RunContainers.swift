// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import Synchronization

/// The containers of a run by name, for as long as the run lasts.
final class RunContainers: Sendable {
    struct Entry: Sendable {
        let name: String
        let image: String
        let command: [String]
        let tail: OutputTail
        /// nil for one whose step waits for it.
        var running: RunningContainer?
        var exit: ContainerExit?
        var hostname: String?
        var environment: [String] = []
        /// The network that it is in, and its address there.
        var network: String?
        var address: String?
        var ports: [PublishedPort] = []
    }

    private let entries = Mutex<[String: Entry]>([:])
    /// Known also of those that were removed.
    private let stopsWanted = Mutex<Set<String>>([])

    var all: [Entry] { entries.withLock { $0.values.sorted { $0.name < $1.name } } }

    func entry(_ name: String) -> Entry? { entries.withLock { $0[name] } }

    func add(_ entry: Entry) {
        _ = stopsWanted.withLock { $0.remove(entry.name) }
        entries.withLock { $0[entry.name] = entry }
    }

    func end(_ name: String, _ exit: ContainerExit) { entries.withLock { $0[name]?.exit = exit } }

    /// Notes that a container is ended because somebody wants it.
    func wantStop(_ name: String) { _ = stopsWanted.withLock { $0.insert(name) } }

    func isStopWanted(_ name: String) -> Bool { stopsWanted.withLock { $0.contains(name) } }

    func remove(_ name: String) { entries.withLock { $0[name] = nil } }
}

extension RunContainers.Entry {
    /// Keeps what others may ask of the container.
    mutating func note(
        _ process: ContainerProcess, of action: CommandAction, at place: RunNetworks.Place?
    ) {
        hostname = process.hostname
        environment = process.environment
        if case .named(let name) = action.network { network = name }
        address = place?.attachment.address
        ports = place?.reservation?.ports ?? []
    }
}
