// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `list: {}`: asks for the tags of the repository; with `page: 1` in pages of so many.
struct ListStep: StepAction {
    private enum Expectation: Sendable {
        /// Any list; it is remembered.
        case answer
        /// The same as the list before.
        case unchanged
        case tags([String])
    }

    /// A list of one tag a page that never ends is cut here.
    private static let pageLimit = 100

    private let page: Int?
    private let place: Place
    private let expect: Expectation

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(source.value, "list", known: ["page", "in"])
        page = try fields["page"].map { value throws(Diagnostic) in try Names.positive(value, "a page") }
        place = try fields.place()
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

    func describe(in run: CaseRun) -> String {
        "list the tags\(place.clause)\(page.map { ", \($0) a page" } ?? "")"
    }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        var url = run.wire.url(.tags(run.repository(of: place)))
        if let page { url = url.adding("n", "\(page)") }
        var tags: [String] = []
        for _ in 0..<ListStep.pageLimit {
            let exchange = try await run.wire.send(HTTPRequest(.get, url))
            if AnswerJudge.isNobodysFault(exchange.status) {
                return .inconclusive("the answer was \(exchange.summary)", exchange)
            }
            if let lack = run.context.rights.lack(in: exchange) { return .inconclusive(lack, exchange) }
            guard exchange.response.isSuccess else {
                return .violated("the tags must be listed, and the answer was \(exchange.summary)", exchange)
            }
            guard let list = TagList(exchange.response.body) else {
                return .violated("the answer must be a JSON object with \"tags\", and is not", exchange)
            }
            tags += list.tags
            guard page != nil, let next = exchange.next else {
                return end(of: tags.sorted(), exchange, in: &run)
            }
            url = next
        }
        return .violated("the list does not end after \(ListStep.pageLimit) pages", nil)
    }

    private func end(of tags: [String], _ exchange: Exchange, in run: inout CaseRun) -> StepEnd {
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
}
