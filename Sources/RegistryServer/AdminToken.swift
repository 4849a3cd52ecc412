// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// The secret that opens the admin API: 256 random bits, written in hexadecimal.
struct AdminToken: Sendable {
    /// Keep it out of logs and errors.
    let text: [UInt8]

    /// Reads the token; makes one at the first time.
    ///
    /// The caller holds the start lock.
    init(file: FilePath) throws(FileError) {
        if WholeFile.size(file) == nil {
            var random = SystemRandomNumberGenerator()
            let digits = (0..<64).map { _ in String(Int.random(in: 0..<16, using: &random), radix: 16) }
            try WholeFile.write(Array((digits.joined() + "\n").utf8), to: file, mode: 0o600)
        }
        text = try WholeFile.read(file, limitBytes: 4096).filter { $0 > 0x20 }
        guard text.count >= 32 else {
            throw FileError("find a token of 32 characters or more in", file, .invalidArgument)
        }
    }

    /// True for `Bearer` and this token.
    ///
    /// The time that it takes says nothing about the token.
    func opens(_ authorization: String?) -> Bool {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return false }
        let given = Array(authorization.utf8.dropFirst("bearer ".utf8.count))
        guard given.count == text.count else { return false }
        return zip(given, text).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
