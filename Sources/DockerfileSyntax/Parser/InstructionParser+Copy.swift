// SPDX-License-Identifier: Apache-2.0

import SourceText

extension InstructionParser {
    /// `COPY [flags] SOURCE… DESTINATION`, or the same as an array.
    mutating func copy(_ statement: Statement) throws(Diagnostic) -> CopyInstruction {
        var words = try arrayOrWords(statement.arguments)
        guard words.count >= 2, let destination = words.popLast() else {
            throw error(
                at: statement.arguments, "\(statement.keyword.rawValue) needs a source and a destination",
                hint: "for paths with blanks write [\"source\", \"destination\"]")
        }
        if StringArray(statement.arguments.text) == nil,
            let lone = words.first(where: HereDocument.Opening.isOperator)
        {
            throw error(
                at: lone, "\(lone.text) stands alone: no here-document follows it",
                hint: "write its name right behind it, <<EOF")
        }
        if let from = statement.flags.value("from"), from.text.contains("$") {
            throw error(
                at: from, "--from does not expand variables",
                hint: "give it a name: ARG before FROM, then FROM $IMAGE AS name")
        }
        var documents = statement.documents[...]
        let sources = words.map { word -> CopyInstruction.Source in
            guard HereDocument.Opening(word) != nil, let document = documents.popFirst() else {
                return .path(word)
            }
            return .document(document)
        }
        return CopyInstruction(
            sources: sources, destination: destination, options: options(statement.flags))
    }

    private func options(_ flags: Flags) -> CopyInstruction.Options {
        CopyInstruction.Options(
            from: flags.value("from"), owner: flags.value("chown"), mode: flags.value("chmod"),
            isLinked: flags.isOn("link") ?? false, keepsParents: flags.isOn("parents") ?? false,
            excludes: flags.values("exclude"), checksum: flags.value("checksum"),
            keepsGitFolder: flags.isOn("keep-git-dir") ?? false, unpacks: flags.isOn("unpack"))
    }
}
