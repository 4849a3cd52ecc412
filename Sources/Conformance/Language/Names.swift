// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

/// The names that the steps of a scenario may call with `$`.
struct Names {
    /// Of the matrix; each stands for a flow.
    let flows: [String]
    /// Each stands for a number, here the scenario's own.
    let parameters: [String: Int]

    /// Reads a flow's name, or a variable.
    func flow(_ value: YAMLValue) throws(Diagnostic) -> FlowReference {
        let text = try value.string("a flow")
        guard text.hasPrefix("$") else { return .fixed(try value.word("flow")) }
        try check(text, in: flows, "variable", at: value.location)
        return .variable(String(text.dropFirst()))
    }

    /// Reads a number, or a parameter whose own number is within the bounds.
    func count(
        _ value: YAMLValue, _ what: String, _ bounds: CountBounds
    ) throws(Diagnostic) -> CountReference {
        if case .scalar(let text, _) = value.content, text.hasPrefix("$") {
            try check(text, in: parameters.keys.sorted(), "parameter", at: value.location)
            let name = String(text.dropFirst())
            try Names.check(parameters[name] ?? 0, "\(what), here $\(name),", bounds, at: value.location)
            return .parameter(name)
        }
        let number = try value.integer(what)
        try Names.check(number, what, bounds, at: value.location)
        return .literal(number)
    }

    private static func check(
        _ number: Int, _ what: String, _ bounds: CountBounds, at location: SourceLocation
    ) throws(Diagnostic) {
        guard bounds.contains(number) else {
            throw Diagnostic(at: location, "\(what) must be \(bounds), not \(number)")
        }
    }

    /// Reads the number of a parameter, before it is known what counts with it.
    static func positive(_ value: YAMLValue, _ what: String) throws(Diagnostic) -> Int {
        let number = try value.integer(what)
        guard (1...100_000).contains(number) else {
            throw Diagnostic(at: value.location, "\(what) must be between 1 and 100000, not \(number)")
        }
        return number
    }

    private func check(
        _ text: String, in known: [String], _ noun: String, at location: SourceLocation
    ) throws(Diagnostic) {
        let name = String(text.dropFirst())
        guard known.contains(name) else {
            let hint = known.isEmpty ? "this scenario declares none" : meant(name, known)
            throw Diagnostic(at: location, "unknown \(noun) \"$\(name)\"", hint: hint)
        }
    }
}

/// A flow, or the variable that stands for one.
enum FlowReference: Sendable {
    case fixed(PushFlow)
    case variable(String)
    /// Where none is named: in a form that the registry takes.
    case usual
}

/// A number, or the parameter that stands for one.
enum CountReference: Sendable {
    case literal(Int)
    case parameter(String)
}
