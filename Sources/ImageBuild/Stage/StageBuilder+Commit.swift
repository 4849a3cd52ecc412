// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import SourceText

extension StageBuilder {
    /// The stage's root filesystem, read from its layers when first asked for and after each `RUN`.
    mutating func tree() async throws(BuildError) -> FileTree {
        var tree = state.tree ?? FileTree()
        let read = min(state.readLayers, state.layers.count)
        let unread = Array(state.layers[read...])
        if !unread.isEmpty {
            do {
                let (layers, known) = (workshop.layers, tree)
                tree = try await below.prepare(.read, for: clock) { missing async throws(BuildError) in
                    try await layers.tree(of: unread, on: known) { missing(read + $0) }
                }
            } catch {
                throw blamingBase(error)
            }
        }
        state.setTree(tree)
        return tree
    }

    /// Layers of our own can be read: one that cannot is the base image's.
    func blamingBase(_ error: BuildError) -> BuildError {
        guard case .image(let image) = stage.base else { return error }
        return error.blaming(image, in: workshop.source)
    }

    /// Makes a layer of a draft, where it adds something, and records the step.
    ///
    /// - Returns: The layer; nil where there is none.
    @discardableResult
    mutating func commit(
        _ draft: LayerDraft, as text: String, at location: SourceLocation
    ) async throws(BuildError) -> StepLayer? {
        guard !draft.added.isEmpty else {
            record(text)
            return nil
        }
        let layer = try await atPlace(location) { () async throws(BuildError) in
            try await workshop.layers.pack(draft)
        }
        add(layer, as: text)
        state.setTree(draft.tree)
        return layer
    }

    /// Puts a layer on top and records the step that made it.
    mutating func add(_ layer: StepLayer, as text: String) {
        state.layers.append(layer.descriptor)
        state.config.rootfs.diffIDs.append(layer.diffID)
        isCached = layer.isCached
        record(text, hasLayer: true)
        if let step { workshop.progress(.layer(step, layer.descriptor)) }
    }

    /// Runs what reads or writes files for the instruction at `location`.
    func atPlace<Value>(
        _ location: SourceLocation, _ body: () async throws(BuildError) -> Value
    ) async throws(BuildError) -> Value {
        do {
            return try await body()
        } catch {
            throw error.located(at: location, in: workshop.source)
        }
    }

    func invalid<Value>(_ body: () throws(Diagnostic) -> Value) throws(BuildError) -> Value {
        do {
            return try body()
        } catch {
            throw .invalid(error)
        }
    }
}
