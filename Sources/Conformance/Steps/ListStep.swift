// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `list: {}`: asks for the tags of the repository.
struct ListStep: StepAction {
    private enum Expectation: Sendable {
        /// Any list; it is remembered.
        case answer
        /// The same as the list before.
        case unchanged
        case tags([String])
    }

    private let expect: Expectation

    init(_ source: StepSource) throws(Diagnostic) {
        _ = try Fields(source.value, "list", known: [])
        guard let value = source.expect else {
            expect = .answer
            return
        }
        if case .scalar(let text, _) = value.content {
            guard text == "unchanged" else {
                throw Diagnostic(
                    at: value.location, "unknown expectation \"\(text)\"",
                    hint: "\"unchanged\", or {tags: [v1]}")
            }
            expect = .unchanged
            return
        }
        let list = try Fields(value, "an expectation", known: ["tags"]).required("tags")
        var tags: [String] = []
        for item in try list.items("the tags") { tags.append(try item.tag().rawValue) }
        expect = .tags(tags.sorted())
    }

    func describe(in run: CaseRun) -> String { "list the tags" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let exchange = try await run.wire.send(run.wire.request(.get, .tags(run.repository)))
        if AnswerJudge.isNobodysFault(exchange.status) {
            return .inconclusive("the answer was \(exchange.summary)", exchange)
        }
        guard exchange.response.isSuccess else {
            return .violated("the tags must be listed, and the answer was \(exchange.summary)", exchange)
        }
        guard
            let list = try? JSONDocument.decode(TagList.self, from: exchange.response.body, noun: "tag list")
        else { return .violated("the answer must be a JSON object with \"tags\", and is not", exchange) }
        let tags = (list.tags ?? []).sorted()
        let before = run.tags
        run.tags = tags
        let wanted =
            switch expect {
            case .answer: tags
            case .unchanged: before ?? tags
            case .tags(let tags): tags
            }
        if tags == wanted { return .passed }
        return .violated(
            "the tags must be [\(ListStep.text(wanted))], and are [\(ListStep.text(tags))]", exchange)
    }

    private static func text(_ tags: [String]) -> String { tags.joined(separator: ", ") }

    /// Source: distribution-spec 1.1, "Listing Tags".
    private struct TagList: Decodable {
        /// null in some registries when there are none.
        var tags: [String]?
    }
}
