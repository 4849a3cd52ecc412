// SPDX-License-Identifier: Apache-2.0

import SourceText
import TaskFile

/// The words behind a command of docker, taken apart into flags and operands.
struct DockerWords {
    private let verb: String
    private let location: SourceLocation
    private(set) var operands: [String] = []
    /// By the long name of the flag; a switch has no text.
    private var values: [String: [String]] = [:]

    /// Reads words in any order.
    ///
    /// `flags` has one text for each flag: its names without dashes apart at blanks, the long one last, and `=` behind
    /// that of a flag with a value: `"a all"`, `"f filter="`.
    ///
    /// - Throws: A diagnostic that names what is not served.
    init(
        _ words: ArraySlice<ShellWords.Word>, of verb: String, flags: [String], at location: SourceLocation
    ) throws(Diagnostic) {
        self.verb = verb
        self.location = location
        let known = Self.table(flags)
        var words = words.map(\.text)[...]
        while let word = words.popFirst() {
            guard word.hasPrefix("-"), word.count > 1 else {
                operands.append(word)
                continue
            }
            for (name, attached) in AttachedValues.split(word, takesValue: { known[$0]?.takesValue == true })
            {
                guard let flag = known[name] else {
                    throw problem(
                        "docker \(verb): the flag \"\(name)\" is not served",
                        hint: known.isEmpty
                            ? nil : "served are \(known.keys.sorted().joined(separator: ", "))")
                }
                guard flag.takesValue else {
                    values[flag.name, default: []].append(attached ?? "true")
                    continue
                }
                guard let value = attached ?? words.popFirst() else {
                    throw problem("docker \(verb): the flag \"\(name)\" needs a value")
                }
                values[flag.name, default: []].append(value)
            }
        }
    }

    private static func table(_ flags: [String]) -> [String: (name: String, takesValue: Bool)] {
        var table: [String: (String, Bool)] = [:]
        for flag in flags {
            let takesValue = flag.hasSuffix("=")
            let names = flag.split { $0 == " " || $0 == "=" }.map(String.init)
            guard let long = names.last else { continue }
            for name in names { table[(name.count == 1 ? "-" : "--") + name] = (long, takesValue) }
        }
        return table
    }

    func isOn(_ name: String) -> Bool { values[name].map { $0.last != "false" } ?? false }

    /// The last one counts.
    func value(_ name: String) -> String? { values[name]?.last }

    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// - Throws: When the value is there and no number from 0 on.
    func number(_ name: String) throws(Diagnostic) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw problem("docker \(verb): \"\(text)\" is no number for --\(name)")
        }
        return number
    }

    /// The operands, which must be so many.
    func operands(_ count: ClosedRange<Int>) throws(Diagnostic) -> [String] {
        guard !count.contains(operands.count) else { return operands }
        let isExact = count.lowerBound == count.upperBound
        let wanted = operands.count > count.upperBound ? count.upperBound : count.lowerBound
        let bound = isExact ? "" : operands.count > count.upperBound ? "at most " : "at least "
        let number = wanted == 0 ? "no" : "\(wanted)"
        throw problem(
            "docker \(verb) takes \(bound)\(number) \(wanted == 1 ? "name" : "names"), not \(operands.count)")
    }

    func problem(_ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(at: location, message, hint: hint)
    }
}
