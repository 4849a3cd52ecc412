// SPDX-License-Identifier: Apache-2.0

/// Variables of the caller's environment, as far as the caller allows.
enum EnvironmentFunction: String, TemplateFunctionGroup {
    case env, expandenv

    var arity: ClosedRange<Int> { 1...1 }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        let text = try arguments.text(0)
        guard self == .expandenv else { return .text(try value(of: text, arguments)) }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            let isBraced = rest.first == "{"
            let name = rest.dropFirst(isBraced ? 1 : 0).prefix {
                $0 == "_" || $0.unicodeScalars.allSatisfy(AliasTable.isNameScalar)
            }
            guard !name.isEmpty else {
                result += "$"
                continue
            }
            result += try value(of: String(name), arguments)
            rest = rest.dropFirst(name.count + (isBraced ? 1 : 0))
            if isBraced, rest.first == "}" { rest.removeFirst() }
        }
        return .text(result + rest)
    }

    private func value(
        of name: String, _ arguments: TemplateArguments
    ) throws(TemplateProblem) -> String {
        guard let value = arguments.context.environment[name] else {
            throw arguments.problem(
                "the environment variable \(name) may not be read here",
                hint: "allow it with --allow-env \(name), or pass a value with --set")
        }
        return value
    }
}
