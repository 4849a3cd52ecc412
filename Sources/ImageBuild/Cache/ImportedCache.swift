// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageStore
import LayerArchive
import OCISpec
import SourceText

/// The steps that a cache elsewhere knows, and where their layers are.
struct ImportedCache: Sendable {
    let records: [StepKey: StepRecord]
    let shapes: Set<ContentHash>
    private let location: CacheLocation
    private let source: any BlobReader
    private let progress: @Sendable (BuildEvent) -> Void

    init(
        _ documents: [CacheDocument], at location: CacheLocation, from source: any BlobReader,
        progress: @escaping @Sendable (BuildEvent) -> Void
    ) {
        var records: [StepKey: StepRecord] = [:]
        for step in documents.flatMap(\.steps) {
            guard let key = step.key else { continue }
            records[key] = step.record
        }
        self.records = records
        shapes = Set(records.keys.map(\.shape))
        self.location = location
        self.source = source
        self.progress = progress
    }

    /// Takes the layer of a record, when it is the one that the record tells of: who made the cache may have
    /// exchanged it, and the image's configuration would name another one.
    ///
    /// - Returns: false when the layer cannot be had, which makes the record worth nothing.
    func fetch(_ record: StepRecord, for catalog: LayerCatalog) async -> Bool {
        guard let layer = record.layer else { return true }
        do {
            if !catalog.store.has(layer.descriptor) {
                let errand = BuildErrand(.cachedLayer(layer.descriptor.digest), "\(location)")
                try await errand.report(to: progress) { news in
                    try await copyGraph(
                        [layer.descriptor], from: source, to: catalog.store, news.settings)
                }
            }
            let diffID = try await BlockingThread.run { try catalog.index(of: layer.descriptor).diffID }
            guard diffID == layer.diffID else {
                throw LayerError.differs(expected: layer.diffID, actual: diffID)
            }
            return true
        } catch let error as LayerError {
            let message =
                "the layer \(layer.descriptor.digest) of the cache \(location) is not used: \(error)"
            progress(.warning(Diagnostic(.warning, at: SourceLocation(whole: "--cache-from"), message)))
            return false
        } catch {
            return false
        }
    }
}
