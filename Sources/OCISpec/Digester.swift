// SPDX-License-Identifier: Apache-2.0

import Crypto

/// The hash functions that we compute.
package enum DigestAlgorithm: String, CaseIterable, Sendable {
    case sha256
    case sha512

    package var hexadecimalDigits: Int { self == .sha256 ? 64 : 128 }
}

/// Computes a digest over bytes that come in pieces.
package struct Digester: Sendable {
    private enum State {
        case sha256(SHA256)
        case sha512(SHA512)
    }

    private var state: State
    /// How many bytes have gone in.
    package private(set) var count: Int64 = 0

    package init(_ algorithm: DigestAlgorithm = .sha256) {
        state =
            switch algorithm {
            case .sha256: .sha256(SHA256())
            case .sha512: .sha512(SHA512())
            }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            state = .sha256(hash)
        case .sha512(var hash):
            hash.update(bufferPointer: bytes)
            state = .sha512(hash)
        }
        count += Int64(bytes.count)
    }

    /// The hash of all bytes so far, as bytes; more may follow.
    package var hash: [UInt8] {
        switch state {
        case .sha256(let hash): Array(hash.finalize())
        case .sha512(let hash): Array(hash.finalize())
        }
    }

    /// The digest of all bytes so far; more may follow.
    package func digest() -> Digest {
        switch state {
        case .sha256(let hash): Digest(.sha256, hash: hash.finalize())
        case .sha512(let hash): Digest(.sha512, hash: hash.finalize())
        }
    }
}

extension Digest {
    /// The digest of bytes in memory.
    package init(of bytes: [UInt8], algorithm: DigestAlgorithm = .sha256) {
        var digester = Digester(algorithm)
        bytes.withUnsafeBytes { digester.update($0) }
        self = digester.digest()
    }
}
