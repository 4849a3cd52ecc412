// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import OCISpec
import Synchronization

/// One build's use of the cache: what it found there, what it adds when its layers are in the store.
final class CacheSession: Sendable {
    private struct Steps {
        /// Those of this build, in no order: what an export has.
        var used: [StepKey: StepRecord] = [:]
        var fresh: [StepKey: StepRecord] = [:]
        var copies: [(memory: CopyMemory, key: StepKey)] = []
        /// What commands of this build are for.
        var platforms: Set<Platform> = []
    }

    let cache: BuildCache?
    private let store: ImageLayout
    private let isRead: Bool
    private let imported: [ImportedCache]
    private let steps = Mutex(Steps())

    /// A session without a cache knows nothing but what was imported; `isRead` false takes nothing from anywhere.
    init(_ cache: BuildCache?, store: ImageLayout, isRead: Bool, imported: [ImportedCache] = []) {
        self.cache = cache
        self.store = store
        self.isRead = isRead
        self.imported = isRead ? imported : []
    }

    /// True when keys are of use: somebody may know a step, or will be told of it.
    var isOn: Bool { cache != nil || !imported.isEmpty }

    /// All that this build did, for an export.
    var used: [StepKey: StepRecord] { steps.withLock { $0.used } }

    /// True when a step of this shape may be known: only then are contents worth hashing.
    ///
    /// Blocks.
    func knows(_ shape: ContentHash) -> Bool {
        guard isRead else { return false }
        if steps.withLock({ $0.used.keys.contains { $0.shape == shape } }) { return true }
        return cache?.knows(shape) ?? false || imported.contains { $0.shapes.contains(shape) }
    }

    /// What a step makes, with its layer in the store or among those of this build.
    ///
    /// A layer that only an imported cache has is fetched; one that cannot be had makes the step unknown.
    func find(_ key: StepKey, in catalog: LayerCatalog) async throws -> StepRecord? {
        guard isRead else { return nil }
        if let known = try await BlockingThread.run({ self.known(key, in: catalog) }) { return known }
        for source in imported {
            guard let record = source.records[key], await source.fetch(record, for: catalog) else { continue }
            remember(record, as: key)
            return record
        }
        return nil
    }

    /// The same where this machine knows it.
    ///
    /// Blocks.
    func known(_ key: StepKey, in catalog: LayerCatalog) -> StepRecord? {
        guard isRead else { return nil }
        if let record = steps.withLock({ $0.used[key] }) { return record }
        guard let record = cache?.record(of: key) else { return nil }
        if let layer = record.layer?.descriptor, !catalog.has(layer) { return nil }
        steps.withLock { $0.used[key] = record }
        return record
    }

    /// Notes what a step made; others learn of it by ``save()``.
    func remember(_ record: StepRecord, as key: StepKey) {
        steps.withLock { steps in
            steps.used[key] = record
            steps.fresh[key] = record
        }
    }

    /// Notes what key a `COPY` has while nothing changes; others learn of it by ``save()``.
    func remember(_ key: StepKey, after memory: CopyMemory) {
        steps.withLock { $0.copies.append((memory, key)) }
    }

    /// Notes that commands for a platform are known from now on; later builds learn of it by ``save()``.
    func noteCommand(for platform: Platform) {
        steps.withLock { _ = $0.platforms.insert(platform) }
    }

    /// Writes the records whose layers the store has now.
    ///
    /// A record that cannot be written costs time later, and nothing else.
    func save() {
        guard let cache else { return }
        let (fresh, copies) = steps.withLock { steps in
            defer { (steps.fresh, steps.copies) = ([:], []) }
            return (steps.fresh, steps.copies)
        }
        for (key, record) in fresh {
            if let layer = record.layer?.descriptor, !store.has(layer) { continue }
            try? cache.write(record, for: key)
        }
        for platform in steps.withLock({ $0.platforms }) { try? cache.noteCommands(for: platform) }
        for (memory, key) in copies { try? cache.note(key, after: memory) }
    }
}
