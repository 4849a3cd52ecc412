// SPDX-License-Identifier: Apache-2.0

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
        let canonical = CanonicalRequest(request, path: request.url.path, body: body)
        let scope = "\(timestamp.prefix(8))/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(timestamp)\n\(scope)\n\(canonical.digest)"
        let key = signingKey(String(timestamp.prefix(8)))
        let signature = CanonicalRequest.hex(CanonicalRequest.code(text, with: key))
        request.headers["Authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(canonical.headerNames), Signature=\(signature)"
    }

    private func signingKey(_ date: String) -> [UInt8] {
        [date, region, service, "aws4_request"].reduce(Array("AWS4\(secretKey)".utf8)) { key, part in
            CanonicalRequest.code(part, with: key)
        }
    }
}
