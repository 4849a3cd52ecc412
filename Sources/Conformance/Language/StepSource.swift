// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

/// A step as it is written.
struct StepSource {
    /// What stands after the keyword.
    let value: YAMLValue
    /// What stands after `expect`.
    let expect: YAMLValue?
    let path: String
    let names: Names

    /// The expectation of a step that must have one.
    func requiredExpect(_ hint: String) throws(Diagnostic) -> YAMLValue {
        guard let expect else {
            throw Diagnostic(at: value.location, "this step must say what it expects", hint: hint)
        }
        return expect
    }

    /// For a step that has no expectation of its own.
    func refuseExpect(_ reason: String) throws(Diagnostic) {
        if let expect { throw Diagnostic(at: expect.location, reason) }
    }
}

extension StepSource {
    /// Reads the list of steps of a scenario or a repetition.
    static func steps(_ value: YAMLValue, under path: String, names: Names) throws(Diagnostic) -> [Step] {
        var steps: [Step] = []
        for item in try value.items("steps") {
            steps.append(try step(item, path: "\(path)\(steps.count + 1)", names: names))
        }
        if steps.isEmpty { throw Diagnostic(at: value.location, "there must be at least one step") }
        return steps
    }

    private static func step(_ item: YAMLValue, path: String, names: Names) throws(Diagnostic) -> Step {
        let words = StepKeyword.allCases.map(\.rawValue)
        let fields = try Fields(item, "a step", known: words + beside)
        guard let entry = fields.entries.first(where: { !beside.contains($0.key) }),
            let keyword = StepKeyword(rawValue: entry.key)
        else {
            throw Diagnostic(
                at: item.location, "a step must do something", hint: "one of \(words.joined(separator: ", "))"
            )
        }
        if let second = fields.entries.first(where: { !beside.contains($0.key) && $0.key != entry.key }) {
            throw Diagnostic(
                at: second.keyLocation, "a step does one thing, and this one already has \"\(entry.key)\"",
                hint: "begin another item of the list with \"- \(second.key):\"")
        }
        if fields["expect"] != nil, let assume = fields["assume"] {
            throw Diagnostic(
                at: assume.location, "a step either expects something or assumes it",
                hint: "what is assumed and does not come skips the case; what is expected blames the registry"
            )
        }
        let source = StepSource(
            value: entry.value, expect: fields["expect"] ?? fields["assume"], path: path, names: names)
        return Step(
            action: try keyword.read(source), role: try role(fields["as"], keyword), path: path,
            isCheck: fields["expect"] != nil || keyword == .repeat, location: entry.keyLocation)
    }

    /// What may stand beside the keyword.
    private static let beside = ["as", "expect", "assume"]

    private static func role(_ value: YAMLValue?, _ keyword: StepKeyword) throws(Diagnostic) -> Role? {
        guard let value else { return nil }
        guard ![.policy, .sample, .hook, .compare, .revisit].contains(keyword) else {
            throw Diagnostic(
                at: value.location, "\(keyword.rawValue) is the operator's own, and nobody else's",
                hint: keyword == .policy ? "\"attempt\" tries to change a policy as somebody else" : nil)
        }
        return try value.word("user")
    }
}
