// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What an archive has: images, and contents by digest.
struct ArchiveCatalog {
    var images: [ImageArchive.Image] = []
    var contents: [Digest: ByteSource] = [:]
}

extension ArchiveCatalog {
    private static let blobs = "blobs/"

    private struct Marker: Decodable {
        let imageLayoutVersion: String
    }

    /// Reads the tar of an OCI image layout.
    ///
    /// Contents are known by their names; whether they are what these say is seen when they are read.
    init(layoutIn file: ArchiveFile) throws(ImageStoreError) {
        let marker = try file.document("oci-layout")
        let index = try file.document("index.json")
        do throws(InvalidValue) {
            let version = try JSONDocument.decode(Marker.self, from: marker, noun: "oci-layout")
            guard version.imageLayoutVersion == ImageLayout.version else {
                throw InvalidValue(
                    "oci-layout", version.imageLayoutVersion, "only \(ImageLayout.version) is supported")
            }
            let roots = try JSONDocument.decode(ImageIndex.self, from: index, noun: "index.json")
            images = roots.manifests.map { root in
                ImageArchive.Image(
                    names: root.layoutName.map { [$0] } ?? [], descriptor: root.withoutLayoutName)
            }
        } catch {
            throw .badArchive(file.path, reason: "\(error)")
        }
        for name in file.names(under: ArchiveCatalog.blobs) {
            let parts = name.split(separator: "/")
            guard parts.count == 3, let digest = try? Digest("\(parts[1]):\(parts[2])") else { continue }
            contents[digest] = file.source(of: name)
        }
    }
}

extension Descriptor {
    /// The same content, not called anything.
    fileprivate var withoutLayoutName: Descriptor {
        var copy = self
        copy.annotations?[Descriptor.refNameAnnotation] = nil
        if copy.annotations?.isEmpty == true { copy.annotations = nil }
        return copy
    }
}
