// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import SourceText

/// `delete: {tag: v1}` or `delete: {image: a}`: deletes a tag, or a manifest by its digest.
struct DeleteStep: StepAction {
    private let target: Target
    private let expect: AnswerExpectation

    init(_ source: StepSource) throws(Diagnostic) {
        target = try Target(try Fields(source.value, "delete", known: ["tag", "image"]), source.value)
        expect =
            try source.expect.map { value throws(Diagnostic) in
                try AnswerExpectation(value, allowing: [.accepted, .refused, .either])
            } ?? .accepted
    }

    func describe(in run: CaseRun) -> String { "delete \(target)" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        guard let route = run.route(target) else {
            return .violated("there is nothing to delete: the registry never took the \(target)", nil)
        }
        let exchange = try await run.wire.send(run.wire.request(.delete, route))
        switch (run.judge.meaning(of: exchange), expect.answer) {
        case (.accepted, .refused):
            return .violated("it must be refused, and was told \(exchange.summary)", exchange)
        case (.accepted, _): return .passed
        case (.refused, .accepted):
            return .violated("it must be done, and was told \(exchange.summary)", exchange)
        case (.refused, _): return .passed
        case (.faulty(let reason), _): return .violated(reason, exchange)
        case (.undetermined(let reason), _): return .inconclusive(reason, exchange)
        }
    }
}
