// SPDX-License-Identifier: Apache-2.0

/// What docker's formats have besides Go's own functions; some are called as Sprig's are, and differ.
///
/// Source: docker documentation, "Format command and log output".
enum DockerFormatFunction: String, TemplateFunctionGroup {
    case json, split, join, title, lower, upper, pad, truncate

    var arity: ClosedRange<Int> {
        switch self {
        case .json, .title, .lower, .upper: 1...1
        case .split, .join, .truncate: 2...2
        case .pad: 3...3
        }
    }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        switch self {
        case .json: return .text(JSONText.render(arguments[0], escapesHTML: false))
        case .split:
            let separator = try arguments.text(1)
            let text = try arguments.text(0)
            guard !separator.isEmpty else { return .list(text.map { .text(String($0)) }) }
            return .list(
                text.split(separator: separator, omittingEmptySubsequences: false).map { .text(String($0)) })
        case .join:
            return .text(try arguments.list(0).map(\.printed).joined(separator: try arguments.text(1)))
        case .title:
            let text = try arguments.text(0)
            return .text(text.prefix(1).uppercased() + text.dropFirst())
        case .lower: return .text(try arguments.text(0).lowercased())
        case .upper: return .text(try arguments.text(0).uppercased())
        case .truncate: return .text(String(try arguments.text(0).prefix(try arguments.size(1))))
        case .pad:
            let text = try arguments.text(0)
            let (before, after) = (try arguments.size(1), try arguments.size(2))
            guard !text.isEmpty else { return .text("") }
            return .text(
                String(repeating: " ", count: min(before, 1_000)) + text
                    + String(repeating: " ", count: min(after, 1_000)))
        }
    }
}
