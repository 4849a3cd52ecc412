// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import LayerArchive
import OCISpec
package import SystemPackage

extension ImageArchive {
    /// Writes an image and everything under it into a new archive, which replaces a file that is there.
    ///
    /// From a layout the contents go straight into the file. From anywhere else they come into a temporary
    /// layout beside the file first. A `docker` archive has the image's configuration as it is
    /// and its layers uncompressed, each unpacked beside the file while it is written, and verified. Subjects
    /// and layers that are not for distribution are left out.
    ///
    /// After a throw the file is as it was.
    ///
    /// - Throws: ``ImageStoreError/notOneImage(_:)`` for an index in a `docker` archive;
    ///   ``ImageStoreError/invalidName(_:)`` for a name that the format cannot hold.
    package static func write(
        _ image: Image, from reader: any BlobReader, as format: Format, to file: FilePath,
        settings: CopySettings = CopySettings()
    ) async throws {
        try format.check(image.names)
        if format == .docker, !image.descriptor.mediaType.isImageManifest {
            throw ImageStoreError.notOneImage(image.descriptor)
        }
        if let layout = reader as? ImageLayout {
            try await layout.write([image], as: format, to: file, report: settings.report)
            return
        }
        let parent = file.removingLastComponent()
        let folder = try await BlockingThread.run {
            try LeasedFolder(in: parent.isEmpty ? "." : parent, prefix: ArchiveDraft.prefix)
        }
        let layout = try ImageLayout(creating: folder.path.appending("layout"))
        try await copyGraph([image.descriptor], from: reader, to: layout, settings)
        try await layout.write([image], as: format, to: file)
        withExtendedLifetime(folder) {}
    }
}

extension ImageArchive.Format {
    /// The names that can be written: visible ASCII, and for `docker` references with a tag.
    fileprivate func check(_ names: [String]) throws(ImageStoreError) {
        for name in names {
            let isValid =
                switch self {
                case .oci: !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
                case .docker: (try? Reference(name)).map { $0.tag != nil && $0.digest == nil } ?? false
                }
            guard isValid else { throw .invalidName(name) }
        }
    }
}

extension ImageLayout {
    /// Writes images of this layout into one archive, as ``ImageArchive/write(_:from:as:to:settings:)`` does.
    ///
    /// `report` hears of each content that goes into the file.
    package func write(
        _ images: [ImageArchive.Image], as format: ImageArchive.Format, to file: FilePath,
        report: @escaping @Sendable (TransferEvent) -> Void = { _ in }
    ) async throws {
        for image in images { try format.check(image.names) }
        let lease = try await lease()
        defer { lease.end() }
        try await BlockingThread.runCancellable { checkCancellation in
            var draft = try ArchiveDraft(of: file)
            switch format {
            case .oci: try write(images, asLayoutTo: &draft, report, checkCancellation)
            case .docker:
                var saved: [DockerArchiveItem] = []
                for image in images {
                    let copy = SavedCopy(limits: ArchiveLimits(), report: report)
                    saved.append(try write(image, asSavedTo: &draft, copy, checkCancellation))
                }
                try draft.add(DockerArchiveItem.fileName, JSONDocument.encode(saved))
            }
            try draft.finish()
        }
    }

    private func write(
        _ images: [ImageArchive.Image], asLayoutTo draft: inout ArchiveDraft,
        _ report: (TransferEvent) -> Void, _ checkCancellation: () throws -> Void
    ) throws {
        var walk = LayoutWalk(self, followsSubjects: false)
        for image in images { walk.add(image.descriptor, label: "\(image.descriptor.digest)") }
        if let error = walk.unreadable.values.first { throw error }
        let roots = images.flatMap { image in
            image.names.isEmpty ? [image.descriptor] : image.names.map { image.descriptor.named($0) }
        }
        try draft.add("oci-layout", ImageLayout.marker())
        try draft.add("index.json", JSONDocument.encode(ImageIndex(manifests: roots)))
        try draft.add(folder: "blobs")
        for descriptor in walk.order where walk.reached[descriptor.digest]?.isRequired ?? true {
            report(.started(descriptor))
            _ = try soundSource(of: descriptor, checkCancellation)
            let folder = "blobs/\(descriptor.digest.algorithmName)"
            try draft.add(folder: folder)
            try draft.add(
                "\(folder)/\(descriptor.digest.encoded)", .file(path(of: descriptor.digest)),
                size: descriptor.size
            ) { report(.advanced(descriptor, .sending, bytes: $0)) }
            report(.finished(descriptor))
        }
    }
}
