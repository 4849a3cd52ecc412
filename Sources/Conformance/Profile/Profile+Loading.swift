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
        let fields = try Fields(
            document, "a profile", known: ["profile", "title", "source", "denial", "recognise", "facts"])
        let name = try fields.required("profile")
        let profile = Profile(
            name: try name.string("the profile's name"),
            title: try fields.required("title").string("the title"),
            source: try fields["source"]?.string("the source") ?? "",
            denial: try denial(try fields.required("denial")),
            signs: try list(fields["recognise"], "recognise", sign),
            facts: try facts(fields["facts"]))
        guard profile.name != Profile.strictName || profile.isStrict else {
            throw Diagnostic(
                at: name.location, "a profile that asks for less than strict cannot have its name",
                hint:
                    "strict is 409 with DENIED, as conformance/profiles/strict.yaml has it; any other name will do"
            )
        }
        return profile
    }

    private static func denial(_ value: YAMLValue) throws(Diagnostic) -> Denial {
        let fields = try Fields(
            value, "a denial",
            known: ["status", "code", "content-type", "message-names", "forbidden-headers", "limit-bytes"])
        return Denial(
            status: try status(try fields.required("status")), code: try fields["code"]?.string("the code"),
            contentType: try fields["content-type"]?.string("the content type"),
            messageNames: try list(fields["message-names"], "message-names") { value throws(Diagnostic) in
                try value.word("name")
            },
            forbiddenHeaders: try list(fields["forbidden-headers"], "forbidden-headers") {
                value throws(Diagnostic) in try value.string("a header's name")
            },
            limitBytes: try fields["limit-bytes"].map { value throws(Diagnostic) in
                try Names.positive(value, "the size of a body")
            })
    }

    /// `any`, where nobody knows, is nil.
    private static func status(_ value: YAMLValue) throws(Diagnostic) -> Int? {
        if case .scalar("any", isPlain: true) = value.content { return nil }
        let number = try value.integer("the status")
        guard (400..<500).contains(number) else {
            throw Diagnostic(
                at: value.location, "a denial's status must be between 400 and 499, not \(number)",
                hint: "\"any\" where it is not known")
        }
        return number
    }

    /// `{header: NAME, contains: TEXT}` or `{host: SUFFIX}`.
    private static func sign(_ value: YAMLValue) throws(Diagnostic) -> Sign {
        let fields = try Fields(value, "a sign", known: ["header", "contains", "host"])
        if let header = fields["header"], fields["host"] == nil {
            return .header(
                name: try header.string("a header's name"),
                part: try fields["contains"]?.string("a part of the header") ?? "")
        }
        guard fields["header"] == nil, fields["contains"] == nil, let host = fields["host"] else {
            throw Diagnostic(
                at: value.location, "a sign is a header or a host",
                hint: "{header: NAME, contains: TEXT} or {host: SUFFIX}")
        }
        return .host(suffix: try host.string("the end of a host's name").lowercased())
    }

    private static func facts(_ value: YAMLValue?) throws(Diagnostic) -> [Fact] {
        var facts: [Fact] = []
        for item in try value?.items("facts") ?? [] {
            let fact = try fact(item)
            guard !facts.contains(where: { $0.about == fact.about }) else {
                throw Diagnostic(
                    at: item.location, "there is a fact about \"\(fact.about.rawValue)\" already",
                    hint: "one line can say both")
            }
            facts.append(fact)
        }
        return facts
    }

    /// Without an answer, there is no confidence in it.
    private static func fact(_ value: YAMLValue) throws(Diagnostic) -> Fact {
        let fields = try Fields(value, "a fact", known: ["about", "answer", "source", "confidence"])
        let about: Fact.About = try fields.required("about").word("subject")
        let answer = try fields.required("answer")
        let text = try answer.string("the answer")
        let isKnown = text != Fact.unknown
        let source = try fields.required("source").string("the source")
        let confidence: Fact.Confidence = try fields.required("confidence").word("confidence")
        guard isKnown == (confidence != .none) else {
            throw Diagnostic(
                at: answer.location, "the answer \"unknown\" and the confidence \"none\" go together",
                hint: "the source then says where it was looked for")
        }
        return Fact(about: about, answer: isKnown ? text : nil, source: source, confidence: confidence)
    }

    private static func list<Item>(
        _ value: YAMLValue?, _ what: String, _ read: (YAMLValue) throws(Diagnostic) -> Item
    ) throws(Diagnostic) -> [Item] {
        var items: [Item] = []
        for item in try value?.items(what) ?? [] { items.append(try read(item)) }
        return items
    }
}
