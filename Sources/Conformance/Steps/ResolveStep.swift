// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import SourceText

/// `resolve: {tag: v1}`: asks which image a tag shows.
struct ResolveStep: StepAction {
    private let tag: Tag
    private let expect: ImageExpectation

    init(_ source: StepSource) throws(Diagnostic) {
        tag = try Fields(source.value, "resolve", known: ["tag"]).required("tag").tag()
        expect = try ImageExpectation(try source.requiredExpect("{image: a}, or absent"))
    }

    func describe(in run: CaseRun) -> String { "resolve \(tag)" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        switch try await run.state(of: tag) {
        case .absent(let exchange):
            expect.allowsAbsence
                ? .passed : .violated("\(tag) must show \(expect), and does not exist", exchange)
        case .shows(let digest, let exchange):
            expect.allows(digest, in: run)
                ? .passed : .violated("\(tag) must show \(expect), and shows \(run.label(digest))", exchange)
        case .unclear(let reason, let exchange):
            .violated("\(tag) must show \(expect), and \(reason)", exchange)
        case .undetermined(let reason, let exchange): .inconclusive(reason, exchange)
        }
    }
}
