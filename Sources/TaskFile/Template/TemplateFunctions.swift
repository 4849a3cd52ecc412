// SPDX-License-Identifier: Apache-2.0

import SourceText

/// Functions that belong together, named by their raw values.
protocol TemplateFunctionGroup: RawRepresentable<String>, CaseIterable, Sendable {
    /// How many arguments the function takes.
    var arity: ClosedRange<Int> { get }
    /// Computes the value of a call with as many arguments as `arity` allows.
    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue
}

/// Every function that a template can call: Go's own and Sprig's for text.
enum TemplateFunctions {
    static func apply(
        _ name: String, to arguments: TemplateArguments
    ) throws(TemplateProblem) -> TemplateValue {
        guard let function = function(name, in: arguments.context) else { throw unknown(name) }
        guard function.arity.contains(arguments.count) else {
            throw arguments.problem(
                "takes \(describe(function.arity)), not \(arguments.count)")
        }
        return try function.apply(arguments)
    }

    static var names: [String] { table.keys.sorted() + ["and", "or"] }

    private static let groups: [[any TemplateFunctionGroup]] = [
        LogicFunction.allCases, TextFunction.allCases, LetterCaseFunction.allCases, ListFunction.allCases,
        MapFunction.allCases, MathFunction.allCases, EncodingFunction.allCases, PathFunction.allCases,
        RegexFunction.allCases, DateFunction.allCases, DigestFunction.allCases, VersionFunction.allCases,
        URLFunction.allCases, RandomFunction.allCases, EnvironmentFunction.allCases,
    ]

    private static let table: [String: any TemplateFunctionGroup] = Dictionary(
        uniqueKeysWithValues: groups.joined().map { ($0.rawValue, $0) })

    /// Functions that exist elsewhere and ask the network, or make keys that would stay in the text.
    private static let withheld: Set<String> = [
        "getHostByName", "genPrivateKey", "genCA", "genSelfSignedCert", "genSignedCert", "derivePassword",
        "buildCustomCert", "encryptAES", "decryptAES", "htpasswd", "bcrypt",
    ]

    /// What Helm has over Sprig; ACR Tasks has none of it.
    private static let helm: Set<String> = [
        "include", "tpl", "required", "lookup", "toYaml", "fromYaml", "fromJson",
    ]

    /// `mustRegexMatch` is `regexMatch`: every problem is an error here anyhow.
    private static func function(
        _ name: String, in context: TemplateContext
    ) -> (any TemplateFunctionGroup)? {
        if context.isDockerFormat, let function = DockerFormatFunction(rawValue: name) { return function }
        if let function = table[name] { return function }
        guard name.hasPrefix("must"), let first = name.dropFirst(4).first else { return nil }
        return table[first.lowercased() + name.dropFirst(5)]
    }

    private static func unknown(_ name: String) -> TemplateProblem {
        if withheld.contains(name) {
            return TemplateProblem(
                message: "the function \(name) is not available: a task file asks nobody when it is rendered",
                hint: "pass the value in with --set, or with --set-secret")
        }
        if helm.contains(name) {
            return TemplateProblem(message: "the function \(name) is one of Helm: task files do not have it")
        }
        return TemplateProblem(
            message: "there is no function called \(name)",
            hint: nearestWord(to: name, in: names).map { "did you mean \($0)?" })
    }

    private static func describe(_ arity: ClosedRange<Int>) -> String {
        if arity.upperBound == Int.max { return "\(arity.lowerBound) or more arguments" }
        if arity.count > 1 { return "\(arity.lowerBound) to \(arity.upperBound) arguments" }
        return arity.lowerBound == 1 ? "1 argument" : "\(arity.lowerBound) arguments"
    }
}
