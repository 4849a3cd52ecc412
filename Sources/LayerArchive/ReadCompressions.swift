// SPDX-License-Identifier: Apache-2.0

/// Which compressions a reader undoes, told by the file's first bytes.
package enum ReadCompressions: Hashable, Sendable {
    /// Those that layers have: none, gzip, zstd, and seldom xz.
    case layers
    /// Those of archives that people make: bzip2 too.
    case archives
}
