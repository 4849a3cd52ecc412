// SPDX-License-Identifier: Apache-2.0

/// Arithmetic, on whole numbers unless the name says otherwise.
///
/// Numeric texts count as numbers.
enum MathFunction: String, TemplateFunctionGroup {
    case add, add1, sub, mul, div, mod, max, min
    case ceil, floor, round, int, int64, float64, atoi, toDecimal

    var arity: ClosedRange<Int> {
        switch self {
        case .add1, .ceil, .floor, .int, .int64, .float64, .atoi, .toDecimal: 1...1
        case .sub, .div, .mod: 2...2
        case .round: 2...3
        case .add, .mul, .max, .min: 1...Int.max
        }
    }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        switch self {
        case .ceil: return .number(arguments.number(0).rounded(.up))
        case .floor: return .number(arguments.number(0).rounded(.down))
        case .float64: return .number(arguments.number(0))
        case .int, .int64, .atoi: return .integer(arguments.integer(0))
        case .toDecimal: return .integer(Int(arguments[0].printed, radix: 8) ?? 0)
        case .round:
            var scale = 1.0
            for _ in 0..<Swift.min(Swift.max(arguments.integer(1), 0), 15) { scale *= 10 }
            return .number((arguments.number(0) * scale).rounded(.toNearestOrAwayFromZero) / scale)
        case .add1: return .integer(try combine(arguments.integer(0), 1, arguments))
        default:
            var result = arguments.integer(0)
            for index in 1..<Swift.max(1, arguments.count) {
                result = try combine(result, arguments.integer(index), arguments)
            }
            return .integer(result)
        }
    }

    private func combine(_ a: Int, _ b: Int, _ arguments: TemplateArguments) throws(TemplateProblem) -> Int {
        let (result, isOutOfRange) =
            switch self {
            case .sub: a.subtractingReportingOverflow(b)
            case .mul: a.multipliedReportingOverflow(by: b)
            case .div: a.dividedReportingOverflow(by: b)
            case .mod: a.remainderReportingOverflow(dividingBy: b)
            case .max: (Swift.max(a, b), false)
            case .min: (Swift.min(a, b), false)
            default: a.addingReportingOverflow(b)
            }
        guard !isOutOfRange else {
            throw arguments.problem(b == 0 ? "cannot divide \(a) by 0" : "the result is out of range")
        }
        return result
    }
}
