// SPDX-License-Identifier: Apache-2.0

import LayerArchive
package import OCISpec

extension BuildRequest.Output {
    /// Sets the compression of new layers by its name: `gzip`, `zstd` or `none`.
    ///
    /// - Throws: For another name, and for a level that the compressor does not have: gzip has 1 to 3, zstd 1 to 19.
    package mutating func compress(with name: String, level: Int?) throws(InvalidValue) {
        let range: ClosedRange<Int>
        switch name {
        case "gzip": (compression, range) = (.gzip(level: level ?? 1), 1...3)
        case "zstd": (compression, range) = (.zstd(level: level ?? 3), 1...19)
        case "none", "uncompressed":
            guard level == nil else {
                throw InvalidValue("compression level", "\(level ?? 0)", "without compression there is none")
            }
            (compression, range) = (.none, 0...0)
        default: throw InvalidValue("compression", name, "it is gzip, zstd or none")
        }
        guard let level, !range.contains(level) else { return }
        throw InvalidValue(
            "compression level", "\(level)", "\(name) has \(range.lowerBound) to \(range.upperBound)")
    }
}
