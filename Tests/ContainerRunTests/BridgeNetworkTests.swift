// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import Glibc
import SystemPackage
import Testing

@Suite(.enabled(if: RootBusybox.isPossible && RootBusybox.hasNetworks), .serialized)
struct BridgeNetworkTests {
    @Test func containersFindOneAnotherByNameAndAlias() async throws {
        let machine = try await RootBusybox()
        let network = try await BridgeNetwork.create(in: machine.roots)
        let server = try await network.attach(name: "web", aliases: ["api"])
        let client = try await network.attach(name: "client")
        let root = try await machine.base.mount()
        var process = ContainerProcess(["/bin/sh", "-c", "echo ready; exec httpd -f -p 80 -h /etc"])
        process.network = .bridge(server)
        let (said, say) = AsyncStream<Void>.makeStream()
        let container = try await machine.runtime.start(process, in: root) { _, _ in say.yield() }
        for await _ in said { break }
        let line =
            "for name in web api; do until wget -qO- http://$name/passwd | grep ^anna; do :; done; done"
        let result = try await machine.shell(line, in: root) { $0.network = .bridge(client) }
        #expect(result.output.split(separator: "\n").count == 2)
        #expect(Folder.isFolder(FilePath("/sys/class/net").appending(network.interface)))
        container.stop(after: .zero)
        _ = try? await container.wait()
        await network.remove()
        #expect(!Folder.isFolder(FilePath("/sys/class/net").appending(network.interface)))
    }

    @Test func aContainerKnowsItsAddress() async throws {
        let machine = try await RootBusybox()
        let network = try await BridgeNetwork.create(in: machine.roots)
        let place = try await network.attach(name: "box")
        let root = try await machine.base.mount()
        let result = try await machine.shell("grep box /etc/hosts; ip -4 addr show eth0", in: root) {
            $0.network = .bridge(place)
            $0.hostname = "box"
        }
        #expect(result.output.hasPrefix("\(place.address)\tbox\n"))
        #expect(result.output.contains("inet \(place.address)/24"))
        await network.remove()
    }

    @Test func aPortLeadsToTheContainer() async throws {
        let machine = try await RootBusybox()
        let network = try await BridgeNetwork.create(in: machine.roots)
        // Nobody has the port while the socket has it, and the rules of the firewall do not need it.
        let socket = try LoopbackSocket()
        let place = try await network.attach(
            name: "web", ports: [PublishedPort(host: socket.port, container: 80)])
        let root = try await machine.base.mount()
        var process = ContainerProcess(["/bin/sh", "-c", "echo ready; exec httpd -f -p 80 -h /etc"])
        process.network = .bridge(place)
        let (said, say) = AsyncStream<Void>.makeStream()
        let container = try await machine.runtime.start(process, in: root) { _, _ in say.yield() }
        for await _ in said { break }
        let line = "until wget -qO- http://127.0.0.1:\(socket.port)/passwd | grep ^anna; do :; done"
        let result = try await machine.shell(line, in: root) { $0.network = .host }
        #expect(result.output.hasPrefix("anna:"))
        container.stop(after: .zero)
        _ = try? await container.wait()
        await network.remove()
    }
}

/// A port of the loopback that is ours as long as the value lives.
private final class LoopbackSocket: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
            }
        }
        try #require(status == 0)
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}
