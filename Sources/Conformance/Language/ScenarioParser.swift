// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import OCISpec
import SourceText

/// Reads one scenario of a suite.
enum ScenarioParser {
    private static let keys = [
        "id", "title", "why", "level", "severity", "source", "covers", "given", "needs", "for", "parameters",
        "thorough", "steps",
    ]

    static func parse(_ value: YAMLValue) throws(Diagnostic) -> Scenario {
        let fields = try Fields(value, "a scenario", known: keys)
        let matrix = try matrix(fields["for"])
        let parameters = try parameters(fields["parameters"])
        let thorough = try thorough(fields["thorough"], parameters)
        let names = Names(flows: matrix.variables.map(\.name), parameters: parameters)
        let needs = try needs(fields["needs"])
        let steps = try StepSource.steps(try fields.required("steps"), under: "", names: names)
        try check(steps, needs)
        return Scenario(
            id: try id(try fields.required("id"), "the id"),
            title: try fields.required("title").string("the title"),
            why: try fields.required("why").string("why"),
            level: try fields.required("level").word("level"),
            severity: try fields.required("severity").word("severity"),
            source: try fields.required("source").string("the source"),
            covers: try words(fields["covers"], "covers"),
            given: try fields["given"]?.word("given") ?? .immutable,
            needs: needs,
            matrix: matrix,
            parameters: parameters,
            thorough: thorough,
            steps: steps,
            location: value.location)
    }

    /// A name that can be a component of a repository's name.
    static func id(_ value: YAMLValue, _ what: String) throws(Diagnostic) -> String {
        let text = try value.string(what)
        do throws(InvalidValue) {
            let name = try RepositoryName(text)
            guard name.components.count == 1 else {
                throw InvalidValue("name", text, "it must not contain \"/\"")
            }
        } catch {
            throw Diagnostic(
                at: value.location,
                "\(what) \"\(text)\" cannot be part of a repository's name: \(error.reason)")
        }
        return text
    }

    private static func matrix(_ value: YAMLValue?) throws(Diagnostic) -> Matrix {
        var variables: [Matrix.Variable] = []
        for entry in try value?.entries("\"for\"") ?? [] {
            let choice = try choice(entry.value, isFirst: variables.isEmpty)
            variables.append(Matrix.Variable(name: entry.key, choice: choice))
        }
        return Matrix(variables: variables)
    }

    private static func choice(_ value: YAMLValue, isFirst: Bool) throws(Diagnostic) -> Matrix.Choice {
        if case .sequence(let items) = value.content {
            var flows: [PushFlow] = []
            for item in items { flows.append(try item.word("flow")) }
            if flows.isEmpty { throw Diagnostic(at: value.location, "a variable needs at least one flow") }
            return .flows(flows)
        }
        switch try value.string("the values of a variable") {
        case "pushers": return .flows(PushFlow.allCases)
        case "forms": return .flows(PushFlow.ofEachForm)
        case "others" where !isFirst: return .others
        case "others":
            throw Diagnostic(at: value.location, "\"others\" needs a variable before it to differ from")
        case let text:
            throw Diagnostic(
                at: value.location, "unknown values \"\(text)\"",
                hint: meant(text, ["pushers", "others", "forms"]) + " A list of flows is right, too.")
        }
    }

    private static func parameters(_ value: YAMLValue?) throws(Diagnostic) -> [String: Int] {
        var parameters: [String: Int] = [:]
        for entry in try value?.entries("parameters") ?? [] {
            parameters[entry.key] = try Names.positive(entry.value, "a parameter")
        }
        return parameters
    }

    /// Higher numbers for parameters that there are.
    private static func thorough(
        _ value: YAMLValue?, _ parameters: [String: Int]
    ) throws(Diagnostic) -> [String: Int] {
        var thorough: [String: Int] = [:]
        for entry in try value?.entries("thorough") ?? [] {
            guard let own = parameters[entry.key] else {
                throw Diagnostic(
                    at: entry.keyLocation, "unknown parameter \"\(entry.key)\"",
                    hint: meant(entry.key, parameters.keys.sorted()))
            }
            let number = try Names.positive(entry.value, "a parameter")
            guard number > own else {
                throw Diagnostic(
                    at: entry.value.location, "a thorough run asks for more than \(own), not for \(number)")
            }
            thorough[entry.key] = number
        }
        return thorough
    }

    private static func needs(_ value: YAMLValue?) throws(Diagnostic) -> [Need] {
        var needs: [Need] = []
        for item in try value?.items("needs") ?? [] {
            let word = try item.string("a need")
            guard let need = Need(word) else {
                throw Diagnostic(at: item.location, "unknown need \"\(word)\"", hint: meant(word, Need.words))
            }
            needs.append(need)
        }
        return needs
    }

    /// Whoever acts must be among the needs, so that a run without him skips the scenario.
    private static func check(_ steps: [Step], _ needs: [Need]) throws(Diagnostic) {
        for step in steps {
            guard let role = step.roles.first(where: { !needs.contains(.user($0)) }) else { continue }
            throw Diagnostic(
                at: step.location, "somebody acts as \(role.rawValue), and the scenario does not say so",
                hint: "needs: [\(role.rawValue)]")
        }
    }

    private static func words(_ value: YAMLValue?, _ what: String) throws(Diagnostic) -> [String] {
        var words: [String] = []
        for item in try value?.items(what) ?? [] { words.append(try item.string("an item of \(what)")) }
        return words
    }
}
