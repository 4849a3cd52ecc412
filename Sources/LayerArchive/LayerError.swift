// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
package import OCISpec

/// A layer could not be written, read or applied.
package enum LayerError: Error, Hashable, Sendable {
    /// The operating system refused; the path says where.
    case file(FileError)
    /// libarchive refused: its own words, about `entry` where it was at one.
    case archive(entry: String?, reason: String)
    /// The entry is hostile, or is something that we do not put in or take out of layers.
    case refused(entry: String, reason: String)
    /// The layer is larger than ``LayerLimits`` allows.
    case tooLarge(reason: String)
    /// The tar stream is not the one that was asked for.
    case differs(expected: Digest, actual: Digest)
    /// A compressor refused to go on.
    case compression(String)
}

extension LayerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .archive(let entry?, let reason): "layer entry \"\(entry)\": \(reason)"
        case .archive(nil, let reason): "layer: \(reason)"
        case .refused(let entry, let reason): "layer entry \"\(entry)\" is refused: \(reason)"
        case .tooLarge(let reason): "layer is refused: \(reason)"
        case .differs(let expected, let actual): "layer has diffID \(actual), not \(expected)"
        case .compression(let reason): "layer cannot be compressed: \(reason)"
        }
    }
}
