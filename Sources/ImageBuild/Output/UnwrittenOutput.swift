// SPDX-License-Identifier: Apache-2.0

import SystemPackage

/// The files of an image could not be written where they were wanted.
struct UnwrittenOutput: Error, CustomStringConvertible {
    let target: FilePath
    let cause: any Error
    /// Some of the files are there, each of them whole; false where all is as it was.
    var isPartly = false

    var description: String {
        "\(cause); \(target) " + (isPartly ? "has only a part of the files" : "is as it was before")
    }
}
