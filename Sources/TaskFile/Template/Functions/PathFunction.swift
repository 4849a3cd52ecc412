// SPDX-License-Identifier: Apache-2.0

/// Slash-separated paths.
enum PathFunction: String, TemplateFunctionGroup {
    case base, dir, clean, ext, isAbs

    var arity: ClosedRange<Int> { 1...1 }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        let path = try arguments.text(0)
        switch self {
        case .clean: return .text(SlashPath.clean(path))
        case .isAbs: return .boolean(path.hasPrefix("/"))
        case .ext:
            let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
            return .text(name.lastIndex(of: ".").map { String(name[$0...]) } ?? "")
        case .base:
            guard !path.isEmpty else { return .text(".") }
            return .text(path.split(separator: "/").last.map(String.init) ?? "/")
        case .dir:
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
            return .text(SlashPath.clean(String(folder)))
        }
    }
}
