// SPDX-License-Identifier: Apache-2.0

import Crypto

/// What functions know besides their arguments.
struct TemplateContext: Sendable {
    /// The start of the run, in seconds since 1970-01-01.
    var now = 0
    /// Variables of the caller's environment that the text may read.
    var environment: [String: String] = [:]
    /// Where chance comes from.
    var seed: [UInt8] = []
    /// Whether the text is one of `docker … --format`: other functions, and no missing keys.
    var isDockerFormat = false

    /// What the call of this number draws.
    func chance(forCall number: Int) -> TemplateChance {
        TemplateChance(seed: seed + Array("\(number)".utf8))
    }
}

/// Numbers that nobody can foretell who does not know the seed.
struct TemplateChance: RandomNumberGenerator {
    private let seed: [UInt8]
    private var block = 0
    private var bytes: [UInt8] = []

    init(seed: [UInt8]) {
        self.seed = seed
    }

    mutating func next() -> UInt64 {
        if bytes.count < 8 {
            bytes = Array(SHA256.hash(data: seed + Array(".\(block)".utf8)))
            block += 1
        }
        defer { bytes.removeLast(8) }
        return bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
