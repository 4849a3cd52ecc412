// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
package import SourceText

extension Profile {
    /// Reads a profile file.
    ///
    /// - Throws: A diagnostic at the first thing that is wrong.
    package static func load(_ file: NamedText) throws(Diagnostic) -> Profile {
        do {
            return try parse(file)
        } catch {
            throw error.quoting(file.text)
        }
    }

    private static func parse(_ file: NamedText) throws(Diagnostic) -> Profile {
        guard let document = try YAMLParser.parse(file.text, file: file.name) else {
            throw Diagnostic(at: SourceLocation(file: file.name, line: 1), "the file has no profile")
        }
        let fields = try Fields(document, "a profile", known: ["profile", "title", "source", "denial"])
        return Profile(
            name: try fields.required("profile").string("the profile's name"),
            title: try fields.required("title").string("the title"),
            source: try fields["source"]?.string("the source") ?? "",
            denial: try denial(try fields.required("denial")))
    }

    private static func denial(_ value: YAMLValue) throws(Diagnostic) -> Denial {
        let fields = try Fields(
            value, "a denial",
            known: ["status", "code", "content-type", "message-names", "forbidden-headers"])
        let status = try fields.required("status")
        let number = try status.integer("the status")
        guard (400..<500).contains(number) else {
            throw Diagnostic(
                at: status.location, "a denial's status must be between 400 and 499, not \(number)")
        }
        var names: [Denial.Name] = []
        for item in try fields["message-names"]?.items("message-names") ?? [] {
            names.append(try item.word("name"))
        }
        var headers: [String] = []
        for item in try fields["forbidden-headers"]?.items("forbidden-headers") ?? [] {
            headers.append(try item.string("a header's name"))
        }
        return Denial(
            status: number, code: try fields["code"]?.string("the code"),
            contentType: try fields["content-type"]?.string("the content type"), messageNames: names,
            forbiddenHeaders: headers)
    }
}
