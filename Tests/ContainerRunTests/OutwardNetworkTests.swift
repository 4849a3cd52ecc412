// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import SystemPackage
import Testing

@Suite(.enabled(if: RootBusybox.isPossible && RootBusybox.hasNetworks), .serialized)
struct OutwardNetworkTests {
    @Test func aContainerReachesOthersInTheMachinesName() async throws {
        let machine = try await RootBusybox()
        let network = try await OutwardNetwork.create(in: machine.roots)
        let elsewhere = try await OutwardNetwork.create(in: machine.roots)
        let place = try await network.attach()
        let far = try await elsewhere.attach()
        let root = try await machine.base.mount()
        var process = ContainerProcess(["/bin/sh", "-c", "echo ready; exec httpd -f -vv -p 80 -h /etc"])
        process.network = .bridge(far)
        let words = Words()
        let (said, say) = AsyncStream<Void>.makeStream()
        let container = try await machine.runtime.start(process, in: root) { stream, bytes in
            words.add(bytes, stream)
            say.yield()
        }
        for await _ in said { break }
        let line = "until wget -qO- http://\(far.address)/passwd | grep ^anna; do :; done"
        let result = try await machine.shell(line, in: root) { $0.network = .bridge(place) }
        #expect(result.output.hasPrefix("anna:"))
        container.stop(after: .zero)
        _ = try? await container.wait()
        let log = words.text(.error)
        #expect(log.contains(router(of: far)) && !log.contains(place.address), "\(log)")
        await network.remove()
        await elsewhere.remove()
    }

    @Test func aContainerKnowsItsAddressAndItsWayOut() async throws {
        let machine = try await RootBusybox()
        let network = try await OutwardNetwork.create(in: machine.roots)
        let place = try await network.attach()
        let root = try await machine.base.mount()
        let line = "grep box /etc/hosts; ip -4 addr show eth0; ip route; ping -c 1 \(router(of: place))"
        let result = try await machine.shell(line, in: root) {
            $0.network = .bridge(place)
            $0.hostname = "box"
        }
        #expect(result.exit.isSuccess, "\(result)")
        #expect(result.output.hasPrefix("\(place.address)\tbox\n"))
        #expect(result.output.contains("inet \(place.address)/24"))
        #expect(result.output.contains("default via \(router(of: place)) dev eth0"))
        await network.remove()
    }

    @Test func nothingIsLeftOfItAndItsPlacesAreGivenAgain() async throws {
        let machine = try await RootBusybox()
        let network = try await OutwardNetwork.create(in: machine.roots)
        let first = try await network.attach()
        let second = try await network.attach()
        #expect(first.address != second.address)
        #expect(try !links(of: first).isEmpty)
        await network.detach(first)
        await network.detach(first)
        #expect(try await network.attach().address == first.address)
        await network.remove()
        #expect(try links(of: first).isEmpty)
    }

    /// What the machine sees of a place's network.
    private func links(of place: NetworkAttachment) throws -> [String] {
        let number = place.address.split(separator: ".")[2]
        return try Folder.names(in: "/sys/class/net").filter {
            $0 == "stet\(number)" || $0.hasPrefix("stet\(number)-")
        }
    }

    private func router(of place: NetworkAttachment) -> String {
        place.address.split(separator: ".").prefix(3).joined(separator: ".") + ".1"
    }
}
