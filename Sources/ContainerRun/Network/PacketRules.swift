// SPDX-License-Identifier: Apache-2.0

/// The firewall's rules by which what comes from a subnet reaches the world, in the machine's name.
///
/// In effect they are netavark's, all of them in one transaction.
///
/// Source: iptables-restore(8), iptables-extensions(8).
package struct PacketRules: Sendable {
    /// Of `10.83.N.0/24`.
    private let number: Int

    private static let programName = "iptables-restore"

    package init(subnet number: Int) {
        self.number = number
    }

    package enum Change: Sendable {
        case add, remove
    }

    /// The tables of the firewall that they are in.
    package enum Table: String, CaseIterable, Sendable {
        case nat, filter
    }

    static var canBeMade: Bool { Program.find(programName) != nil }

    /// Blocks.
    ///
    /// - Throws: ``ContainerError/network(_:)`` with the program's words; nothing is left then.
    func add() throws(ContainerError) {
        do throws(ContainerError) {
            try apply(.add, to: Table.allCases)
        } catch {
            removeEach()
            throw error
        }
    }

    /// Blocks.
    func remove() {
        do throws(ContainerError) {
            try apply(.remove, to: Table.allCases)
        } catch {
            removeEach()
        }
    }

    /// When some may be there and others not.
    private func removeEach() {
        for table in Table.allCases { try? apply(.remove, to: [table]) }
    }

    private func apply(_ change: Change, to tables: [Table]) throws(ContainerError) {
        let input = tables.map { text(change, in: $0) }.joined()
        let outcome = try Program(Self.programName).run(["--noflush", "--wait"], input: Array(input.utf8))
        guard outcome.status != 0 else { return }
        throw .network("\(Self.programName) cannot change the firewall: \(outcome.errorText)")
    }

    /// What the program is told about one table.
    package func text(_ change: Change, in table: Table) -> String {
        let subnet = "10.83.\(number).0/24"
        let ending = "-m comment --comment stet\(number) -j"
        var lines: [String]
        switch table {
        case .nat:
            lines = ["-A POSTROUTING -s \(subnet) ! -d 224.0.0.0/4 \(ending) MASQUERADE"]
        case .filter:
            // In front, as netavark's: what is there may refuse everything.
            lines = [
                "-I FORWARD -s \(subnet) \(ending) ACCEPT",
                "-I FORWARD -d \(subnet) -m conntrack --ctstate RELATED,ESTABLISHED \(ending) ACCEPT",
            ]
        }
        if change == .remove { lines = lines.map { "-D" + $0.dropFirst(2) } }
        return (["*\(table)"] + lines + ["COMMIT"]).map { $0 + "\n" }.joined()
    }
}
