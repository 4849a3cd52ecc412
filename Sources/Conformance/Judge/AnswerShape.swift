// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// What two answers to the same question must have in common: status, code, message, headers and body shape,
/// with the names of repositories, tags and contents taken out, and what belongs to the one request: its id, its time
/// (``PassingWords``), and the headers of connections and of load balancers.
struct AnswerShape: Hashable, Sendable, CustomStringConvertible {
    private let summary: String
    private let headers: [String]
    private let body: String

    /// Belong to the connection, to what stands before the registry, or to the one request, and not to the answer.
    private static let passing: Set<String> = [
        "age", "alt-svc", "cf-ray", "connection", "content-length", "date", "keep-alive", "server-timing",
        "set-cookie", "traceparent", "transfer-encoding", "via", "x-amz-cf-id", "x-amzn-requestid",
        "x-amzn-trace-id", "x-cache", "x-correlation-id", "x-ms-correlation-request-id", "x-ms-request-id",
        "x-request-id", "x-served-by", "x-timer", "x-trace-id",
    ]

    init(_ exchange: Exchange, repository: RepositoryName, tag: Tag?) {
        let nameless = { (text: String) -> String in
            let text = AnswerShape.withoutDigests(text)
                .replacing(repository.rawValue, with: "{repository}")
            let named = tag.map { AnswerShape.replacing($0.rawValue, with: "{tag}", in: text) } ?? text
            return PassingWords.removed(from: named)
        }
        summary = nameless(exchange.summary)
        headers = Set(exchange.response.headers.fields.map { $0.name.lowercased() })
            .subtracting(AnswerShape.passing).sorted()
        body =
            switch try? JSONDocument.decode(JSONValue.self, from: exchange.response.body, noun: "body") {
            case let value?: AnswerShape.shape(of: value)
            case nil: nameless(String(decoding: exchange.response.body.prefix(200), as: UTF8.self))
            }
    }

    var description: String { "\(summary); headers \(headers.joined(separator: ", ")); body \(body)" }

    /// The value with types in place of values: `{errors: [{code: string}]}`.
    private static func shape(of value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer, .number: "number"
        case .string: "string"
        case .array(let items): "[" + items.map(shape).joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.keys.sorted().map { "\($0): \(members[$0].map(shape) ?? "")" }.joined(
                    separator: ", ") + "}"
        }
    }

    /// Replaces a word where it stands alone: the tag `1` is not a part of 401, nor `_` of `TAG_INVALID`.
    private static func replacing(_ word: String, with other: String, in text: String) -> String {
        let isPart = { (character: Character?) in
            character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
        }
        var result = ""
        var rest = text[...]
        while let range = rest.firstRange(of: word) {
            let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : nil
            let after = range.upperBound < text.endIndex ? text[range.upperBound] : nil
            result += rest[..<range.lowerBound] + (isPart(before) || isPart(after) ? word : other)
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    private static func withoutDigests(_ text: String) -> String {
        var text = text
        while let mark = text.firstRange(of: "sha256:") {
            let end = text[mark.upperBound...].firstIndex { !$0.isHexDigit } ?? text.endIndex
            text.replaceSubrange(mark.lowerBound..<end, with: "{digest}")
        }
        return text
    }
}
