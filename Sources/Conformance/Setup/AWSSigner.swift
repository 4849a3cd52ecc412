// SPDX-License-Identifier: Apache-2.0

import Crypto
package import RegistryTransport

/// Signs requests to Amazon's services: Signature Version 4.
///
/// Source: AWS General Reference, "Signature Version 4 signing process".
package struct AWSSigner: Sendable {
    private let accessKey: String
    private let secretKey: String
    private let sessionToken: String?
    private let region: String
    private let service: String

    package init(accessKey: String, secretKey: String, sessionToken: String?, region: String, service: String)
    {
        (self.accessKey, self.secretKey, self.sessionToken) = (accessKey, secretKey, sessionToken)
        (self.region, self.service) = (region, service)
    }

    /// Adds `X-Amz-Date` and `Authorization`, and signs all headers of the request with its host.
    ///
    /// `timestamp` is `20150830T123600Z`. A query must have its members in order.
    package func sign(_ request: inout HTTPRequest, body: [UInt8], at timestamp: String) {
        request.headers["X-Amz-Date"] = timestamp
        if let sessionToken { request.headers["X-Amz-Security-Token"] = sessionToken }
        let fields =
            (request.headers.fields.map { ($0.name.lowercased(), $0.value) }
            + [("host", request.url.authority)]).sorted { $0.0 < $1.0 }
        let names = fields.map(\.0).joined(separator: ";")
        let canonical =
            [request.method.rawValue, request.url.path, request.url.query ?? ""]
            + fields.map { "\($0.0):\($0.1)" } + ["", names, AWSSigner.hex(SHA256.hash(data: body))]
        let scope = "\(timestamp.prefix(8))/\(region)/\(service)/aws4_request"
        let digest = AWSSigner.hex(SHA256.hash(data: Array(canonical.joined(separator: "\n").utf8)))
        let text = "AWS4-HMAC-SHA256\n\(timestamp)\n\(scope)\n\(digest)"
        let signature = AWSSigner.hex(AWSSigner.code(text, with: signingKey(String(timestamp.prefix(8)))))
        request.headers["Authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    }

    private func signingKey(_ date: String) -> [UInt8] {
        [date, region, service, "aws4_request"].reduce(Array("AWS4\(secretKey)".utf8)) { key, part in
            AWSSigner.code(part, with: key)
        }
    }

    private static func code(_ text: String, with key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0\(digits)" : digits
        }.joined()
    }
}
