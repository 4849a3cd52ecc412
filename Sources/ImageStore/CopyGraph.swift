// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// Copies contents and everything under them: push, pull, mirror and export are all this.
///
/// Blobs go side by side; a manifest goes after everything that it names. What the target has is not sent: a
/// manifest that is there stands for all under it. Foreign layers, which a registry need not have, are left
/// out.
///
/// While it goes on, nothing is collected from a layout on either side. Who gives the copy a name afterwards
/// has a ``LayoutLease`` from before the copy until then.
///
/// `roots` are manifests or blobs in `source`; `jobs` blobs travel at once, at least 1.
///
/// - Throws: The first error; the others are cancelled. What was copied by then stays.
package func copyGraph(
    _ roots: [Descriptor], from source: any BlobReader, to target: any BlobWriter, jobs: Int = 4
) async throws {
    let leases = [
        try await (source as? ImageLayout)?.lease(), try await (target as? ImageLayout)?.lease(),
    ]
    defer { for lease in leases { lease?.end() } }
    var plan = CopyPlan()
    for root in roots { try await plan.add(root, from: source, to: target) }
    try await withThrowingTaskGroup(of: Void.self) { group in
        var waiting = plan.blobs.makeIterator()
        for _ in 0..<max(1, jobs) {
            guard let blob = waiting.next() else { break }
            group.addTask { try await copyBlob(blob, from: source, to: target) }
        }
        while try await group.next() != nil {
            guard let blob = waiting.next() else { continue }
            group.addTask { try await copyBlob(blob, from: source, to: target) }
        }
    }
    for (manifest, bytes) in plan.manifests { try await target.write(manifest, from: .bytes(bytes)) }
}

private func copyBlob(
    _ blob: Descriptor, from source: any BlobReader, to target: any BlobWriter
) async throws {
    guard try await !target.contains(blob) else { return }
    try await source.transfer(blob, to: target)
}

/// What has to travel, in order.
private struct CopyPlan {
    /// Deeper indexes of indexes are refused: nobody has use for them but an attacker.
    private static let maximumDepth = 16

    /// No two with the same digest.
    private(set) var blobs: [Descriptor] = []
    /// Each one after those that it names.
    private(set) var manifests: [(Descriptor, bytes: [UInt8])] = []
    private var seen: Set<Digest> = []
    /// How many indexes lie above what is being added.
    private var depth = 0

    mutating func add(_ root: Descriptor, from source: any BlobReader, to target: any BlobWriter) async throws
    {
        guard !root.mediaType.isNondistributableLayer, seen.insert(root.digest).inserted else { return }
        guard root.mediaType.isManifest else {
            blobs.append(root)
            return
        }
        guard try await !target.contains(root) else { return }
        let bytes = try await source.read(root, limitBytes: 8 << 20)
        let manifest = try Manifest(
            bytes, mediaType: root.mediaType, algorithm: root.digest.algorithm ?? .sha256)
        guard depth < CopyPlan.maximumDepth else {
            throw InvalidValue("manifest", "\(root.digest)", "it lies more than \(depth) indexes deep")
        }
        depth += 1
        for child in manifest.children { try await add(child, from: source, to: target) }
        depth -= 1
        manifests.append((root, bytes))
    }
}
