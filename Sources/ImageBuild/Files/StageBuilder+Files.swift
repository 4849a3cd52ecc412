// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SourceText

extension StageBuilder {
    /// `WORKDIR`: the folder becomes the working one and is made, with a layer, where it is missing.
    ///
    /// Source: BuildKit, which gives the folder to the user of the last `USER`.
    mutating func changeFolder(to word: Word) async throws(BuildError) {
        let path = CleanPath.absolute(
            try invalid { () throws(Diagnostic) in try expand(word) }, in: state.workingFolder)
        state.container.workingDir = path
        var draft = LayerDraft(on: try await tree())
        if path != "/", draft.tree.resolve(path)?.node?.kind != .folder {
            let owner = try await self.owner(state.container.user, at: word.location)
            try invalid { () throws(Diagnostic) in
                try located(word.location) { () throws(Problem) in
                    _ = try draft.makeFolders(path, owner: owner ?? .root)
                }
            }
        }
        try await commit(draft, as: "WORKDIR \(path)", at: word.location)
    }

    /// The owner for a text like `USER:GROUP`, with names from the stage's own `/etc/passwd` and
    /// `/etc/group`.
    mutating func owner(_ text: String?, at location: SourceLocation) async throws(BuildError) -> Owner? {
        guard let text, !text.isEmpty else {
            return nil
        }
        let names = try invalid { () throws(Diagnostic) in
            try located(location) { () throws(Problem) in try OwnerText(text) }
        }
        let passwd = names.hasNames.user ? try await file("/etc/passwd") : nil
        let groups = names.hasNames.group ? try await file("/etc/group") : nil
        return try invalid { () throws(Diagnostic) in
            try located(location) { () throws(Problem) in try names.resolve(passwd: passwd, groups: groups) }
        }
    }

    /// A small text file of the stage; nil when there is none.
    private mutating func file(_ path: String) async throws(BuildError) -> String? {
        guard case .file(let content)? = try await tree().resolve(path)?.node?.kind else { return nil }
        return String(
            decoding: try await workshop.layers.bytes(of: content, limitBytes: 8 << 20), as: UTF8.self)
    }
}
