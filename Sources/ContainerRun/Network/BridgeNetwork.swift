// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import Synchronization
import SystemPackage

/// A network for containers that find one another by name and reach the world, through netavark and
/// aardvark-dns.
///
///     let network = try await BridgeNetwork.create(in: roots)
///     let place = try await network.attach(name: "web", ports: [PublishedPort(host: 8080, container: 80)])
///     process.network = .bridge(place)
///     …
///     await network.detach(place)
///     await network.remove()
///
/// What a process that is killed leaves of it, the next ``RootFileSystems`` takes away.
package final class BridgeNetwork: Sendable {
    private let lease: SubnetLease
    private let program: Netavark
    /// One at a time: netavark looks before it makes a rule.
    private let turn: FilePath
    private let used: Mutex<Set<Int>>
    private let attachments = Mutex<[ObjectIdentifier: Member]>([:])
    /// The same for those of this process: one thread that waits for a turn is enough.
    private static let door = Turnstile(places: 1)

    private struct Member: Sendable {
        let attachment: NetworkAttachment
        /// What netavark was told, and must be told again in the end.
        let options: NetavarkOptions
    }

    /// What the machine calls the network's bridge.
    package var interface: String { "stet\(lease.number)" }

    /// Of 256 addresses, without those of the network, the gateway and the broadcast.
    private static let places = 2..<255

    private init(_ lease: SubnetLease, _ program: Netavark, turn: FilePath) {
        self.lease = lease
        self.program = program
        self.turn = turn
        used = Mutex([])
    }

    /// Whether this process may make networks: root may, who is root in a user namespace alone may not.
    package static var isPermitted: Bool { Privileges.isRoot && !Privileges.isInUserNamespace }

    /// A network of its own; the machine sees it when the first container is attached.
    ///
    /// - Throws: ``ContainerError/network(_:)`` when netavark is not installed, or the caller may not make
    ///   networks.
    package static func create(in roots: RootFileSystems) async throws(ContainerError) -> BridgeNetwork {
        guard isPermitted else {
            throw .network("only root can make a bridge network: use the network host or none")
        }
        return try await ContainerError.blocking {
            Result { () throws(ContainerError) in
                let lease = try SubnetLease.first()
                let program = try Netavark(configuration: lease.configuration)
                return BridgeNetwork(lease, program, turn: SubnetLease.folder.appending(".turn"))
            }
        }
    }

    /// Makes a place for a container, which others in this network reach by its name and its aliases.
    ///
    /// - Parameters:
    ///   - name: Also the name in messages of netavark.
    ///   - aliases: Further names.
    ///   - ports: Ports of the machine that lead to it.
    /// - Returns: The place; ``detach(_:)`` gives it back.
    /// - Throws: When netavark refuses, for one because a port is taken; nothing is left of the place then.
    package func attach(
        name: String, aliases: [String] = [], ports: [PublishedPort] = []
    ) async throws(ContainerError) -> NetworkAttachment {
        let number = used.withLock { used in
            let free = BridgeNetwork.places.first { !used.contains($0) }
            if let free { used.insert(free) }
            return free
        }
        guard let number else { throw .network("a network has room for 253 containers") }
        do throws(ContainerError) {
            let options = options(name, [name] + aliases, ports, number)
            let attachment = try await BridgeNetwork.door.pass {
                await BlockingThread.result { [self] in
                    Result { () throws(ContainerError) in
                        try setUp(options, number)
                    }
                }
            }.get()
            let member = Member(attachment: attachment, options: options)
            attachments.withLock { $0[ObjectIdentifier(attachment)] = member }
            return attachment
        } catch {
            _ = used.withLock { $0.remove(number) }
            throw error
        }
    }

    /// Takes a place away; again does nothing.
    package func detach(_ attachment: NetworkAttachment) async {
        let known = attachments.withLock { $0.removeValue(forKey: ObjectIdentifier(attachment)) }
        guard let options = known?.options else { return }
        await BridgeNetwork.door.pass {
            await BlockingThread.result { [self] () -> Result<Void, ContainerError> in
                Result { () throws(ContainerError) in
                    try inTurn { () throws(ContainerError) in
                        try program.tearDown(options, in: attachment.namespace)
                    }
                    try lease.remove(options)
                }
            }
        }.ignored()
        let number = attachment.address.split(separator: ".").last.flatMap { Int($0) }
        if let number { _ = used.withLock { $0.remove(number) } }
    }

    /// Takes all places away, and with them the network.
    package func remove() async {
        for member in attachments.withLock({ Array($0.values) }) { await detach(member.attachment) }
        let configuration = lease.configuration
        await BlockingThread.result { () -> Result<Void, FileError> in
            Result { () throws(FileError) in
                try Folder.remove(configuration)
            }
        }.ignored()
    }

    /// Blocks.
    private func setUp(_ options: NetavarkOptions, _ number: Int) throws(ContainerError) -> NetworkAttachment
    {
        let namespace = try NetworkNamespace.make().file
        try lease.add(options)
        do throws(ContainerError) {
            try inTurn { () throws(ContainerError) in
                try program.setUp(options, in: namespace)
            }
        } catch {
            // What it had done when it failed.
            try? inTurn { () throws(ContainerError) in
                try program.tearDown(options, in: namespace)
            }
            try? lease.remove(options)
            throw error
        }
        let resolver =
            program.nameServer == nil
            ? MachineNames().resolver : "nameserver \(address(1))\noptions ndots:0\n"
        return NetworkAttachment(namespace, address: address(number), resolver: resolver)
    }

    private func inTurn(_ body: () throws(ContainerError) -> Void) throws(ContainerError) {
        do {
            let lock = try FileLock(turn)
            defer { _ = lock }
            try body()
        } catch let error as FileError {
            throw .file(error)
        } catch let error as ContainerError {
            throw error
        } catch {
            throw .network("\(error)")
        }
    }

    private func address(_ number: Int) -> String { "10.83.\(lease.number).\(number)" }

    private func options(
        _ name: String, _ names: [String], _ ports: [PublishedPort], _ number: Int
    ) -> NetavarkOptions {
        let network = interface
        let place = NetavarkOptions.Place(staticIPs: [address(number)], aliases: names)
        let description = NetavarkOptions.Network(
            name: network, id: Digest(of: Array(network.utf8), algorithm: .sha256).encoded,
            networkInterface: network,
            subnets: [NetavarkOptions.Subnet(subnet: address(0) + "/24", gateway: address(1))],
            dnsEnabled: program.nameServer != nil)
        return NetavarkOptions(
            containerID: "\(network)-\(number)", containerName: name, networks: [network: place],
            networkInfo: [network: description], portMappings: ports.map(NetavarkOptions.Port.init))
    }
}

extension Result {
    /// For what is done as well as can be: what is left, the next start takes away.
    fileprivate func ignored() {}
}
