// SPDX-License-Identifier: Apache-2.0

import Crypto
import RegistryTransport

/// A request as the clouds write it down before they sign it: Amazon's form, which others have taken over.
///
/// All headers of the request are part of it, with its host. A query must have its members in order.
///
/// Source: AWS General Reference, "Create a canonical request".
struct CanonicalRequest {
    /// The SHA-256 of the whole, in hexadecimal.
    let digest: String
    /// The names of the headers, as they are told beside the signature.
    let headerNames: String

    init(_ request: HTTPRequest, path: String, body: [UInt8]) {
        let fields =
            (request.headers.fields.map { ($0.name.lowercased(), $0.value) }
            + [("host", request.url.authority)]).sorted { $0.0 < $1.0 }
        headerNames = fields.map(\.0).joined(separator: ";")
        let lines =
            [request.method.rawValue, path, request.url.query ?? ""]
            + fields.map { "\($0.0):\($0.1)" }
            + ["", headerNames, CanonicalRequest.hex(SHA256.hash(data: body))]
        let text = lines.joined(separator: "\n")
        digest = CanonicalRequest.hex(SHA256.hash(data: Array(text.utf8)))
    }

    /// The keyed hash of a text, HMAC over SHA-256.
    static func code(_ text: String, with key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0\(digits)" : digits
        }.joined()
    }
}
