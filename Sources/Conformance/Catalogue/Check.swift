// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
package import SourceText

/// A check that a suite for write-once tags could make.
package struct Check: Hashable, Sendable {
    /// As scenarios name it in `covers`: `O2`.
    package let id: String
    package let name: String
    /// Why no scenario makes it; nil when one does.
    package let reason: String?

    /// Reads `conformance/checks.yaml`.
    ///
    /// - Throws: A diagnostic at the first thing that is wrong.
    package static func load(_ file: NamedText) throws(Diagnostic) -> [Check] {
        do {
            return try parse(file)
        } catch {
            throw error.quoting(file.text)
        }
    }

    private static func parse(_ file: NamedText) throws(Diagnostic) -> [Check] {
        guard let document = try YAMLParser.parse(file.text, file: file.name) else {
            throw Diagnostic(at: SourceLocation(file: file.name, line: 1), "the file has no checks")
        }
        var checks: [Check] = []
        let list = try Fields(document, "a list of checks", known: ["checks"]).required("checks")
        for item in try list.items("checks") {
            let fields = try Fields(item, "a check", known: ["id", "name", "not"])
            let id = try fields.required("id")
            let check = Check(
                id: try id.string("the id"), name: try fields.required("name").string("the name"),
                reason: try fields["not"]?.string("the reason"))
            guard !checks.contains(where: { $0.id == check.id }) else {
                throw Diagnostic(at: id.location, "the check \(check.id) is listed twice")
            }
            checks.append(check)
        }
        return checks
    }
}
