// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `catalog: {in: x}`: looks for a repository in the list of all of them.
///
/// A registry that has no catalog, or shows it to nobody, skips the case.
///
/// Source: CNCF Distribution, HTTP API v2, "Listing Repositories".
struct CatalogStep: StepAction {
    private enum Expectation: String, CaseIterable { case listed, absent }

    /// A list that never ends is cut here.
    private static let pageLimit = 100
    private static let pageSize = 1000

    private let place: Place
    private let expect: Expectation

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "catalog", known: ["in"])
        place = try fields.place()
        expect = try source.requiredExpect("listed, or absent").word("expectation")
    }

    func describe(in run: CaseRun) -> String {
        "look for \(run.repository(of: place)) in the catalog"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let name = run.repository(of: place).rawValue
        var url = run.wire.url(.catalog).adding("n", "\(CatalogStep.pageSize)")
        for _ in 0..<CatalogStep.pageLimit {
            let exchange = try await run.wire.send(HTTPRequest(.get, url))
            if exchange.status != 401, AnswerJudge.isNobodysFault(exchange.status) {
                return .inconclusive("the answer was \(exchange.summary)", exchange)
            }
            guard exchange.response.isSuccess, let list = RepositoryList(exchange.response.body) else {
                return .unprepared(
                    Finding("repositories are not listed here: the answer was \(exchange.summary)", exchange))
            }
            if list.names.contains(name) {
                return expect == .listed
                    ? .passed : .violated("\(name) must not be there, and the catalog lists it", exchange)
            }
            guard let next = exchange.next else {
                return expect == .absent
                    ? .passed : .violated("\(name) must be there, and the catalog does not list it", exchange)
            }
            url = next
        }
        return .unprepared(Finding("the catalog does not end after \(CatalogStep.pageLimit) pages"))
    }
}

/// A page of the names of repositories.
private struct RepositoryList {
    let names: Set<String>

    /// - Returns: nil when the bytes are not a JSON object with `repositories`, which some registries leave null.
    init?(_ bytes: [UInt8]) {
        guard let list = try? JSONDocument.decode(Document.self, from: bytes, noun: "catalog") else {
            return nil
        }
        names = Set(list.repositories ?? [])
    }

    private struct Document: Decodable {
        var repositories: [String]?
    }
}
