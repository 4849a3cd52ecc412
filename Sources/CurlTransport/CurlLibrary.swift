// SPDX-License-Identifier: Apache-2.0

import CCurl

/// The libcurl that this program has found.
///
/// Source: curl_version_info(3).
package enum CurlLibrary {
    /// As in `7.88.1`.
    package static var version: String {
        stet_curl_version().pointee.version.map { String(cString: $0) } ?? "of no known version"
    }

    package static var speaksHTTP2: Bool {
        stet_curl_version().pointee.features & CURL_VERSION_HTTP2 != 0
    }

    /// The library that does TLS, as in `OpenSSL/3.0.17`; nil when there is none.
    package static var security: String? {
        stet_curl_version().pointee.ssl_version.map { String(cString: $0) }
    }
}
