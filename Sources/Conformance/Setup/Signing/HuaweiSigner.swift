// SPDX-License-Identifier: Apache-2.0

package import RegistryTransport

/// Signs requests to Huawei Cloud with an access key and its secret: SDK-HMAC-SHA256.
///
/// Source: Huawei Cloud, "API request signing guide", AK/SK signing algorithm.
package struct HuaweiSigner: Sendable {
    private let accessKey: String
    private let secretKey: String
    private let securityToken: String?

    package init(accessKey: String, secretKey: String, securityToken: String?) {
        (self.accessKey, self.secretKey, self.securityToken) = (accessKey, secretKey, securityToken)
    }

    /// Adds `X-Sdk-Date` and `Authorization`, and signs all headers of the request with its host.
    ///
    /// `timestamp` is `20150830T123600Z`. A query must have its members in order.
    package func sign(_ request: inout HTTPRequest, body: [UInt8], at timestamp: String) {
        request.headers["X-Sdk-Date"] = timestamp
        if let securityToken { request.headers["X-Security-Token"] = securityToken }
        // The path that is signed ends with a slash, whatever is sent.
        let path = request.url.path.hasSuffix("/") ? request.url.path : "\(request.url.path)/"
        let canonical = CanonicalRequest(request, path: path, body: body)
        let text = "SDK-HMAC-SHA256\n\(timestamp)\n\(canonical.digest)"
        let signature = CanonicalRequest.hex(CanonicalRequest.code(text, with: Array(secretKey.utf8)))
        request.headers["Authorization"] =
            "SDK-HMAC-SHA256 Access=\(accessKey), SignedHeaders=\(canonical.headerNames), Signature=\(signature)"
    }
}
