// SPDX-License-Identifier: Apache-2.0

package import SourceText

extension YAMLValue {
    /// The text of a scalar, quoted or not.
    ///
    /// - Throws: A diagnostic at this value when it is null, a list or a mapping.
    package func string(_ what: String) throws(Diagnostic) -> String {
        guard case .scalar(let text, _) = content, !isNull else { throw mismatch(what, "text") }
        return text
    }

    /// A whole number written without quotes.
    package func integer(_ what: String) throws(Diagnostic) -> Int {
        guard case .scalar(let text, isPlain: true) = content, let number = Int(text) else {
            throw mismatch(what, "a whole number")
        }
        return number
    }

    /// `true` or `false` written without quotes; `yes`, `no`, `on` and `off` of YAML 1.1 too.
    package func boolean(_ what: String) throws(Diagnostic) -> Bool {
        if case .scalar(let text, isPlain: true) = content {
            switch text.lowercased() {
            case "true", "yes", "on", "y": return true
            case "false", "no", "off", "n": return false
            default: break
            }
        }
        throw mismatch(what, "true or false")
    }

    /// The items of a list; null is the empty list.
    package func items(_ what: String) throws(Diagnostic) -> [YAMLValue] {
        if isNull { return [] }
        guard case .sequence(let items) = content else { throw mismatch(what, "a list") }
        return items
    }

    /// The entries of a mapping, in the order of the text; null is the empty mapping.
    package func entries(_ what: String) throws(Diagnostic) -> [Entry] {
        if isNull { return [] }
        guard case .mapping(let entries) = content else { throw mismatch(what, "a mapping") }
        return entries
    }

    /// The value of the last entry called `key`; nil when there is none or this is no mapping.
    package subscript(_ key: String) -> YAMLValue? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.last { $0.key == key }?.value
    }

    private func mismatch(_ what: String, _ expected: String) -> Diagnostic {
        Diagnostic(at: location, "\(what) must be \(expected), not \(kind)")
    }
}
