// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// The sha256 of a content, as its 32 bytes.
struct ContentHash: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    static let byteCount = 32

    /// `bytes` are 32.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.enumerated() { words[index / 8] = words[index / 8] << 8 | UInt64(byte) }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// What a sha256 digester has seen.
    init(_ digester: Digester) {
        self.init(trusted: digester.hash)
    }

    init(of bytes: [UInt8]) {
        var digester = Digester()
        bytes.withUnsafeBytes { digester.update($0) }
        self.init(digester)
    }

    private init(trusted bytes: [UInt8]) {
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.prefix(Self.byteCount).enumerated() {
            words[index / 8] = words[index / 8] << 8 | UInt64(byte)
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) }
        }
    }

    /// 64 lower-case hexadecimal digits.
    var hexadecimal: String {
        [words.0, words.1, words.2, words.3].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    static func == (a: ContentHash, b: ContentHash) -> Bool { a.words == b.words }

    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    func add(to key: inout KeyHasher) {
        key.add(words.0)
        key.add(words.1)
        key.add(words.2)
        key.add(words.3)
    }
}
