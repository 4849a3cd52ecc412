// SPDX-License-Identifier: Apache-2.0

/// A private key of a service account, which signs RS256; this build knows no RSA.
///
/// Source: RFC 7518, section 3.3.
struct RSAKey: Sendable {
    init(pem: String) throws(SetupError) {
        throw SetupError(
            """
            keys of service accounts cannot sign here
              hint: set $GOOGLE_OAUTH_ACCESS_TOKEN to what "gcloud auth print-access-token" prints
            """)
    }

    /// The signature over SHA-256 with the padding of PKCS #1 v1.5.
    func sign(_ bytes: [UInt8]) throws(SetupError) -> [UInt8] { [] }
}
