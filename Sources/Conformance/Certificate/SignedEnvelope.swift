// SPDX-License-Identifier: Apache-2.0

import Crypto
import FoundationEssentials
import OCISpec

/// A payload with its signatures: the DSSE envelope.
///
/// Source: secure-systems-lab/dsse, protocol and envelope v1.0.
package struct SignedEnvelope: Codable, Hashable, Sendable {
    package struct Signature: Codable, Hashable, Sendable {
        /// The SHA-256 of the public key's DER form, in hexadecimal; a hint, never trusted.
        package var keyid: String?
        /// Base64.
        package var sig: String
    }

    package static let payloadType = "application/vnd.in-toto+json"

    package var payloadType: String
    /// Base64.
    package var payload: String
    package var signatures: [Signature]

    /// Signs a statement.
    package init(_ statement: CertificateStatement, with key: SigningKey) throws(CertificateError) {
        do {
            let bytes = try JSONDocument.encode(statement)
            payloadType = SignedEnvelope.payloadType
            payload = Data(bytes).base64EncodedString()
            signatures = [try key.sign(SignedEnvelope.authenticated(payloadType, bytes))]
        } catch let error as CertificateError {
            throw error
        } catch {
            throw .unsignable("\(error)")
        }
    }

    /// Reads an envelope without trusting it.
    package static func read(_ bytes: [UInt8]) throws(CertificateError) -> SignedEnvelope {
        do {
            return try JSONDocument.decode(SignedEnvelope.self, from: bytes, noun: "certificate")
        } catch {
            // What else it is, nobody needs to see.
            throw .malformed(error.reason)
        }
    }

    /// The statement, when one of the signatures is the key's.
    ///
    /// - Throws: ``CertificateError`` when none is, and when what was signed is no certificate.
    package func verified(by key: VerifyingKey) throws(CertificateError) -> CertificateStatement {
        guard payloadType == SignedEnvelope.payloadType else {
            throw .malformed("its payload is \(payloadType), not \(SignedEnvelope.payloadType)")
        }
        guard let bytes = Data(base64Encoded: payload).map(Array.init) else {
            throw .malformed("its payload is not Base64")
        }
        let signed = SignedEnvelope.authenticated(payloadType, bytes)
        guard signatures.contains(where: { key.accepts($0, of: signed) }) else {
            throw .notSigned(by: key.id)
        }
        do {
            return try CertificateStatement.read(bytes)
        } catch {
            throw .malformed("\(error)")
        }
    }

    /// What is signed: the type and the payload, each after its length.
    static func authenticated(_ type: String, _ payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}
