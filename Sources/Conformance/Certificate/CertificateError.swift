// SPDX-License-Identifier: Apache-2.0

/// Why a certificate cannot be made or believed.
package enum CertificateError: Error, Hashable, CustomStringConvertible {
    case unusableKey(String)
    case unsignable(String)
    case malformed(String)
    /// No signature is that of the key with this id.
    case notSigned(by: String)

    package var description: String {
        switch self {
        case .unusableKey(let reason): "the key cannot be used: \(reason)"
        case .unsignable(let reason): "the certificate cannot be signed: \(reason)"
        case .malformed(let reason): "this is no certificate: \(reason)"
        case .notSigned(let id): "the certificate is not signed with the key \(id.prefix(16))…"
        }
    }
}
