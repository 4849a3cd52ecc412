// SPDX-License-Identifier: Apache-2.0

import SourceText

extension InstructionParser {
    /// `RUN [flags] command`, in the shell form or as an array.
    func run(_ statement: Statement) throws(Diagnostic) -> RunInstruction {
        let text = statement.arguments.text
        return RunInstruction(
            command: try stringArray(statement.arguments).map { .exec($0.strings) } ?? .shell(text),
            documents: statement.documents, mounts: try mounts(statement.flags),
            network: try choice(statement.flags, "network", of: RunInstruction.Network.self),
            security: try choice(statement.flags, "security", of: RunInstruction.Security.self),
            devices: statement.flags.values("device"))
    }

    /// A mount without variables is checked whole, before anything is built.
    private func mounts(_ flags: Flags) throws(Diagnostic) -> [MountFlag] {
        var mounts: [MountFlag] = []
        for word in flags.values("mount") {
            let mount = try MountFlag(word, in: source)
            if !word.text.contains(where: { "$'\"".contains($0) || $0 == escape }) {
                _ = try mount.resolve(in: source) { (word) throws(Diagnostic) in word.text }
            }
            mounts.append(mount)
        }
        return mounts
    }

    private func choice<Choice: CaseIterable & RawRepresentable>(
        _ flags: Flags, _ name: String, of choices: Choice.Type
    ) throws(Diagnostic) -> Choice? where Choice.RawValue == String {
        guard let word = flags.value(name) else { return nil }
        if let choice = Choice(rawValue: word.text) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        throw error(
            at: word, "unknown \(name) '\(word.text)'",
            hint: nearestWord(to: word.text, in: known).map { "did you mean \($0)?" }
                ?? "it is one of \(known.joined(separator: ", "))")
    }
}
