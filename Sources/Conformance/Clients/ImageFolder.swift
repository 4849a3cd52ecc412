// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage

/// A test image as files that clients read: an OCI layout, and an archive as `docker save` writes.
struct ImageFolder: Sendable {
    let layout: FilePath
    let archive: FilePath
    /// What the archive calls it, for example `stet-certify:a`.
    let name: String
    /// The digest of the configuration, by which stores know an image.
    let id: String

    /// Writes both.
    init(_ image: TestImage, in folder: FilePath) throws(FileError) {
        layout = folder.appending("\(image.name).oci")
        archive = folder.appending("\(image.name).tar")
        name = "stet-certify:\(image.name)"
        id = image.blobs.last?.digest.encoded ?? ""
        let blobs = layout.appending("blobs").appending("sha256")
        try Folder.create(blobs)
        for blob in image.blobs + [image.manifest] {
            try WholeFile.write(blob.bytes, to: blobs.appending(blob.digest.encoded), durable: false)
        }
        let index = """
            {"schemaVersion":2,"manifests":[{"mediaType":"\(image.manifest.mediaType)",\
            "digest":"\(image.manifest.digest)","size":\(image.manifest.bytes.count),\
            "annotations":{"org.opencontainers.image.ref.name":"image"}}]}
            """
        try WholeFile.write(Array(index.utf8), to: layout.appending("index.json"), durable: false)
        try WholeFile.write(
            Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: layout.appending("oci-layout"), durable: false
        )
        try WholeFile.write(ImageFolder.dockerArchive(of: image, name), to: archive, durable: false)
    }

    private static func dockerArchive(of image: TestImage, _ name: String) -> [UInt8] {
        guard image.blobs.count == 2 else { return [] }
        let (layer, config) = (image.blobs[0], image.blobs[1])
        let manifest = """
            [{"Config":"\(config.digest.encoded).json","RepoTags":["\(name)"],"Layers":["layer.tar"]}]
            """
        let files = [
            ("\(config.digest.encoded).json", config.bytes), ("layer.tar", layer.bytes),
            ("manifest.json", Array(manifest.utf8)),
        ]
        return files.flatMap { TestArchive.entry(path: $0.0, content: $0.1) }
            + [UInt8](repeating: 0, count: 1024)
    }
}
