// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import LayerArchive
import OCISpec
import SourceText

extension StageBuilder {
    /// `WORKDIR`: the folder becomes the working one and is made, with a layer, where it is missing.
    ///
    /// Source: BuildKit, which gives the folder to the user of the last `USER`.
    mutating func changeFolder(to word: Word) async throws(BuildError) {
        let text = try invalid { () throws(Diagnostic) in try expand(word) }
        let path = CleanPath.absolute(text, in: state.workingFolder)
        // As in BuildKit, a final slash stays to be seen.
        let shown = text.hasPrefix(path) && text.dropFirst(path.count).allSatisfy { $0 == "/" } ? text : path
        state.container.workingDir = shown
        var draft = LayerDraft(on: try await tree())
        let name = path.asName
        if path != "/", draft.tree.resolve(name)?.node?.kind != .folder {
            let owner = try await ownerOfFolder(at: word.location)
            try invalid { () throws(Diagnostic) in
                try located(word.location) { () throws(Problem) in
                    _ = try draft.makeFolders(name, owner: owner)
                }
            }
        }
        try await commit(draft, as: "WORKDIR \(shown)", at: word.location)
    }

    /// The user of the last `USER`; root where the image does not know the name, as with BuildKit.
    private mutating func ownerOfFolder(at location: SourceLocation) async throws(BuildError) -> Owner {
        do {
            return try await owner(state.container.user, at: location) ?? .root
        } catch .invalid(let problem) {
            let reason = problem.all.first?.message ?? "the user is not in the image"
            workshop.progress(
                .warning(workshop.source.warning(at: location, "\(reason), so that the folder is root's")))
            return .root
        }
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
