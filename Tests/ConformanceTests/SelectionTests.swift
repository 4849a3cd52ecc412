// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import Testing

/// Which scenarios and clients `--only` and `--skip` leave.
@Suite struct SelectionTests {
    private func request(
        only: [String] = [], skip: [String] = [], clients: [RealClient] = []
    ) throws -> CertifyRequest {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: only, skip: skip)
        request.clients = clients
        return request
    }

    /// The ids in a plan, which sends nothing.
    private func selected(_ request: CertifyRequest) throws -> [String] {
        try DryRun.render(request).split(separator: "\n").filter { !$0.hasPrefix(" ") }
            .compactMap { line in line.firstIndex(of: ":").map { String(line[..<$0]) } }
            .filter { !$0.contains(" ") }
    }

    @Test(
        "a word selects",
        arguments: [
            ("race-delete", ["race-delete"]), ("X3", ["body-too-short"]), ("R8", ["race-two-addresses"]),
            (
                "delete",
                [
                    "delete-tag-then-push", "delete-digest-then-push", "delete-child-of-index", "delete-blob",
                    "delete-then-same-image", "delete-untagged",
                ]
            ),
        ])
    func selects(word: String, ids: [String]) throws {
        #expect(try selected(try request(only: [word])) == ids)
    }

    @Test func severitiesAndLevelsSelect() throws {
        let (all, should) = (try selected(try request()), try selected(try request(only: ["should"])))
        #expect(!should.isEmpty && should.count < all.count && !should.contains("first-push"))
        #expect(try selected(try request(skip: ["should"])) == all.filter { !should.contains($0) })
        let levels = try Level.allCases.flatMap { try selected(try request(only: [$0.rawValue])) }
        #expect(Set(levels) == Set(all) && levels.count == all.count)
    }

    @Test(
        "clients are selected by name",
        arguments: [
            ([], [], ["skopeo", "crane"]), (["clients"], [], ["skopeo", "crane"]),
            (["client-crane"], [], ["crane"]), (["first-push"], [], ["skopeo", "crane"]),
            (["first-push", "client-crane"], [], ["crane"]), ([], ["clients"], []),
            ([], ["client-skopeo"], ["crane"]), ([], ["consistent"], []),
        ] as [([String], [String], [String])])
    func clients(only: [String], skip: [String], left: [String]) throws {
        let request = try request(only: only, skip: skip, clients: [.skopeo, .crane])
        #expect(request.unknownNames == [])
        #expect(request.selectedClients.map(\.rawValue) == left)
        let ids = try selected(request)
        #expect(ids.filter { $0.hasPrefix("client-") } == left.map { "client-\($0)" })
        let isAboutClientsOnly = !only.isEmpty && only.allSatisfy { $0.hasPrefix("client") }
        #expect(ids.contains { !$0.hasPrefix("client-") } == !isAboutClientsOnly)
    }

    @Test func clientsThatNobodyNamedAreAskedFor() throws {
        let request = try request(only: ["clients"])
        let error = #expect(throws: CertifyError.self) { try DryRun.render(request) }
        #expect(
            error?.description == "no client is selected: name those that shall be tried with --clients")
        #expect(error?.exitCode == 2)
    }

    @Test(
        "a word that means nothing is told, with the nearest that does",
        arguments: ["cliens", "overwrit", "X33", "sealt"])
    func unknown(word: String) throws {
        let request = try request(only: [word])
        #expect(request.unknownNames == [word])
        for known in ["clients", "client-oras", "overwrite", "X3", "sealed", "must", "writers"] {
            #expect(request.knownNames.contains(known))
        }
    }
}
