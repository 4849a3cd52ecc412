// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import Testing

@Suite struct MachineResolverTests {
    @Test(arguments: [
        ("nameserver 10.0.0.1\n", "nameserver 10.0.0.1\n"),
        (
            "# made by hand\n\nnameserver\t192.0.2.1\nsearch example.org\noptions ndots:2\n",
            "# made by hand\nnameserver\t192.0.2.1\nsearch example.org\noptions ndots:2\n"
        ),
        // Of several servers, those that a container reaches.
        ("nameserver 127.0.0.53\nnameserver 192.0.2.1", "nameserver 192.0.2.1\n"),
        ("nameserver fe80::1%eth0\r\nnameserver 192.0.2.1\r\n", "nameserver 192.0.2.1\n"),
    ])
    func serversElsewhereAreTaken(text: String, resolver: String) {
        #expect(MachineResolver.reachable(in: text) == resolver)
    }

    @Test(arguments: [
        "", "search example.org\n", "nameserver 127.0.0.53\noptions edns0\n", "nameserver 127.0.0.11\n",
        "nameserver ::1\n", "nameserver 2001:db8::53\n", "nameserver\n", "nameserver 10.0.0\n",
        "nameserver 10.0.0.256\n", "nameserver 0.0.0.0\n", "#nameserver 10.0.0.1\n",
        "; nameserver 10.0.0.1\n",
    ])
    func aMachineThatOnlyAsksItselfHasNone(text: String) {
        #expect(MachineResolver.reachable(in: text) == nil)
    }
}

@Suite struct PacketRulesTests {
    @Test(arguments: PacketRules.Table.allCases)
    func whatIsAddedIsRemovedRuleForRule(table: PacketRules.Table) {
        let rules = PacketRules(subnet: 7)
        let added = rules.text(.add, in: table).split(separator: "\n")
        let removed = rules.text(.remove, in: table).split(separator: "\n")
        #expect(added.first == "*\(table)" && added.last == "COMMIT")
        #expect(added.dropFirst().dropLast().allSatisfy { $0.contains(" 10.83.7.0/24 ") })
        let pairs = zip(added, removed).filter { $0 != $1 }
        #expect(pairs.count == added.count - 2)
        #expect(pairs.allSatisfy { $0.dropFirst(2) == $1.dropFirst(2) && $1.hasPrefix("-D ") })
    }

    @Test func onlyTheSubnetsOwnPacketsAreLetOut() {
        let filter = PacketRules(subnet: 0).text(.add, in: .filter)
        #expect(filter.contains("-I FORWARD -s 10.83.0.0/24 "))
        #expect(filter.contains("-d 10.83.0.0/24 -m conntrack --ctstate RELATED,ESTABLISHED "))
        #expect(PacketRules(subnet: 0).text(.add, in: .nat).contains("-s 10.83.0.0/24 ! -d 224.0.0.0/4 "))
    }
}
