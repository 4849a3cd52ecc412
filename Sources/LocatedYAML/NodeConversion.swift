// SPDX-License-Identifier: Apache-2.0

import SourceText
import Yams

/// Turns Yams' nodes into values.
struct NodeConversion {
    private let file: String
    private let marking: KeyMarking
    private var repeated: Set<RepeatedKey> = []
    /// Aliases of aliases can stand for more values than any memory holds.
    private var valuesLeft = 1_000_000

    init(file: String, marking: KeyMarking) {
        self.file = file
        self.marking = marking
    }

    /// In the order of the text.
    var repeatedKeys: [RepeatedKey] {
        repeated.sorted {
            ($0.kept.line, $0.kept.column, $0.lost.line) < ($1.kept.line, $1.kept.column, $1.lost.line)
        }
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
            let written = key.scalar?.string ?? ""
            let name = KeyMarking.unmarked(written) ?? written
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
        return merged + lastOfEachName(own)
    }

    private mutating func lastOfEachName(_ entries: [YAMLValue.Entry]) -> [YAMLValue.Entry] {
        var last: [String: SourceLocation] = [:]
        for entry in entries { last[entry.key] = entry.keyLocation }
        guard last.count < entries.count else { return entries }
        return entries.filter { entry in
            guard let kept = last[entry.key], kept != entry.keyLocation else { return true }
            repeated.insert(RepeatedKey(name: entry.key, lost: entry.keyLocation, kept: kept))
            return false
        }
    }

    private func location(of node: Node) -> SourceLocation {
        let place = marking.original(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        return SourceLocation(file: file, line: place.line, column: place.column)
    }
}
