// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import OCISpec
package import SystemPackage

/// Images in one tar file, opened for reading.
///
/// Contents are ranges of the file, which must not change meanwhile; nothing is unpacked unless the whole
/// archive is compressed (gzip or zstd). The value must live as long as sources that it gave are in use.
///
/// Sources: image-spec 1.1, image-layout.md, for `oci-archive`; Docker image specification 1.2, "Combined Image
/// JSON + Filesystem Changeset Format", for `docker-archive`; containers-transports(5) for the names of both.
package struct ImageArchive: Sendable {
    package enum Format: String, Hashable, Sendable {
        /// A tar of an OCI image layout.
        case oci = "oci-archive"
        /// What `docker save` writes.
        case docker = "docker-archive"
    }

    /// A manifest or an index in an archive.
    package struct Image: Hashable, Sendable {
        /// What people call it; can be none.
        ///
        /// For `oci` what the index says, for `docker` full references.
        package let names: [String]
        package let descriptor: Descriptor

        package init(names: [String], descriptor: Descriptor) {
            self.names = names
            self.descriptor = descriptor
        }
    }

    package let format: Format
    /// In the archive's order.
    package let images: [Image]
    private let contents: [Digest: ByteSource]
    private let file: ArchiveFile

    /// Reads an archive's headers and documents.
    ///
    /// Of a `docker` archive every byte is hashed, because its names name nothing; what comes out are Docker
    /// schema 2 manifests over the configurations and the layers as they lie there: uncompressed mostly, gzip
    /// or zstd where somebody put such layers in. An uncompressed layer that is not the one that its
    /// configuration lists is refused.
    ///
    /// `scratch` is where a compressed archive is unpacked.
    ///
    /// - Throws: ``ImageStoreError/badArchive(_:reason:)`` also for hostile archives: names and links that lead
    ///   out, sizes beyond the end, two entries of one name, anything above `limits`.
    package static func open(
        _ path: FilePath, as format: Format, limits: ArchiveLimits = ArchiveLimits(),
        scratch: FilePath = "/var/tmp"
    ) async throws -> ImageArchive {
        try await BlockingThread.runCancellable { checkCancellation in
            let file = try ArchiveFile(path, limits: limits, scratch: scratch)
            let catalog =
                switch format {
                case .oci: try ArchiveCatalog(layoutIn: file)
                case .docker: try ArchiveCatalog(savedIn: file, checkCancellation: checkCancellation)
                }
            return ImageArchive(
                format: format, images: catalog.images, contents: catalog.contents, file: file)
        }
    }

    /// The image of a name; for nil, the only one there is.
    ///
    /// A `docker` name may be short: `app` is `docker.io/library/app:latest`.
    ///
    /// - Throws: ``ImageStoreError/noSuchImage(_:name:available:)``.
    package func resolve(_ name: String?) throws(ImageStoreError) -> Descriptor {
        let labels = images.map { $0.names.first ?? "\($0.descriptor.digest)" }
        guard let name else {
            guard images.count == 1, let only = images.first else {
                throw .noSuchImage(file.path, name: nil, available: labels)
            }
            return only.descriptor
        }
        let full = format == .docker ? (try? Reference(name))?.description ?? name : name
        guard let found = images.last(where: { $0.names.contains(full) }) else {
            throw .noSuchImage(file.path, name: name, available: labels)
        }
        return found.descriptor
    }

    /// A content where it lies, its size checked and its bytes not: the one who takes them does that.
    package func source(of descriptor: Descriptor) throws(ImageStoreError) -> ByteSource {
        guard let source = contents[descriptor.digest] else {
            throw .badArchive(file.path, reason: "it has no \(descriptor.digest)")
        }
        guard source.count == descriptor.size else {
            throw .badArchive(
                file.path,
                reason: "\(descriptor.digest) has \(source.count) bytes, not \(descriptor.size)")
        }
        return source
    }
}

extension ImageArchive: BlobReader {
    package func read(_ descriptor: Descriptor, limitBytes: Int) async throws -> [UInt8] {
        guard let algorithm = descriptor.digest.algorithm else {
            throw ImageStoreError.unverifiable(descriptor.digest)
        }
        guard descriptor.size <= limitBytes else {
            throw ImageStoreError.tooLarge(descriptor.digest, size: descriptor.size, limitBytes: limitBytes)
        }
        let source = try source(of: descriptor)
        let bytes = try await BlockingThread.run { try source.readAll() }
        let actual = Digest(of: bytes, algorithm: algorithm)
        guard actual == descriptor.digest else {
            throw ImageStoreError.badArchive(
                file.path, reason: "\(descriptor.digest) has the bytes of \(actual)")
        }
        return bytes
    }

    package func transfer(
        _ descriptor: Descriptor, to writer: any BlobWriter, advancing: @escaping TransferProgress
    ) async throws -> TransferOutcome {
        try await writer.write(descriptor, from: source(of: descriptor), advancing: advancing)
        return .moved
    }
}
