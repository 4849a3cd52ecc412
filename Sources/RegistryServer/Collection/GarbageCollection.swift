// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import SystemPackage

/// Removes the blobs that no manifest needs: what pushes that were refused or given up, and deleted manifests, leave.
///
/// What is younger than the minimum age stays, for the manifest that needs it may be on its way. Serving goes on
/// meanwhile: each step is a short transaction, and a blob that is pushed again while it is collected is whole
/// afterwards.
struct GarbageCollection: Sendable {
    let registry: Registry
    /// In seconds, since a blob was pushed or mounted.
    let minimumAge: Int
    /// Counts, and removes nothing.
    let isDryRun: Bool

    /// So much happens in one transaction.
    private static let batch = 200

    struct Outcome: Sendable {
        /// Repositories' hold on a blob that none of their manifests needs.
        var links = 0
        /// Blobs that nobody has any more.
        var blobs = 0
        /// What those blobs take.
        var bytes: Int64 = 0
        /// Uploads that nobody went on with.
        var uploads = 0

        fileprivate mutating func add(_ sizes: [Int64]) {
            blobs += sizes.count
            bytes += sizes.reduce(0, +)
        }
    }

    func run() async throws -> Outcome {
        let cutoff = time(nil) - minimumAge
        var outcome = Outcome()
        if isDryRun {
            let unneeded = try await registry.facts.read { try $0.unneededBlobs(before: cutoff) }
            outcome.links = unneeded.links
            outcome.add(unneeded.lastOnes.map(\.size))
            return outcome
        }
        let uploads = registry.uploads
        outcome.uploads = try await BlockingThread.run { try uploads.sweep() }
        try await unlink(before: cutoff, &outcome)
        try await removeStrays(before: cutoff, &outcome)
        let done = outcome
        try await registry.facts.write { try $0.append(GarbageCollection.event(done)) }
        return outcome
    }

    private func unlink(before cutoff: Int, _ outcome: inout Outcome) async throws {
        while true {
            try Task.checkCancellation()
            let unlinked = try await registry.facts.write {
                try $0.unlinkUnneededBlobs(before: cutoff, limit: GarbageCollection.batch)
            }
            if unlinked.isEmpty { return }
            outcome.links += unlinked.count
            outcome.add(try await remove(unlinked, before: Int.max))
        }
    }

    /// Files without a row: a crash came between the file and its row, or between the row's end and the file's.
    private func removeStrays(before cutoff: Int, _ outcome: inout Outcome) async throws {
        let blobs = registry.blobs
        for folder in try await BlockingThread.run({ try blobs.folders() }) {
            try Task.checkCancellation()
            let digests = try await BlockingThread.run { try blobs.digests(in: folder) }
            for start in stride(from: 0, to: digests.count, by: GarbageCollection.batch) {
                let piece = Array(digests[start..<min(start + GarbageCollection.batch, digests.count)])
                let known = try await registry.facts.read { facts in
                    try piece.filter { try facts.isLinked($0) }
                }
                let strays = piece.filter { !known.contains($0) }
                outcome.add(try await remove(strays, before: cutoff))
            }
        }
    }

    /// Removes the files of blobs that no repository has, in a transaction that keeps any from getting one.
    ///
    /// - Returns: The sizes of those removed.
    private func remove(_ digests: [Digest], before cutoff: Int) async throws -> [Int64] {
        guard !digests.isEmpty else { return [] }
        let blobs = registry.blobs
        return try await registry.facts.write { facts in
            var sizes: [Int64] = []
            for digest in digests where try !facts.isLinked(digest) {
                guard let file = blobs.status(digest), file.writtenAt <= cutoff else { continue }
                try blobs.remove(digest)
                sizes.append(file.size)
            }
            return sizes
        }
    }

    private static func event(_ outcome: Outcome) -> AuditEvent {
        var event = AuditEvent(.blobsCollected)
        event.detail = outcome.json
        return event
    }
}

extension GarbageCollection.Outcome {
    var json: JSONValue {
        .object([
            "links": .integer(Int64(links)), "blobs": .integer(Int64(blobs)), "bytes": .integer(bytes),
            "uploads": .integer(Int64(uploads)),
        ])
    }
}
