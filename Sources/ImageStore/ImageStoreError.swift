// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
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
    /// A name that no index can hold.
    case invalidName(String)
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
        case .invalidName(let name): "invalid name \"\(name)\": it must be visible ASCII characters"
        }
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
