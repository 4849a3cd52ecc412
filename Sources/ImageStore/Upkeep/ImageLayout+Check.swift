// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage

extension ImageLayout {
    /// Reads every byte of the layout and says all that is wrong in it.
    ///
    /// Contents that nothing reaches are no fault while they are what their names say, and neither are
    /// unfinished files. What `.tmp` holds is not looked at. Nothing is changed.
    ///
    /// - Returns: Faults of the index first, then of contents, by digest; empty for a sound layout.
    /// - Throws: `FileError` when the layout's folders cannot be listed; `CancellationError`.
    package func check(jobs: Int = 2) async throws -> [LayoutFault] {
        let lease = try await lease()
        defer { lease.end() }
        let (walk, inventory, indexFaults) = try await BlockingThread.run { try survey() }
        var faults = indexFaults + inventory.unknown.map { LayoutFault(.unknown($0)) }
        faults += try topLevelFaults()
        var found = LayoutFaults(walk: walk)
        found.compare(with: inventory.contents)
        let contents = inventory.contents.keys.sorted { "\($0)" < "\($1)" }
        try await withThrowingTaskGroup(of: (Digest, LayoutFault.Kind?).self) { group in
            var waiting = contents.makeIterator()
            for _ in 0..<max(1, jobs) {
                guard let digest = waiting.next() else { break }
                group.addTask { (digest, try await self.fault(in: digest)) }
            }
            while let (digest, kind) = try await group.next() {
                if let kind { found.add(kind, digest) }
                if let digest = waiting.next() {
                    group.addTask { (digest, try await self.fault(in: digest)) }
                }
            }
        }
        return faults + found.sorted
    }

    private func survey() throws -> (LayoutWalk, Inventory, [LayoutFault]) {
        var walk = LayoutWalk(self)
        var faults: [LayoutFault] = []
        do {
            for root in try roots() { walk.add(root, label: root.layoutName ?? "\(root.digest)") }
        } catch {
            faults = [LayoutFault(.index(reason: "\(error)"))]
        }
        return (walk, try inventory(), faults)
    }

    private func topLevelFaults() throws -> [LayoutFault] {
        let ours: Set = ["blobs", "index.json", "oci-layout", ImageLayout.lockName, ".tmp"]
        return try Folder.components(in: folder)
            .filter { !ours.contains($0.string) && !$0.isPending }
            .map { LayoutFault(.unknown(folder.appending($0))) }
    }

    /// Hashes a content.
    private func fault(in digest: Digest) async throws -> LayoutFault.Kind? {
        guard let algorithm = digest.algorithm else { return .unverifiable }
        guard let size = size(of: digest) else { return .missing }
        let source = ByteSource.file(path(of: digest), offset: 0, count: size)
        do {
            let actual = try await BlockingThread.runCancellable { checkCancellation in
                try source.digest(algorithm, checkCancellation: checkCancellation)
            }
            return actual == digest ? nil : .content(actual: actual)
        } catch let error as FileError {
            return .unreadable(reason: "\(error)")
        }
    }
}

/// The faults of contents, at most one of a kind for each digest.
private struct LayoutFaults {
    let walk: LayoutWalk
    private var faults: Set<LayoutFault> = []
    private var digests: Set<Digest> = []

    init(walk: LayoutWalk) {
        self.walk = walk
    }

    mutating func add(_ kind: LayoutFault.Kind, _ digest: Digest) {
        // A content of the wrong size has the wrong bytes too: that is one fault.
        if case .content = kind, digests.contains(digest) { return }
        digests.insert(digest)
        faults.insert(LayoutFault(kind, digest, reachedBy: walk.reached[digest]?.roots ?? []))
    }

    /// Compares what is there with what is named.
    mutating func compare(with contents: [Digest: Int64]) {
        for (digest, reached) in walk.reached {
            guard let size = contents[digest] else {
                if reached.isRequired { add(.missing, digest) }
                continue
            }
            for expected in reached.sizes where expected != size {
                add(.size(actual: size, expected: expected), digest)
            }
        }
        for (digest, error) in walk.unreadable {
            switch error {
            case .malformed(let error): add(.malformed(reason: error.reason), digest)
            case .tooLarge: add(.malformed(reason: "\(error)"), digest)
            default: break  // Seen again when its bytes are read.
            }
        }
    }

    var sorted: [LayoutFault] {
        faults.sorted {
            ("\($0.digest?.description ?? "")", "\($0)") < ("\($1.digest?.description ?? "")", "\($1)")
        }
    }
}
