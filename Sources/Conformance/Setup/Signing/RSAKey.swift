// SPDX-License-Identifier: Apache-2.0

import CryptoExtras
import FoundationEssentials

/// A private key of a service account: RSA with SHA-256, PKCS #1 v1.5, which tokens call RS256.
///
/// Source: RFC 7518, section 3.3.
struct RSAKey: Sendable {
    private let key: _RSA.Signing.PrivateKey

    /// Reads `PRIVATE KEY` (PKCS #8) or `RSA PRIVATE KEY` (PKCS #1).
    init(pem: String) throws(SetupError) {
        do {
            key = try _RSA.Signing.PrivateKey(pemRepresentation: pem)
        } catch {
            // The library's words could quote the key.
            throw SetupError("its private key is no RSA key of 2048 bits or more in PEM form")
        }
    }

    func sign(_ bytes: [UInt8]) throws(SetupError) -> [UInt8] {
        do {
            return [UInt8](try key.signature(for: bytes, padding: .insecurePKCS1v1_5).rawRepresentation)
        } catch {
            throw SetupError("the private key cannot sign")
        }
    }
}
