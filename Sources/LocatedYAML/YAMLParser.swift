// SPDX-License-Identifier: Apache-2.0

package import SourceText
import Yams

/// Text to located values.
package enum YAMLParser {
    /// A text as values, and the keys that mappings have more than once.
    ///
    /// Of those, the last one counts.
    package struct Reading: Sendable {
        /// Nil for a text without a document (empty, or comments only).
        package let value: YAMLValue?
        /// In the order of the text.
        package let repeatedKeys: [RepeatedKey]
    }

    /// Parses a text of at most one document, in which keys are not repeated.
    ///
    /// Anchors, aliases and `<<` merges are resolved.
    ///
    /// - Returns: nil for a text without a document (empty, or comments only).
    /// - Throws: A diagnostic at the place where the text stops being YAML, or at a repeated key.
    package static func parse(_ text: String, file: String) throws(Diagnostic) -> YAMLValue? {
        let reading = try read(text, file: file)
        guard let repeated = reading.repeatedKeys.first else { return reading.value }
        throw Diagnostic(
            at: repeated.kept,
            "the key \"\(repeated.name)\" is repeated: it stands in line \(repeated.lost.line) already",
            hint: "keep one of the two", sourceLine: line(repeated.kept.line, of: text))
    }

    /// Parses a text of at most one document, whatever keys are repeated.
    ///
    /// - Throws: A diagnostic at the place where the text stops being YAML.
    package static func read(_ text: String, file: String) throws(Diagnostic) -> Reading {
        var marking = KeyMarking(text)
        do {
            guard let node = try compose(&marking) else { return Reading(value: nil, repeatedKeys: []) }
            var conversion = NodeConversion(file: file, marking: marking)
            let value = try conversion.value(of: node)
            return Reading(value: value, repeatedKeys: conversion.repeatedKeys)
        } catch let error as Diagnostic {
            throw error
        } catch let error as YamlError {
            throw Diagnostic(error, text: text, file: file)
        } catch {
            throw Diagnostic(at: SourceLocation(file: file, line: 1), "not YAML: \(error)")
        }
    }

    private static func compose(_ marking: inout KeyMarking) throws -> Node? {
        while true {
            do {
                return try Yams.compose(yaml: marking.text)
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                guard marking.markKey(line: context.mark.line, column: context.mark.column) else {
                    throw YamlError.duplicatedKeysInMapping(duplicates: names, context: context)
                }
            }
        }
    }

    static func line(_ number: Int, of text: String) -> String? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.contains(number - 1) ? String(lines[number - 1]) : nil
    }
}

extension Diagnostic {
    /// What Yams could not read, at its mark where it gives one.
    fileprivate init(_ error: YamlError, text: String, file: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(
                at: SourceLocation(file: file, line: mark.line, column: mark.column), "not YAML: \(problem)",
                sourceLine: YAMLParser.line(mark.line, of: text))
        case .duplicatedKeysInMapping(let names, let context):
            let name = names.first ?? ""
            self.init(
                at: SourceLocation(file: file, line: context.mark.line, column: context.mark.column),
                "the key \"\(KeyMarking.unmarked(name) ?? name)\" of a mapping is repeated",
                sourceLine: YAMLParser.line(context.mark.line, of: text))
        default:
            self.init(at: SourceLocation(file: file, line: 1), "not YAML: \(error)")
        }
    }
}
