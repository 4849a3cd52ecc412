// SPDX-License-Identifier: Apache-2.0

/// URLs taken apart and put together.
///
/// Source: RFC 3986, appendix B.
enum URLFunction: String, TemplateFunctionGroup {
    case urlParse, urlJoin

    var arity: ClosedRange<Int> { 1...1 }

    func apply(_ arguments: TemplateArguments) throws(TemplateProblem) -> TemplateValue {
        switch self {
        case .urlParse: return .map(parse(try arguments.text(0)))
        case .urlJoin: return .text(join(try arguments.map(0)))
        }
    }

    private func parse(_ text: String) -> [String: TemplateValue] {
        var rest = text[...]
        var parts: [String: String] = [
            "scheme": "", "userinfo": "", "host": "", "hostname": "", "path": "", "query": "", "opaque": "",
            "fragment": "",
        ]
        if let hash = rest.firstIndex(of: "#") {
            parts["fragment"] = String(rest[rest.index(after: hash)...])
            rest = rest[..<hash]
        }
        if let colon = rest.firstIndex(of: ":"), Self.isScheme(rest[..<colon]) {
            parts["scheme"] = rest[..<colon].lowercased()
            rest = rest[rest.index(after: colon)...]
        }
        if let mark = rest.firstIndex(of: "?") {
            parts["query"] = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if rest.hasPrefix("//") {
            let authority = rest.dropFirst(2).prefix { $0 != "/" }
            rest = rest.dropFirst(2 + authority.count)
            let user = authority.lastIndex(of: "@")
            let host = user.map { authority[authority.index(after: $0)...] } ?? authority
            parts["userinfo"] = user.map { String(authority[..<$0]) } ?? ""
            parts["host"] = String(host)
            parts["hostname"] = Self.hostname(host)
        } else if parts["scheme"] != "", !rest.hasPrefix("/") {
            parts["opaque"] = String(rest)
            rest = ""
        }
        parts["path"] = String(rest)
        return parts.mapValues { .text($0) }
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter else { return false }
        return text.allSatisfy { "+-.".contains($0) || $0.unicodeScalars.allSatisfy(AliasTable.isNameScalar) }
    }

    /// Without the port; an address of IPv6 without its brackets.
    private static func hostname(_ host: Substring) -> String {
        if host.first == "[", let end = host.firstIndex(of: "]") { return String(host[..<end].dropFirst()) }
        return String(host.prefix { $0 != ":" })
    }

    private func join(_ parts: [String: TemplateValue]) -> String {
        func part(_ name: String) -> String { parts[name]?.rendered ?? "" }
        var text = part("scheme").isEmpty ? "" : part("scheme") + ":"
        if !part("opaque").isEmpty {
            text += part("opaque")
        } else {
            let host = part("host").isEmpty ? part("hostname") : part("host")
            if !host.isEmpty {
                text += "//" + (part("userinfo").isEmpty ? "" : part("userinfo") + "@") + host
            }
            let path = part("path")
            text += (!host.isEmpty && !path.isEmpty && !path.hasPrefix("/") ? "/" : "") + path
        }
        if !part("query").isEmpty { text += "?" + part("query") }
        return part("fragment").isEmpty ? text : text + "#" + part("fragment")
    }
}
