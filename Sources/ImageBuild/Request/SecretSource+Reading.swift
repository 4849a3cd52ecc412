// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc

extension SecretSource {
    /// Docker's limit.
    private static let limitBytes = 500 << 10

    /// The bytes; no message has them.
    func read() async throws -> [UInt8] {
        switch self {
        case .bytes(let bytes): return bytes
        case .file(let path):
            return try await BlockingThread.runGivingUp {
                try WholeFile.read(path, limitBytes: Self.limitBytes)
            }
        case .variable(let name):
            guard let value = getenv(name) else { throw Problem("the variable \(name) is not set") }
            return Array(String(cString: value).utf8)
        }
    }
}
