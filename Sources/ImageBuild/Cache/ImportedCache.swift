// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec

/// The steps that a cache elsewhere knows, and where their layers are.
struct ImportedCache: Sendable {
    let records: [StepKey: StepRecord]
    let shapes: Set<ContentHash>
    private let source: any BlobReader

    init(_ documents: [CacheDocument], from source: any BlobReader) {
        var records: [StepKey: StepRecord] = [:]
        for step in documents.flatMap(\.steps) {
            guard let key = step.key else { continue }
            records[key] = step.record
        }
        self.records = records
        shapes = Set(records.keys.map(\.shape))
        self.source = source
    }

    /// - Returns: false when the layer cannot be had, which makes the record worth nothing.
    func fetch(_ record: StepRecord, into store: ImageLayout) async -> Bool {
        guard let layer = record.layer?.descriptor else { return true }
        if store.has(layer) { return true }
        do {
            try await source.transfer(layer, to: store)
            return store.has(layer)
        } catch {
            return false
        }
    }
}
