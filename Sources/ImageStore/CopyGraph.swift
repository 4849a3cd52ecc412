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
/// `roots` are manifests or blobs in `source`.
///
/// - Throws: The first error; the others are cancelled. What was copied by then stays.
package func copyGraph(
    _ roots: [Descriptor], from source: any BlobReader, to target: any BlobWriter,
    _ settings: CopySettings = CopySettings()
) async throws {
    let leases = [
        try await (source as? ImageLayout)?.lease(), try await (target as? ImageLayout)?.lease(),
    ]
    defer { for lease in leases { lease?.end() } }
    let copy = GraphCopy(source: source, target: target, report: settings.report)
    var plan = CopyPlan()
    for root in roots { try await plan.add(root, in: copy) }
    try await withThrowingTaskGroup(of: Void.self) { group in
        var waiting = plan.blobs.makeIterator()
        for _ in 0..<max(1, settings.jobs) {
            guard let blob = waiting.next() else { break }
            group.addTask { try await copy.run(blob) }
        }
        while try await group.next() != nil {
            guard let blob = waiting.next() else { continue }
            group.addTask { try await copy.run(blob) }
        }
    }
    for (manifest, bytes) in plan.manifests { try await copy.run(manifest, bytes) }
}

/// Two ends of a copy, and who hears of it.
private struct GraphCopy: Sendable {
    let source: any BlobReader
    let target: any BlobWriter
    let report: @Sendable (TransferEvent) -> Void

    /// True, and said, when there is nothing to do.
    func isThere(_ descriptor: Descriptor) async throws -> Bool {
        guard try await target.contains(descriptor) else { return false }
        report(.exists(descriptor))
        return true
    }

    func run(_ blob: Descriptor) async throws {
        guard try await !isThere(blob) else { return }
        report(.started(blob))
        let outcome = try await source.transfer(blob, to: target) { [report] phase, bytes in
            report(.advanced(blob, phase, bytes: bytes))
        }
        switch outcome {
        case .moved: report(.finished(blob))
        case .mounted(let repository): report(.mounted(blob, from: repository))
        }
    }

    func run(_ manifest: Descriptor, _ bytes: [UInt8]) async throws {
        report(.started(manifest))
        try await target.write(manifest, from: .bytes(bytes))
        report(.finished(manifest))
    }
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

    mutating func add(_ root: Descriptor, in copy: GraphCopy) async throws {
        guard !root.mediaType.isNondistributableLayer, seen.insert(root.digest).inserted else { return }
        guard root.mediaType.isManifest else {
            blobs.append(root)
            return
        }
        guard try await !copy.isThere(root) else { return }
        let bytes = try await copy.source.read(root, limitBytes: 8 << 20)
        let manifest = try Manifest(
            bytes, mediaType: root.mediaType, algorithm: root.digest.algorithm ?? .sha256)
        guard depth < CopyPlan.maximumDepth else {
            throw InvalidValue("manifest", "\(root.digest)", "it lies more than \(depth) indexes deep")
        }
        depth += 1
        for child in manifest.children { try await add(child, in: copy) }
        depth -= 1
        manifests.append((root, bytes))
    }
}
