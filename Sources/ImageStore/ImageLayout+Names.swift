// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import OCISpec

extension ImageLayout {
    /// A name in the layout's index, and what it stands for.
    package struct Name: Hashable, Sendable {
        package let name: String
        package let descriptor: Descriptor
    }

    /// What a name stands for; nil when it stands for nothing.
    package func resolve(_ name: String) throws(ImageStoreError) -> Descriptor? {
        try index().manifests.last { $0.layoutName == name }
    }

    /// What a name stands for, without holding a thread of the cooperative pool.
    package func find(_ name: String) async throws -> Descriptor? {
        try await BlockingThread.run { try resolve(name) }
    }

    /// All names, sorted by bytes.
    package func names() throws(ImageStoreError) -> [Name] {
        try index().manifests
            .compactMap { descriptor in descriptor.layoutName.map { Name(name: $0, descriptor: descriptor) } }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Everything in the index, with a name or without.
    package func roots() throws(ImageStoreError) -> [Descriptor] {
        try index().manifests
    }

    /// Gives a manifest that is in the store a name, which then stands for nothing else.
    package func tag(_ descriptor: Descriptor, as name: String) async throws {
        guard !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ImageStoreError.invalidName(name)
        }
        let lease = try await lease()
        defer { lease.end() }
        _ = try source(of: descriptor)
        let named = descriptor.named(name)
        try await update { index in
            index.manifests.removeAll {
                $0.layoutName == name || ($0.layoutName == nil && $0.digest == named.digest)
            }
            index.manifests.append(named)
        }
    }

    /// Takes a name away; the content stays.
    ///
    /// - Returns: What the name stood for.
    @discardableResult
    package func untag(_ name: String) async throws -> Descriptor? {
        let old = try resolve(name)
        if old != nil { try await update { $0.manifests.removeAll { $0.layoutName == name } } }
        return old
    }

    private func index() throws(ImageStoreError) -> ImageIndex {
        let bytes = try ImageStoreError.file { () throws(FileError) in try WholeFile.read(indexPath) }
        do {
            return try JSONDocument.decode(ImageIndex.self, from: bytes, noun: "index")
        } catch {
            throw .brokenIndex(indexPath, error)
        }
    }

    /// Replaces the index whole, one process after the other.
    private func update(_ change: @escaping @Sendable (inout ImageIndex) -> Void) async throws {
        try await BlockingThread.run {
            let lock = try FileLock(lockPath)
            var index = try index()
            change(&index)
            try WholeFile.write(JSONDocument.encode(index), to: indexPath)
            _ = consume lock
        }
    }
}

extension Descriptor {
    /// The name that an index gives to what this names.
    var layoutName: String? { annotations?[Descriptor.refNameAnnotation] }

    /// The same content under a name.
    func named(_ name: String) -> Descriptor {
        var named = self
        named.annotations = (annotations ?? [:]).merging([Descriptor.refNameAnnotation: name]) { $1 }
        return named
    }
}
