// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// What is known of a registry: a small file that a later run is held against.
///
/// It has a verdict for each scenario and nothing of a run: no transcript, no time, no name of a repository.
package struct ExpectedVerdicts: Codable, Hashable, Sendable {
    package struct Entry: Codable, Hashable, Sendable {
        package var id: String
        package var level: Level
        package var verdict: Verdict
    }

    /// Of the file's form.
    package static let currentSchema = 1

    package var schema = ExpectedVerdicts.currentSchema
    package var profile: String
    /// nil when not even the lowest level is reached.
    package var level: Level?
    /// In the order of the suite.
    package var verdicts: [Entry]

    package init(_ result: CertifyResult) {
        profile = result.profile
        level = result.level
        verdicts = result.scenarios.map { Entry(id: $0.id, level: $0.level, verdict: $0.verdict) }
    }

    /// One line for each scenario, so that a change of one is a change of one line.
    package func render() throws(InvalidValue) -> [UInt8] {
        func text(_ value: some Encodable) throws(InvalidValue) -> String {
            String(decoding: try JSONDocument.encode(value), as: UTF8.self)
        }
        var lines: [String] = []
        for entry in verdicts { lines.append("    " + (try text(entry))) }
        let head = [
            "  \"schema\": \(schema),", "  \"profile\": \(try text(profile)),",
            "  \"level\": \(try text(level)),",
        ]
        let whole =
            ["{"] + head + ["  \"verdicts\": [", lines.joined(separator: ",\n"), "  ]", "}", ""]
        return Array(whole.joined(separator: "\n").utf8)
    }
}

/// What a run is held against: the verdicts that are expected, or an earlier run.
package enum Baseline: Sendable {
    case expected(ExpectedVerdicts)
    case report(CertifyResult)

    private struct Head: Decodable {
        let schema: Int
        let verdicts: [JSONValue]?
    }

    /// Reads a file of expected verdicts, or a `report.json`.
    ///
    /// - Throws: When it is neither, or of a schema that this program does not know.
    package static func read(_ bytes: [UInt8]) throws(InvalidValue) -> Baseline {
        let head = try JSONDocument.decode(Head.self, from: bytes, noun: "baseline")
        guard head.verdicts != nil else { return .report(try JSONReport.read(bytes)) }
        guard head.schema == ExpectedVerdicts.currentSchema else {
            throw InvalidValue(
                "baseline", "schema \(head.schema)",
                "this stet reads schema \(ExpectedVerdicts.currentSchema)")
        }
        return .expected(try JSONDocument.decode(ExpectedVerdicts.self, from: bytes, noun: "baseline"))
    }

    package func comparison(to result: CertifyResult) -> ResultComparison {
        switch self {
        case .expected(let expected): ResultComparison(from: expected, to: result)
        case .report(let old): ResultComparison(from: old, to: result)
        }
    }
}
