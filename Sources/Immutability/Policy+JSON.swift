// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// The policy as a JSON object, whose members are the properties' names.
extension Policy {
    /// Every member, in the form that `init(json:)` reads.
    package var json: JSONValue {
        func texts(_ patterns: [Pattern]) -> JSONValue { .array(patterns.map { .string($0.text) }) }
        return .object([
            "scope": .string(scope.description),
            "enabled": .bool(enabled),
            "images": texts(images),
            "tags": texts(tags),
            "exceptTags": texts(exceptTags),
            "identicalPush": .string(identicalPush.rawValue),
            "deletion": .string(deletion.rawValue),
            "reuse": .string(reuse.rawValue),
        ])
    }

    /// Reads a policy; all members but `scope` may be missing and then have their defaults.
    ///
    /// - Throws: ``InvalidPolicy`` for the first wrong member by name; an unknown one is wrong too.
    package init(json: JSONValue) throws(InvalidPolicy) {
        guard let text = json["scope"]?.string else {
            throw InvalidPolicy(field: "scope", "it must be registry, namespace/NAME or repository/NAME")
        }
        let scope: PolicyScope
        do {
            scope = try PolicyScope(text)
        } catch {
            throw InvalidPolicy(field: "scope", "\(error)")
        }
        self = try Policy(scope: scope).changed(by: json)
    }

    /// This policy with the members of `json` in place of its own.
    ///
    /// - Throws: ``InvalidPolicy``, also for a `scope` that is not this policy's.
    package func changed(by json: JSONValue) throws(InvalidPolicy) -> Policy {
        guard case .object(let members) = json else {
            throw InvalidPolicy(field: "policy", "it must be a JSON object")
        }
        var policy = self
        for (field, value) in members.sorted(by: { $0.key < $1.key }) {
            try policy.set(field, value)
        }
        if case .repository = scope, policy.images != [.all] {
            throw InvalidPolicy(field: "images", "a policy for one repository has no images to choose from")
        }
        return policy
    }

    private mutating func set(_ field: String, _ value: JSONValue) throws(InvalidPolicy) {
        switch field {
        case "scope":
            guard value.string == scope.description else {
                throw InvalidPolicy(field: field, "the scope of a policy cannot be changed")
            }
        case "enabled":
            guard case .bool(let isOn) = value else {
                throw InvalidPolicy(field: field, "it must be true or false")
            }
            enabled = isOn
        case "images": images = try Policy.patterns(field, value)
        case "tags": tags = try Policy.patterns(field, value)
        case "exceptTags": exceptTags = try Policy.patterns(field, value, mayBeEmpty: true)
        case "identicalPush": identicalPush = try Policy.rule(field, value)
        case "deletion": deletion = try Policy.rule(field, value)
        case "reuse": reuse = try Policy.rule(field, value)
        default: throw InvalidPolicy(field: field, "there is no such field")
        }
    }

    private static func patterns(
        _ field: String, _ value: JSONValue, mayBeEmpty: Bool = false
    ) throws(InvalidPolicy) -> [Pattern] {
        guard let items = value.array else {
            throw InvalidPolicy(field: field, "it must be a list of patterns")
        }
        guard mayBeEmpty || !items.isEmpty else {
            throw InvalidPolicy(field: field, "it is empty: leave it out, or write \"**\", to mean all")
        }
        var patterns: [Pattern] = []
        for (index, item) in items.enumerated() {
            guard let text = item.string else {
                throw InvalidPolicy(field: "\(field)[\(index)]", "it must be a text")
            }
            do {
                patterns.append(try Pattern(text))
            } catch {
                throw InvalidPolicy(field: "\(field)[\(index)]", "\(error)")
            }
        }
        return patterns
    }

    private static func rule(_ field: String, _ value: JSONValue) throws(InvalidPolicy) -> Rule {
        guard let rule = value.string.flatMap(Rule.init(rawValue:)) else {
            throw InvalidPolicy(field: field, "it must be deny or allow")
        }
        return rule
    }
}
