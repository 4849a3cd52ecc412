// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import SourceText

/// A policy action as a scenario writes it: its names are under the case's own repository.
struct WrittenPolicy: Sendable {
    private enum Verb: String, CaseIterable { case create, change, enable, disable, delete }
    private enum Rule: String, CaseIterable { case deny, allow }

    private enum WrittenPlace {
        case registry
        case namespace(Place)
        case repository(Place)

        func place(under own: RepositoryName) -> PolicyPlace {
            switch self {
            case .registry: .registry
            case .namespace(let place): .namespace(place.repository(under: own))
            case .repository(let place): .repository(place.repository(under: own))
            }
        }
    }

    static let keys =
        Verb.allCases.map(\.rawValue) + [
            "enabled", "images", "tags", "except-tags", "identical-push", "deletion", "reuse",
        ]

    private let verb: Verb
    private let place: WrittenPlace
    private let text: String
    /// Its place is filled in when the case is known.
    private let terms: PolicyTerms

    init(_ fields: Fields, _ value: YAMLValue) throws(Diagnostic) {
        let verbs = Verb.allCases.filter { fields[$0.rawValue] != nil }
        guard verbs.count == 1, let verb = verbs.first else {
            throw Diagnostic(
                at: value.location, "a policy step does one thing",
                hint: "one of \(Verb.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.verb = verb
        let written = try fields.required(verb.rawValue)
        text = try written.string("a policy's place")
        place = try WrittenPolicy.place(text, written)
        var terms = PolicyTerms(.registry)
        if let word = fields["enabled"] {
            let text = try word.string("enabled")
            guard ["true", "false"].contains(text) else {
                throw Diagnostic(at: word.location, "enabled must be true or false, not \"\(text)\"")
            }
            terms.isEnabled = text == "true"
        }
        terms.images = try WrittenPolicy.patterns(fields["images"])
        terms.tags = try WrittenPolicy.patterns(fields["tags"])
        terms.exceptTags = try WrittenPolicy.patterns(fields["except-tags"])
        terms.allowsIdenticalPush = try WrittenPolicy.rule(fields["identical-push"])
        terms.allowsDeletion = try WrittenPolicy.rule(fields["deletion"])
        terms.allowsReuse = try WrittenPolicy.rule(fields["reuse"])
        self.terms = terms
    }

    func action(under own: RepositoryName) -> PolicyAction {
        let place = place.place(under: own)
        var terms = terms
        terms.place = place
        return switch verb {
        case .create: .create(terms)
        case .change: .change(terms)
        case .enable: .enable(place)
        case .disable: .disable(place)
        case .delete: .delete(place)
        }
    }

    private static func place(_ text: String, _ value: YAMLValue) throws(Diagnostic) -> WrittenPlace {
        if text == "registry" { return .registry }
        let parts = text.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, ["namespace", "repository"].contains(parts[0]) else {
            throw Diagnostic(
                at: value.location, "unknown place \"\(text)\"",
                hint: "registry, namespace/NAME or repository/NAME; \".\" is the case's own name")
        }
        var place = Place.own
        if parts[1] != "." {
            do throws(InvalidValue) {
                place = Place(path: try RepositoryName(parts[1]).rawValue)
            } catch {
                throw Diagnostic(at: value.location, "\(error)")
            }
        }
        return parts[0] == "namespace" ? .namespace(place) : .repository(place)
    }

    /// Patterns are not read here: whether a registry refuses a bad one is what scenarios find out.
    private static func patterns(_ value: YAMLValue?) throws(Diagnostic) -> [String]? {
        guard let value else { return nil }
        var patterns: [String] = []
        for item in try value.items("patterns") { patterns.append(try item.string("a pattern")) }
        return patterns
    }

    private static func rule(_ value: YAMLValue?) throws(Diagnostic) -> Bool? {
        guard let value else { return nil }
        let rule: Rule = try value.word("rule")
        return rule == .allow
    }
}

extension WrittenPolicy: CustomStringConvertible {
    /// For people: `create a policy for namespace/a`.
    var description: String { "\(verb.rawValue) the policy for \(text)" }
}
