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

    /// Of a body that is no JSON.
    private static let shownCharacters = 200

    /// Belong to the connection, to what stands before the registry, or to the one request, and not to the answer.
    private static let passing: Set<String> = [
        "age", "alt-svc", "cf-cache-status", "cf-ray", "connection", "content-length", "date", "keep-alive",
        "nel",
        "report-to", "server-timing", "set-cookie", "traceparent", "tracestate", "transfer-encoding", "via",
        "x-amz-cf-id", "x-amz-cf-pop", "x-amz-id-2", "x-amz-request-id", "x-amzn-requestid",
        "x-amzn-trace-id",
        "x-azure-ref", "x-cache", "x-cache-hits", "x-cloud-trace-context", "x-correlation-id",
        "x-envoy-upstream-service-time", "x-ms-client-request-id", "x-ms-correlation-request-id",
        "x-ms-ratelimit-remaining-calls-per-second", "x-ms-request-id", "x-request-id", "x-response-time",
        "x-runtime", "x-served-by", "x-timer", "x-trace-id",
    ]

    /// Tags of the suite that are words of the language, too: in `see the main page` it is not the tag, whether the
    /// tag is `main` or another one.
    private static let wordTags = [
        "latest", "main", "master", "dev", "edge", "nightly", "stable", "canary", "snapshot", "test", "cache",
        "buildcache",
    ]

    init(_ exchange: Exchange, repository: RepositoryName, tag: Tag?) {
        let nameless = { (text: String) -> String in
            let text = AnswerShape.withoutDigests(text)
                .replacing(repository.rawValue, with: "{repository}")
            let tags = AnswerShape.wordTags + [tag?.rawValue].compactMap(\.self)
            let named = tags.reduce(text) { AnswerShape.replacing($1, with: "{tag}", in: $0) }
            return PassingWords.removed(from: named)
        }
        summary = nameless(exchange.summary)
        headers = Set(exchange.response.headers.fields.map { $0.name.lowercased() })
            .subtracting(AnswerShape.passing).sorted()
        body =
            switch try? JSONDocument.decode(JSONValue.self, from: exchange.response.body, noun: "body") {
            case let value?: AnswerShape.shape(of: value)
            // What is cut off must not be half a name.
            case nil:
                String(
                    nameless(
                        String(
                            decoding: exchange.response.body.prefix(Redaction.bodyLimitBytes), as: UTF8.self)
                    ).prefix(AnswerShape.shownCharacters))
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

    /// Replaces a word where it stands alone: the tag `1` is not a part of 401 nor of `10.1.7.23`, nor `_` of
    /// `TAG_INVALID`.
    private static func replacing(_ word: String, with other: String, in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let range = rest.firstRange(of: word) {
            let before = text[..<range.lowerBound].reversed().prefix(2)
            let after = text[range.upperBound...].prefix(2)
            let isPart = isContinued(Array(before)) || isContinued(Array(after))
            result += rest[..<range.lowerBound] + (isPart ? word : other)
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    /// Whether a word goes on with these characters, the nearest first; a full stop ends a sentence, too.
    private static func isContinued(_ next: [Character]) -> Bool {
        let isLetter = { (character: Character) in
            character.isLetter || character.isNumber || character == "_"
        }
        guard let first = next.first else { return false }
        return isLetter(first) || (".-".contains(first) && next.count > 1 && isLetter(next[1]))
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
