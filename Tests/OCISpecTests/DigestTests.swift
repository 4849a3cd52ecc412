// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Testing

@Suite struct DigestTests {
    /// Of the empty content.
    static let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    @Test(arguments: [
        empty,
        "sha512:" + String(repeating: "0f", count: 64),
        "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8",
        "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564",
    ])
    func aDigestOfTheSpecificationRoundTrips(text: String) throws {
        #expect(try Digest(text).description == text)
    }

    @Test(arguments: [
        "",
        "sha256",  // no colon
        "sha256:",  // no hash
        "sha256:e3b0",  // too short
        empty.uppercased(),  // hexadecimal digits are lower-case
        "sha256:" + String(repeating: "g", count: 64),  // no hexadecimal digit
        "SHA256:" + String(repeating: "0", count: 64),  // algorithms are lower-case
        "sha512:" + String(repeating: "0", count: 64),  // the length of the other one
        "+sha256:abc",  // a separator begins
        "sha256+:abc",  // a separator ends
        "a++b:abc",  // two separators
        "md5:ab/c",  // a slash in the hash
    ])
    func aTextOutsideTheGrammarIsRefused(text: String) {
        #expect(throws: InvalidValue.self) { try Digest(text) }
    }

    @Test func anUnknownAlgorithmIsReadButNotComputed() throws {
        let digest = try Digest("blake3:af1349b9")
        #expect(digest.algorithm == nil)
        #expect(digest.encoded == "af1349b9")
    }

    @Test func theEmptyContentHasTheKnownDigest() {
        #expect(Digest(of: []).description == DigestTests.empty)
    }

    @Test func piecesGiveTheDigestOfTheWhole() {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        for algorithm in DigestAlgorithm.allCases {
            var digester = Digester(algorithm)
            bytes.withUnsafeBytes { all in
                digester.update(UnsafeRawBufferPointer(rebasing: all[..<1]))
                digester.update(UnsafeRawBufferPointer(rebasing: all[1..<70_000]))
                digester.update(UnsafeRawBufferPointer(rebasing: all[70_000...]))
            }
            #expect(digester.count == 100_000)
            #expect(digester.digest() == Digest(of: bytes, algorithm: algorithm))
        }
    }
}
