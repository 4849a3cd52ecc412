// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import LayerArchive
import OCISpec
import SourceText

extension StageBuilder {
    /// `COPY` and `ADD`: what the sources mean goes into one layer.
    mutating func copy(_ copy: CopyInstruction, of step: BuildPlan.Step) async throws(BuildError) {
        let request = try invalid { () throws(Diagnostic) in
            try self.request(for: copy, of: step.instruction)
        }
        let memory = CopyMemory(of: request, step, in: self)
        let text = request.history + " # buildkit"
        var placement = FilePlacement(destination: request.destination, workingFolder: state.workingFolder)
        placement.owner = try await owner(
            request.owner?.text, at: request.owner?.location ?? step.instruction.location)
        placement.mode = request.mode
        placement.excluded = request.excluded
        let items = try await items(of: request, step)
        if items.allSatisfy(\.isEmpty) {
            workshop.progress(
                .warning(
                    workshop.source.warning(
                        at: step.instruction.location, "no file matches, so nothing is copied")))
        }
        var draft = LayerDraft(on: request.isLinked ? FileTree() : try await tree())
        try invalid { () throws(Diagnostic) in
            try located(copy.destination.location) { () throws(Problem) in
                try placement.put(items, on: &draft)
            }
        }
        if request.isLinked {
            var merged = LayerDraft(on: try await tree())
            merged.merge(draft)
            draft = merged
        }
        let layer = try await commit(draft, as: text, at: step.instruction.location)
        if let memory, let key = layer?.key { workshop.layers.session.remember(key, after: memory) }
    }

    /// What the sources mean, in their order, then the here-documents.
    private func items(
        of request: CopyRequest, _ step: BuildPlan.Step
    ) async throws(BuildError) -> [CopyItem] {
        let isAdd = step.instruction.keyword == .add
        if let checksum = request.checksum,
            request.paths.count != 1 || RemoteSource(request.paths[0].text) == nil
        {
            throw .invalid(
                workshop.source.error(
                    at: checksum.location, RemoteSource.checksumRule))
        }
        var items: [CopyItem] = []
        for path in request.paths {
            if let remote = RemoteSource(path.text) {
                guard isAdd else {
                    throw .invalid(
                        workshop.source.error(
                            at: path.location, "COPY does not take \(remote.noun)", hint: "use ADD"))
                }
                items.append(try await self.item(remote, at: path.location, of: request))
                continue
            }
            let found = try find(path, of: request, step)
            let unpacks = isAdd && request.unpacks ?? true && !request.keepsParents
            for item in found { items.append(unpacks ? try await unpacked(item, at: path.location) : item) }
        }
        for document in request.documents {
            let content = FileTree.Content.bytes(Array(document.content.utf8))
            items.append(
                .file(document.name.asName, FileTree.Node(mode: 0o644, owner: .root, kind: .file(content))))
        }
        return items
    }

    private func find(
        _ path: Word, of request: CopyRequest, _ step: BuildPlan.Step
    ) throws(BuildError) -> [CopyItem] {
        guard let tree = origins[step.origin] else {
            throw .invalid(workshop.source.error(at: step.instruction.location, "the source is not there"))
        }
        let files = SourceFiles(tree: tree, name: workshop.name(of: step.origin))
        do {
            return request.keepsParents ? try files.itemsWithParents(path.text) : try files.items(path.text)
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
}
