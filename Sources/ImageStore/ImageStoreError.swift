// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
package import LayerArchive
package import OCISpec
package import SystemPackage

/// A store could not give or take a content.
package enum ImageStoreError: Error, Hashable, Sendable {
    case file(FileError)
    /// The folder is there and is no OCI image layout that we can read.
    case notALayout(FilePath, reason: String)
    /// The store has nothing of this name.
    case missing(Digest)
    /// What the store has under this name is something else.
    case damaged(Digest, reason: String)
    /// The bytes that were offered are not those that were named.
    case differs(Digest, reason: String)
    /// The digest is of an algorithm that we do not compute, so nothing can be verified against it.
    case unverifiable(Digest)
    /// A content that must fit into memory is larger than the limit.
    case tooLarge(Digest, size: Int64, limitBytes: Int)
    /// A manifest, or the layout's own index, cannot be read.
    case malformed(InvalidValue)
    /// The layout's index is there and is none.
    case brokenIndex(FilePath, InvalidValue)
    /// A name that no index can hold.
    case invalidName(String)
    /// Somebody has a lease, so that nothing can be collected, or a collection does not end.
    case inUse(FilePath)
    /// A layer cannot be unpacked for an archive, or an archive cannot be packed.
    case layer(LayerError)
    /// The file is not an image archive that we can read.
    case badArchive(FilePath, reason: String)
    /// An archive has no image of this name, or, for nil, not just one.
    case noSuchImage(FilePath, name: String?, available: [String])
    /// Only one image can be written in this form, and this is an index or something else.
    case notOneImage(Descriptor)
}

extension ImageStoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .notALayout(let folder, let reason): "\(folder) is not an OCI image layout: \(reason)"
        case .missing(let digest): "\(digest) is not in the store"
        case .damaged(let digest, let reason):
            "the store is damaged: \(digest) \(reason); remove it, and pull or build the image again"
        case .differs(let digest, let reason): "the content is not \(digest): \(reason)"
        case .unverifiable(let digest): "\(digest) cannot be verified: only sha256 and sha512 can"
        case .tooLarge(let digest, let size, let limit): "\(digest) has \(size) bytes, more than \(limit)"
        case .malformed(let error): "\(error)"
        case .brokenIndex(let path, let error):
            "\(path): \(error); mend it, or remove the layout and pull or build its images again"
        case .invalidName(let name): "invalid name \"\(name)\": it must be visible ASCII characters"
        case .inUse(let folder): "\(folder) is in use by a build or a pull; try again when it has ended"
        case .layer(let error): "\(error)"
        case .badArchive(let file, let reason): "\(file) is not an image archive that can be read: \(reason)"
        case .noSuchImage(let file, let name?, let available):
            "\(file) has no image \"\(name)\"; it has \(ImageStoreError.list(available))"
        case .noSuchImage(let file, nil, let available):
            "\(file) has \(available.count) images, say which one: \(ImageStoreError.list(available))"
        case .notOneImage(let descriptor):
            "\(descriptor.digest) is a \(descriptor.mediaType), not one image: choose a platform, or write an oci-archive"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.joined(separator: ", ")
    }

    /// Runs something that only the operating system can refuse.
    static func file<Value>(_ body: () throws(FileError) -> Value) throws(ImageStoreError) -> Value {
        do {
            return try body()
        } catch {
            throw .file(error)
        }
    }

    /// Runs something that only a text can spoil.
    static func parse<Value>(_ body: () throws(InvalidValue) -> Value) throws(ImageStoreError) -> Value {
        do {
            return try body()
        } catch {
            throw .malformed(error)
        }
    }
}
