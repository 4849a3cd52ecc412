// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import SourceText

/// Parses a Dockerfile, whatever it is: it ends, with instructions or with errors that have places.
func feed(bytes: UnsafePointer<UInt8>?, count: Int) -> Int32 {
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    do {
        _ = try Dockerfile.parse(text, file: "Dockerfile")
    } catch {
        for diagnostic in error.all {
            precondition(diagnostic.location.line > 0 && !diagnostic.message.isEmpty)
        }
    }
    _ = try? DockerIgnore.parse(text, file: ".dockerignore")
    return 0
}
