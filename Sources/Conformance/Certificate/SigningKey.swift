// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials

/// A private key that signs certificates: ECDSA over P-256 with SHA-256.
package struct SigningKey: Sendable {
    private let key: P256.Signing.PrivateKey

    /// Reads `EC PRIVATE KEY` (SEC 1) or `PRIVATE KEY` (PKCS #8), as `openssl ecparam -genkey` and
    /// `openssl genpkey` write them.
    package init(pem: String) throws(CertificateError) {
        do {
            key = try P256.Signing.PrivateKey(pemRepresentation: pem)
        } catch {
            // The library's words could quote the key.
            throw .unusableKey("it is no private key of the curve P-256 in PEM form")
        }
    }

    /// The public half.
    package var verifyingKey: VerifyingKey { VerifyingKey(key.publicKey) }

    func sign(_ bytes: [UInt8]) throws -> SignedEnvelope.Signature {
        SignedEnvelope.Signature(
            keyid: verifyingKey.id,
            sig: try key.signature(for: bytes).derRepresentation.base64EncodedString())
    }
}

/// A public key that signatures are checked with.
package struct VerifyingKey: Sendable {
    private let key: P256.Signing.PublicKey

    /// Reads `PUBLIC KEY`, as `openssl ec -pubout` writes it.
    package init(pem: String) throws(CertificateError) {
        do {
            key = try P256.Signing.PublicKey(pemRepresentation: pem)
        } catch {
            throw .unusableKey("it is no public key of the curve P-256 in PEM form")
        }
    }

    init(_ key: P256.Signing.PublicKey) {
        self.key = key
    }

    /// The SHA-256 of the DER form, in hexadecimal.
    package var id: String {
        SHA256.hash(data: key.derRepresentation).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0\(digits)" : digits
        }.joined()
    }

    package var pem: String { key.pemRepresentation }

    func accepts(_ signature: SignedEnvelope.Signature, of bytes: [UInt8]) -> Bool {
        guard let der = Data(base64Encoded: signature.sig),
            let signature = try? P256.Signing.ECDSASignature(derRepresentation: der)
        else { return false }
        return key.isValidSignature(signature, for: bytes)
    }
}
