// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

/// Reads typed values out of a YAML tree and collects what is wrong with it, at places of the person's file.
struct DocumentReader {
    let source: TaskSource
    /// The text that the tree was made from.
    let text: TracedText
    private(set) var diagnostics: [Diagnostic] = []

    init(source: TaskSource, text: TracedText) {
        self.source = source
        self.text = text
    }

    // MARK: Diagnostics

    /// - Parameter diagnostic: Its location is one of the tree.
    mutating func report(_ diagnostic: Diagnostic) {
        diagnostics.append(source.relocate(diagnostic, from: text))
    }

    /// - Parameter diagnostic: Its location is one of the person's file.
    mutating func reportAtOrigin(_ diagnostic: Diagnostic) {
        diagnostics.append(source.atOrigin(diagnostic, diagnostic.location))
    }

    /// Warns of keys of `mapping` that the language does not know.
    ///
    /// They have no effect.
    ///
    /// `explained` says what to tell about keys that people expect to exist.
    mutating func warnOfUnknownKeys(
        in mapping: YAMLValue, known: [String], of what: String, explained: [String: String] = [:]
    ) {
        guard case .mapping(let entries) = mapping.content else { return }
        for entry in entries where !known.contains(entry.key) {
            let hint =
                explained[entry.key] ?? nearestWord(to: entry.key, in: known).map { "did you mean \($0)?" }
            report(
                Diagnostic(
                    .warning, at: entry.keyLocation,
                    "\"\(entry.key)\" is no key of \(what) and has no effect",
                    hint: hint))
        }
    }

    func origin(_ value: YAMLValue) -> SourceLocation {
        source.origin(of: value.location, in: text)
    }

    // MARK: Values

    /// The text of a scalar; nil when the key is absent, null or wrong.
    mutating func string(_ key: String, in mapping: YAMLValue) -> Located<String>? {
        guard let value = mapping[key], !value.isNull else { return nil }
        return string(value, key)
    }

    private mutating func string(_ value: YAMLValue, _ what: String) -> Located<String>? {
        do {
            return Located(try value.string(what), at: origin(value))
        } catch {
            report(error)
            return nil
        }
    }

    mutating func boolean(_ key: String, in mapping: YAMLValue) -> Bool {
        guard let value = mapping[key], !value.isNull else { return false }
        do {
            return try value.boolean(key)
        } catch {
            report(error)
            return false
        }
    }

    /// A whole number; a fraction loses what is behind its point.
    mutating func integer(_ key: String, in mapping: YAMLValue) -> Located<Int>? {
        guard let value = mapping[key], !value.isNull else { return nil }
        if case .scalar(let text, isPlain: true) = value.content {
            switch TemplateValue(plainScalar: text) {
            case .integer(let number): return Located(number, at: origin(value))
            case .number(let number):
                if let whole = Int(exactly: number.rounded(.towardZero)) {
                    return Located(whole, at: origin(value))
                }
            default: break
            }
        }
        report(Diagnostic(at: value.location, "\(key) must be a whole number, not \(value.kind)"))
        return nil
    }

    /// A year: more than any step needs, and far from what clocks cannot count to.
    private static let longestSeconds = 365 * 86_400

    /// Seconds; nil when the key is absent or the number is not above 0.
    mutating func seconds(_ key: String, in mapping: YAMLValue) -> Duration? {
        guard let number = integer(key, in: mapping), number.value > 0 else { return nil }
        guard number.value <= Self.longestSeconds else {
            reportAtOrigin(
                Diagnostic(
                    at: number.location,
                    "\(key) must be at most \(Self.longestSeconds) seconds (365 days), not \(number.value)"))
            return nil
        }
        return .seconds(number.value)
    }

    mutating func list(_ key: String, in mapping: YAMLValue) -> [YAMLValue] {
        guard let value = mapping[key] else { return [] }
        do {
            return try value.items(key)
        } catch {
            let isScalar: Bool = if case .scalar = value.content { true } else { false }
            report(
                Diagnostic(
                    at: error.location, error.message,
                    hint: isScalar ? "write it as a list of one: [\(value.kind)]" : nil))
            return []
        }
    }

    mutating func strings(_ key: String, in mapping: YAMLValue) -> [Located<String>] {
        list(key, in: mapping).compactMap { item in
            item.isNull ? Located("", at: origin(item)) : string(item, "an item of \(key)")
        }
    }

    /// A list of whole numbers.
    mutating func integers(_ key: String, in mapping: YAMLValue) -> [Int] {
        var numbers: [Int] = []
        for item in list(key, in: mapping) {
            do {
                numbers.append(try item.integer("an item of \(key)"))
            } catch {
                report(error)
            }
        }
        return numbers
    }

    /// Warns of keys that stand twice in a mapping, of which the last counts.
    mutating func warn(of repeated: [RepeatedKey]) {
        for key in repeated {
            let first = source.origin(of: key.lost, in: text)
            report(
                Diagnostic(
                    .warning, at: key.kept,
                    "\"\(key.name)\" stands in line \(first.line) already: the last one counts",
                    hint: "remove one of the two"))
        }
    }

    /// A mapping of texts.
    mutating func table(_ key: String, in mapping: YAMLValue) -> [Located<(key: String, value: String)>] {
        guard let value = mapping[key] else { return [] }
        do {
            return try value.entries(key).compactMap { entry in
                let text = entry.value.isNull ? "" : string(entry.value, "\"\(entry.key)\"")?.value
                return text.map {
                    Located((entry.key, $0), at: source.origin(of: entry.keyLocation, in: self.text))
                }
            }
        } catch {
            report(error)
            return []
        }
    }
}
