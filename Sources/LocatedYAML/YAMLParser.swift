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
            return YAMLValue(node, file: file)
        } catch let error as YamlError {
            throw Diagnostic(error, text: text, file: file)
        } catch {
            throw Diagnostic(at: SourceLocation(file: file, line: 1), "not YAML: \(error)")
        }
    }
}

extension YAMLValue {
    init(_ node: Node, file: String) {
        let location = SourceLocation(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        switch node {
        case .scalar(let scalar):
            self.init(.scalar(scalar.string, isPlain: scalar.style == .plain), at: location)
        case .sequence(let sequence):
            self.init(.sequence(sequence.map { YAMLValue($0, file: file) }), at: location)
        case .mapping(let mapping):
            self.init(.mapping(YAMLValue.entries(of: mapping, file: file)), at: location)
        case .alias:
            self.init(.scalar("", isPlain: true), at: location)
        }
    }

    /// The entries of a mapping after `<<`: what is merged in comes first, so that a key of the mapping's own
    /// is the later, winning one.
    private static func entries(of mapping: Node.Mapping, file: String) -> [Entry] {
        var merged: [Entry] = []
        var own: [Entry] = []
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            let entry = Entry(
                key: name,
                keyLocation: SourceLocation(
                    file: file, line: key.mark?.line ?? 1, column: key.mark?.column ?? 1),
                value: YAMLValue(value, file: file))
            guard name == "<<", key.scalar?.style == .plain else {
                own.append(entry)
                continue
            }
            switch entry.value.content {
            case .mapping(let entries): merged += entries
            case .sequence(let items):
                for item in items.reversed() {
                    if case .mapping(let entries) = item.content { merged += entries }
                }
            case .scalar: own.append(entry)
            }
        }
        return merged + own
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
