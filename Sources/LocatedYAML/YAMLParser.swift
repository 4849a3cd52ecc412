// SPDX-License-Identifier: Apache-2.0

package import SourceText
import Yams

/// Text to located values.
package enum YAMLParser {
    /// Parses the first document of a text.
    ///
    /// Anchors, aliases and `<<` merges are resolved.
    ///
    /// - Returns: nil for a text without a document (empty, or comments only).
    /// - Throws: A diagnostic at the place where the text stops being YAML.
    package static func parse(_ text: String, file: String) throws(Diagnostic) -> YAMLValue? {
        do {
            guard let node = try Yams.compose(yaml: text) else { return nil }
            var conversion = NodeConversion(file: file)
            return try conversion.value(of: node)
        } catch let error as Diagnostic {
            throw error
        } catch let error as YamlError {
            throw Diagnostic(error, text: text, file: file)
        } catch {
            throw Diagnostic(at: SourceLocation(file: file, line: 1), "not YAML: \(error)")
        }
    }
}

/// Turns Yams' nodes into values.
private struct NodeConversion {
    let file: String
    /// Aliases of aliases can stand for more values than any memory holds.
    private var valuesLeft = 1_000_000

    init(file: String) {
        self.file = file
    }

    mutating func value(of node: Node) throws(Diagnostic) -> YAMLValue {
        let location = location(of: node)
        valuesLeft -= 1
        guard valuesLeft >= 0 else {
            throw Diagnostic(at: location, "the text has too many values, once its aliases are written out")
        }
        switch node {
        case .scalar(let scalar):
            return YAMLValue(.scalar(scalar.string, isPlain: scalar.style == .plain), at: location)
        case .sequence(let sequence):
            var items: [YAMLValue] = []
            for item in sequence { items.append(try value(of: item)) }
            return YAMLValue(.sequence(items), at: location)
        case .mapping(let mapping):
            return YAMLValue(.mapping(try entries(of: mapping)), at: location)
        case .alias:
            return YAMLValue(.scalar("", isPlain: true), at: location)
        }
    }

    /// The entries of a mapping after `<<`: what is merged in comes first, so that a key of the mapping's own
    /// is the later, winning one.
    private mutating func entries(of mapping: Node.Mapping) throws(Diagnostic) -> [YAMLValue.Entry] {
        var merged: [YAMLValue.Entry] = []
        var own: [YAMLValue.Entry] = []
        for (key, node) in mapping {
            let name = key.scalar?.string ?? ""
            let value = try value(of: node)
            guard name == "<<", key.scalar?.style == .plain else {
                own.append(YAMLValue.Entry(key: name, keyLocation: location(of: key), value: value))
                continue
            }
            let sources = (try? value.items("<<")) ?? [value]
            for source in sources.reversed() {
                if case .mapping(let entries) = source.content { merged += entries }
            }
        }
        return merged + own
    }

    private func location(of node: Node) -> SourceLocation {
        SourceLocation(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }
}

extension Diagnostic {
    /// What Yams could not read, at its mark where it gives one.
    fileprivate init(_ error: YamlError, text: String, file: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let line = lines.indices.contains(mark.line - 1) ? String(lines[mark.line - 1]) : nil
            self.init(
                at: SourceLocation(file: file, line: mark.line, column: mark.column), "not YAML: \(problem)",
                sourceLine: line)
        case .duplicatedKeysInMapping(let duplicates, let context):
            self.init(
                at: SourceLocation(file: file, line: context.mark.line, column: context.mark.column),
                "repeated key in a mapping: \(duplicates)")
        default:
            self.init(at: SourceLocation(file: file, line: 1), "not YAML: \(error)")
        }
    }
}
