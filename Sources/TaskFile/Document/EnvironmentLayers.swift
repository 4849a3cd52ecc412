// SPDX-License-Identifier: Apache-2.0

import SourceText

/// The environment of a step: its own entries over the task's over the command line's.
struct EnvironmentLayers {
    /// `NAME=VALUE` each: the task's, then those of the command line.
    private let weaker: [String]

    /// - Parameters:
    ///   - task: The task's entries, which are taken apart at commas.
    ///   - commandLine: Entries that are apart already.
    /// - Throws: A diagnostic at the first piece of `task` without `=`.
    init(task: [Located<String>], commandLine: [String]) throws(Diagnostic) {
        var entries: [String] = []
        for entry in task {
            for piece in entry.value.split(separator: ",", omittingEmptySubsequences: false) {
                guard piece.contains("=") else {
                    throw Diagnostic(
                        at: entry.location, "\"\(piece)\" in env is not of the form NAME=VALUE",
                        hint: entry.value.contains(",")
                            ? "commas separate variables here; a value with a comma must be set on the step"
                            : nil)
                }
                entries.append(String(piece))
            }
        }
        weaker = entries + commandLine
    }

    /// - Throws: A diagnostic at an entry without `=`, unless it is the step's entries alone that count.
    func merged(under step: [Located<String>]) throws(Diagnostic) -> [String] {
        var entries: [String] = []
        var names: Set<Substring> = []
        for entry in step {
            guard entry.value.contains("=") || weaker.isEmpty else {
                throw Diagnostic(
                    at: entry.location, "\"\(entry.value)\" in env is not of the form NAME=VALUE")
            }
            entries.append(entry.value)
            names.insert(Self.name(of: entry.value))
        }
        for entry in weaker where names.insert(Self.name(of: entry)).inserted { entries.append(entry) }
        return entries
    }

    private static func name(of entry: String) -> Substring { entry.prefix { $0 != "=" } }
}
