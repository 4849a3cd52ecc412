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

    /// `COPY`, and `ADD` of what is no archive.
    mutating func copy(_ copy: CopyInstruction, of step: BuildPlan.Step) async throws(BuildError) {
        let request = try invalid { () throws(Diagnostic) in try self.request(for: copy, of: step.instruction)
        }
        let files = FileCopy(
            source: try source(of: step), sourceName: step.origin.name,
            owner: try await owner(request.ownerText, at: request.ownerLocation),
            mode: request.mode, destination: request.destination, workingFolder: state.workingFolder)
        var matches: [FileCopy.Match] = []
        for path in request.paths { matches += try find(path, in: files, of: step) }
        if matches.isEmpty, request.documents.isEmpty {
            workshop.progress(
                .warning(
                    workshop.source.warning(
                        at: step.instruction.location, "no file matches, so nothing is copied")))
        }
        if step.instruction.keyword == .add { try await refuseArchives(matches, in: files.source, of: step) }
        var draft = LayerDraft(on: try await tree())
        try invalid { () throws(Diagnostic) in
            try located(copy.destination.location) { () throws(Problem) in
                try files.run(matches, documents: request.documents, on: &draft)
            }
        }
        try await commit(draft, as: request.history + " # buildkit", at: step.instruction.location)
    }

    /// The stage's root filesystem, read from its layers when first asked for.
    private mutating func tree() async throws(BuildError) -> FileTree {
        if let tree = state.tree { return tree }
        let tree = try await workshop.layers.tree(of: state.layers)
        state.tree = tree
        return tree
    }

    private func source(of step: BuildPlan.Step) throws(BuildError) -> FileTree {
        guard let tree = origins[step.origin] else {
            throw .invalid(workshop.source.error(at: step.instruction.location, "the source is not there"))
        }
        return tree
    }

    private func find(
        _ path: Word, in files: FileCopy, of step: BuildPlan.Step
    ) throws(BuildError) -> [FileCopy.Match] {
        do {
            return try files.matches(of: path.text)
        } catch {
            var hint = error.hint
            let relative = CleanPath.components(path.text).joined(separator: "/")
            if step.origin == .context, workshop.ignore.ignores(relative) {
                hint = "it is excluded by .dockerignore"
            } else if step.origin == .context, path.text.hasPrefix("/") || path.text.hasPrefix("..") {
                hint = "a path in COPY and ADD starts at the context folder and does not leave it"
            }
            throw .invalid(workshop.source.error(at: path.location, error.message, hint: hint))
        }
    }

    /// The owner for a text like `USER:GROUP`, with names from the stage's own `/etc/passwd` and `/etc/group`.
    private mutating func owner(
        _ text: String?, at location: SourceLocation
    ) async throws(BuildError) -> Owner? {
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

    private func refuseArchives(
        _ matches: [FileCopy.Match], in source: FileTree, of step: BuildPlan.Step
    ) async throws(BuildError) {
        for match in matches {
            guard case .file(let content)? = source.node(at: match.path)?.kind else { continue }
            let start = try await atPlace(step.instruction.location) { () async throws(BuildError) in
                try await workshop.layers.prefix(of: content, count: 512)
            }
            if ArchiveSignature.isPresent(in: start) {
                throw .invalid(
                    workshop.source.error(
                        at: step.instruction.location,
                        "ADD of the archive \(match.name) is not supported yet",
                        hint: "unpack it before the build, or COPY it as it is"))
            }
        }
    }

    /// Makes a layer of a draft, where it adds something, and records the step.
    private mutating func commit(
        _ draft: LayerDraft, as text: String, at location: SourceLocation
    ) async throws(BuildError) {
        guard !draft.added.isEmpty else { return record(text) }
        let layer = try await atPlace(location) { () async throws(BuildError) in
            try await workshop.layers.pack(draft)
        }
        state.layers.append(layer.descriptor)
        state.packed.append(layer)
        state.config.rootfs.diffIDs.append(layer.diffID)
        state.tree = draft.tree
        record(text, hasLayer: true)
        workshop.progress(.layer(layer.descriptor))
    }

    /// Runs what reads or writes files for the instruction at `location`.
    private func atPlace<Value>(
        _ location: SourceLocation, _ body: () async throws(BuildError) -> Value
    ) async throws(BuildError) -> Value {
        do {
            return try await body()
        } catch {
            throw error.located(at: location, in: workshop.source)
        }
    }

    private func invalid<Value>(_ body: () throws(Diagnostic) -> Value) throws(BuildError) -> Value {
        do {
            return try body()
        } catch {
            throw .invalid(error)
        }
    }
}
