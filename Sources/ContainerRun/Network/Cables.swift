// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import Synchronization
import SystemPackage

/// Containers that are each at the far end of a cable of their own, with the machine as their router.
///
/// Its methods block.
///
/// Source: veth(4); ip(7), "ip_forward".
final class Cables: Sendable {
    private let lease: SubnetLease
    private let rules: PacketRules
    /// The content of each container's resolv.conf.
    private let resolver: String
    private let routes: NetlinkSocket
    private let state = Mutex(State())

    private struct State {
        var used: Set<Int> = []
        var attached: [Int: NetworkAttachment] = [:]
    }

    /// Of 256 addresses, without those of the network, the router and the broadcast.
    private static let places = 2..<255
    private static let router = 1
    private static let forwarding: FilePath = "/proc/sys/net/ipv4/ip_forward"
    /// Rules beside those of a firewalld do not count: netavark tells it of its networks.
    private static let firewallDaemon = "/run/firewalld"

    private init(_ lease: SubnetLease, resolver: String, _ routes: NetlinkSocket) {
        self.lease = lease
        rules = PacketRules(subnet: lease.number)
        self.resolver = resolver
        self.routes = routes
    }

    /// Takes a subnet and lets it out.
    ///
    /// - Throws: Where name servers can only be asked by the machine itself, and where the firewall is not ours
    ///   to change.
    static func make() throws(ContainerError) -> Cables {
        guard let resolver = MachineResolver.reachable() else {
            throw .network("containers cannot reach the machine's name servers")
        }
        guard PacketRules.canBeMade, access(firewallDaemon, F_OK) != 0 else {
            throw .network("the firewall cannot be changed by iptables")
        }
        let cables = Cables(try SubnetLease.first(), resolver: resolver, try NetlinkSocket())
        try cables.lease.noteRules()
        do throws(ContainerError) {
            try forward()
            try cables.rules.add()
        } catch {
            try? cables.lease.noteNothing()
            throw error
        }
        return cables
    }

    private static func forward() throws(ContainerError) {
        guard (try? WholeFile.read(forwarding, limitBytes: 64))?.first != UInt8(ascii: "1") else { return }
        try ContainerError.file { () throws(FileError) in
            try FileError.wrap("write", forwarding) {
                let file = try FileDescriptor.open(forwarding, .writeOnly, options: .closeOnExec)
                _ = try file.closeAfter { try file.writeAll("1".utf8) }
            }
        }
    }

    func attach() throws(ContainerError) -> NetworkAttachment {
        let number = state.withLock { state in
            let free = Self.places.first { !state.used.contains($0) }
            if let free { state.used.insert(free) }
            return free
        }
        guard let number else { throw .network("a network has room for 253 containers") }
        do throws(ContainerError) {
            let attachment = try connect(number)
            state.withLock { $0.attached[number] = attachment }
            return attachment
        } catch {
            disconnect(number)
            throw error
        }
    }

    /// A namespace with a cable to the machine: an address at either end, and a way out.
    private func connect(_ number: Int) throws(ContainerError) -> NetworkAttachment {
        let namespace = try NetworkNamespace.make()
        let name = name(of: number)
        do throws(ContainerError) {
            try routes.perform(.makeCable(name, peer: "eth0", in: namespace.file.raw))
        } catch {
            // One of a process that was killed a moment ago: the kernel has not taken it away yet.
            guard case .system(_, .fileExists, _) = error else { throw error }
            try? routes.perform(.removeLink(name))
            try routes.perform(.makeCable(name, peer: "eth0", in: namespace.file.raw))
        }
        let inside = namespace.socket
        guard let near = try routes.index(of: name), let far = try inside.index(of: "eth0") else {
            throw .network("the network link \(name) is gone")
        }
        let own = address(number)
        let router = address(Self.router)
        try routes.perform(.addAddress(router, peer: own, prefix: 32, to: near))
        for link in [try inside.index(of: "lo"), far] {
            if let link { try inside.perform(.switchOn(link)) }
        }
        try inside.perform(.addAddress(own, prefix: 24, to: far))
        try inside.perform(.addDefaultRoute(through: router, on: far))
        return NetworkAttachment(
            namespace.file, address: "10.83.\(lease.number).\(number)", resolver: resolver)
    }

    /// Again does nothing.
    func detach(_ attachment: NetworkAttachment) {
        let number = state.withLock { state in
            let number = state.attached.first { $0.value === attachment }?.key
            if let number { state.attached[number] = nil }
            return number
        }
        if let number { disconnect(number) }
    }

    private func disconnect(_ number: Int) {
        try? routes.perform(.removeLink(name(of: number)))
        _ = state.withLock { $0.used.remove(number) }
    }

    /// Takes all places away.
    func disconnectAll() {
        for attachment in state.withLock({ Array($0.attached.values) }) { detach(attachment) }
    }

    /// Lets nothing out any more.
    func close() {
        rules.remove()
        try? lease.noteNothing()
    }

    private func name(of number: Int) -> String { "stet\(lease.number)-\(number)" }

    private func address(_ number: Int) -> RouteMessage.Address {
        (10, 83, UInt8(truncatingIfNeeded: lease.number), UInt8(truncatingIfNeeded: number))
    }
}
