// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
package import SystemPackage

/// An OCI image layout: a folder of contents by digest, and an index of names.
///
/// Several processes may use one layout: contents appear whole under their digest, and the index is replaced
/// whole under a lock. The synchronous members block on the disk; the asynchronous ones do not hold a thread
/// of the cooperative pool.
///
/// Source: image-spec 1.1, image-layout.md.
package struct ImageLayout: Hashable, Sendable {
    package let folder: FilePath
    /// For unfinished files and layers, on the same file system; ``init(creating:)`` makes it.
    package var temporary: FilePath { folder.appending(".tmp") }

    private struct Marker: Codable {
        var imageLayoutVersion: String
    }

    static let version = "1.0.0"

    /// A layout that is there.
    package init(_ folder: FilePath) throws(ImageStoreError) {
        self.folder = folder
        guard WholeFile.size(markerPath) != nil else {
            throw .notALayout(folder, reason: "it has no file oci-layout")
        }
        let bytes = try ImageStoreError.file { () throws(FileError) in
            try WholeFile.read(markerPath, limitBytes: 64 << 10)
        }
        let marker = try ImageStoreError.parse { () throws(InvalidValue) in
            try JSONDocument.decode(Marker.self, from: bytes, noun: "oci-layout")
        }
        guard marker.imageLayoutVersion == ImageLayout.version else {
            throw .notALayout(
                folder, reason: "version \(marker.imageLayoutVersion) is not \(ImageLayout.version)")
        }
    }

    /// A layout that is there or is made now; a folder with other things in it is refused.
    package init(creating folder: FilePath) throws(ImageStoreError) {
        let marker = folder.appending("oci-layout")
        if WholeFile.size(marker) == nil {
            try ImageLayout.create(folder)
        }
        try self.init(folder)
        try ImageStoreError.file { () throws(FileError) in try Folder.create(temporary) }
    }

    private static func create(_ folder: FilePath) throws(ImageStoreError) {
        try ImageStoreError.file { () throws(FileError) in try Folder.create(folder) }
        let ours: Set = ["blobs", "index.json", lockName, ".tmp"]
        let names = try ImageStoreError.file { () throws(FileError) in try Folder.names(in: folder) }
        if let other = names.first(where: { !ours.contains($0) }) {
            guard other == "oci-layout" || other.hasPrefix(".pending-") else {
                throw .notALayout(folder, reason: "it has \"\(other)\" and no file oci-layout")
            }
        }
        let marker = try marker()
        let index = try ImageStoreError.parse { () throws(InvalidValue) in
            try JSONDocument.encode(ImageIndex(manifests: []))
        }
        try ImageStoreError.file { () throws(FileError) in
            let lock = try FileLock(folder.appending(lockName))
            try Folder.create(folder.appending("blobs").appending("sha256"))
            if WholeFile.size(folder.appending("index.json")) == nil {
                try WholeFile.write(index, to: folder.appending("index.json"))
            }
            try WholeFile.write(marker, to: folder.appending("oci-layout"))
            _ = consume lock
        }
    }

    /// The content of the file `oci-layout`.
    static func marker() throws(ImageStoreError) -> [UInt8] {
        try ImageStoreError.parse { () throws(InvalidValue) in
            try JSONDocument.encode(Marker(imageLayoutVersion: version))
        }
    }

    static let lockName = ".lock"
    var lockPath: FilePath { folder.appending(ImageLayout.lockName) }
    var indexPath: FilePath { folder.appending("index.json") }
    private var markerPath: FilePath { folder.appending("oci-layout") }
}
