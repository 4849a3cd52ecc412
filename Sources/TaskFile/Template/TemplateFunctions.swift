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
        guard let function = table[name] else { throw unknown(name) }
        guard function.arity.contains(arguments.count) else {
            throw arguments.problem(
                "takes \(describe(function.arity)), not \(arguments.count)")
        }
        return try function.apply(arguments)
    }

    static var names: [String] { table.keys.sorted() + ["and", "or"] }

    private static let table: [String: any TemplateFunctionGroup] = {
        var table: [String: any TemplateFunctionGroup] = [:]
        for function in LogicFunction.allCases { table[function.rawValue] = function }
        for function in TextFunction.allCases { table[function.rawValue] = function }
        for function in LetterCaseFunction.allCases { table[function.rawValue] = function }
        for function in ListFunction.allCases { table[function.rawValue] = function }
        for function in MapFunction.allCases { table[function.rawValue] = function }
        for function in MathFunction.allCases { table[function.rawValue] = function }
        for function in EncodingFunction.allCases { table[function.rawValue] = function }
        for function in PathFunction.allCases { table[function.rawValue] = function }
        return table
    }()

    /// Functions that exist elsewhere and would make a text depend on the machine, the moment or chance.
    private static let withheld: Set<String> = [
        "env", "expandenv", "now", "ago", "date", "dateInZone", "dateModify", "htmlDate", "toDate",
        "unixEpoch",
        "uuidv4", "randAlpha", "randAlphaNum", "randNumeric", "randAscii", "getHostByName", "genPrivateKey",
        "genCA", "genSelfSignedCert", "genSignedCert", "derivePassword",
    ]

    private static func unknown(_ name: String) -> TemplateProblem {
        if withheld.contains(name) {
            return TemplateProblem(
                message: "the function \(name) is not available: a task file renders the same everywhere",
                hint: "pass the value in with --set")
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
