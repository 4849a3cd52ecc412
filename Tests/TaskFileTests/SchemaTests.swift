// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import SourceText
import TaskFile
import Testing

/// `tasks/schema.json` and the parser say the same.
@Suite struct SchemaTests {
    private typealias Members = [String: TemplateValue]

    private let schema: Members

    init() throws {
        var root = URL(filePath: #filePath)
        for _ in 1...3 { root.deleteLastPathComponent() }
        let text = try String(contentsOf: root.appending(path: "tasks/schema.json"), encoding: .utf8)
        // JSON is YAML.
        schema = try TemplateValue.parseValues(text, file: "schema.json")
    }

    private func members(_ value: TemplateValue?) -> Members {
        if case .map(let members)? = value { members } else { [:] }
    }

    private func text(_ value: TemplateValue?) -> String {
        if case .text(let text)? = value { text } else { "" }
    }

    /// The schema of an object: that of the task for an empty name, else a definition.
    private func properties(_ name: String) -> Members {
        members((name.isEmpty ? schema : members(members(schema["$defs"])[name]))["properties"])
    }

    @Test(arguments: [
        ("", TaskKeys.task), ("step", TaskKeys.step), ("alias", TaskKeys.alias), ("secret", TaskKeys.secret),
        ("volume", TaskKeys.volume), ("mount", TaskKeys.mount), ("network", TaskKeys.network),
    ])
    func bothKnowTheSameKeys(object: String, keys: [String]) {
        #expect(properties(object).keys.sorted() == keys.sorted())
        for (name, value) in properties(object) where members(value)["$ref"] == nil {
            #expect(!text(members(value)["description"]).isEmpty, "\(name) says what it is")
        }
    }

    /// A value of the wrong type for a property, as YAML.
    private func wrong(_ property: TemplateValue) -> String {
        switch text(members(property)["type"]) {
        case "array", "object": "nonsense"
        case "boolean", "integer": "\"nonsense\""
        default: members(property)["$ref"] == nil ? "[a, b]" : "nonsense"
        }
    }

    private func load(_ object: String, _ key: String, _ value: String) async throws -> TaskDocument {
        let head = "version: v1.1.0\n"
        let text =
            switch object {
            case "": (key == "version" ? "" : head) + "\(key): \(value)"
            case "step":
                "steps: [{\(key == "cmd" || key == "build" || key == "push" ? "" : "cmd: a, ")\(key): \(value)}]"
            case "alias": head + "alias: {\(key): \(value)}"
            case "mount": "steps: [{cmd: a, volumeMounts: [{\(key): \(value)}]}]"
            default: "\(object)s: [{\(key): \(value)}]"
            }
        return try await TaskFileTests.load(text)
    }

    @Test(arguments: ["", "step", "alias", "secret", "volume", "mount", "network"])
    func theParserRefusesWhatTheSchemaRefuses(object: String) async throws {
        // Of a step, only the builder's text says which tags there are.
        for (key, property) in properties(object) where key != "tags" {
            await #expect(throws: Diagnostics.self, "\(object) \(key)") {
                _ = try await load(object, key, wrong(property))
            }
        }
    }

    @Test func theParserAcceptsWhatTheSchemaAccepts() async throws {
        for (key, property) in properties("step") where key != "when" {
            let value =
                switch text(members(property)["type"]) {
                case "array":
                    key == "volumeMounts"
                        ? "[]" : key.hasPrefix("exited") ? "[1]" : key == "env" ? "[A=1]" : "[a]"
                case "boolean": "true"
                case "integer": "1"
                default: key == "cache" ? "Enabled" : "a"
                }
            let warnings = try await load("step", key, value).warnings.map(\.message)
            #expect(!warnings.contains { $0.contains("is no key of") }, "\(key)")
        }
    }
}
