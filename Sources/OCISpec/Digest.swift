// SPDX-License-Identifier: Apache-2.0

/// The name of a content: an algorithm and the hash that it gives.
///
/// A digest of an algorithm that we do not compute can be read, compared and printed, not verified.
///
/// Source: image-spec 1.1, descriptor.md, "Digests".
package struct Digest: Hashable, Sendable {
    /// As written, for example `sha256` or `multihash+base58`.
    package let algorithmName: String
    /// The part after the colon: lower-case hexadecimal digits for the algorithms that we compute.
    package let encoded: String

    /// For a hash that has just been computed.
    init(_ algorithm: DigestAlgorithm, hash: some Sequence<UInt8>) {
        algorithmName = algorithm.rawValue
        encoded = hexadecimal(hash)
    }

    /// Reads `algorithm:encoded`.
    ///
    /// - Throws: ``InvalidValue`` for text outside the grammar, and for a sha256 or sha512 digest whose encoded
    ///   part is not 64 or 128 lower-case hexadecimal digits.
    package init(_ text: some StringProtocol) throws(InvalidValue) {
        guard let colon = text.firstIndex(of: ":") else {
            throw InvalidValue("digest", text, "there is no \":\" between algorithm and hash")
        }
        let name = text[..<colon]
        let encoded = text[text.index(after: colon)...]
        guard Digest.isAlgorithm(name) else {
            throw InvalidValue("digest", text, "the algorithm must be like sha256")
        }
        if let algorithm = DigestAlgorithm(rawValue: String(name)) {
            guard encoded.utf8.count == algorithm.hexadecimalDigits, encoded.utf8.allSatisfy(isHexadecimal)
            else {
                throw InvalidValue(
                    "digest", text,
                    "\(name) needs \(algorithm.hexadecimalDigits) lower-case hexadecimal digits")
            }
        } else {
            let allowed = { (byte: UInt8) in isAlphanumeric(byte) || "=_-".utf8.contains(byte) }
            guard !encoded.isEmpty, encoded.utf8.allSatisfy(allowed) else {
                throw InvalidValue("digest", text, "the hash must be letters, digits, \"=\", \"_\" or \"-\"")
            }
        }
        algorithmName = String(name)
        self.encoded = String(encoded)
    }

    /// The algorithm, when it is one that we compute.
    package var algorithm: DigestAlgorithm? { DigestAlgorithm(rawValue: algorithmName) }

    /// The grammar: `component (separator component)*`, `[a-z0-9]+` separated by `[+._-]`.
    private static func isAlgorithm(_ text: some StringProtocol) -> Bool {
        text.split(omittingEmptySubsequences: false) { "+._-".contains($0) }
            .allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
            }
    }
}

extension Digest: CustomStringConvertible {
    package var description: String { "\(algorithmName):\(encoded)" }

    /// The first twelve digits, as people quote them.
    package var short: String { String(encoded.prefix(12)) }
}

extension Digest: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

func isHexadecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
}

func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
