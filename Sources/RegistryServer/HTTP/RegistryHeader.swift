// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// The headers that we set or read.
enum RegistryHeader: String {
    case acceptRanges = "Accept-Ranges"
    case allow = "Allow"
    case apiVersion = "Docker-Distribution-Api-Version"
    case authenticate = "WWW-Authenticate"
    case authorization = "Authorization"
    case cacheControl = "Cache-Control"
    case contentDigest = "Docker-Content-Digest"
    case contentLength = "Content-Length"
    case contentRange = "Content-Range"
    case contentType = "Content-Type"
    case entityTag = "ETag"
    case filtersApplied = "OCI-Filters-Applied"
    case forwardedFor = "X-Forwarded-For"
    case forwardedScheme = "X-Forwarded-Proto"
    case ifMatch = "If-Match"
    case link = "Link"
    case location = "Location"
    case range = "Range"
    case requestIdentifier = "X-Request-Id"
    case retryAfter = "Retry-After"
    case subject = "OCI-Subject"
    case tag = "OCI-Tag"
    case uploadIdentifier = "Docker-Upload-UUID"
}

extension HTTPFields {
    subscript(name header: RegistryHeader) -> String? {
        get { HTTPField.Name(header.rawValue).flatMap { self[$0] } }
        set {
            guard let name = HTTPField.Name(header.rawValue) else { return }
            self[name] = newValue
        }
    }

    /// One line of a header that may have several.
    mutating func append(_ header: RegistryHeader, _ value: String) {
        guard let name = HTTPField.Name(header.rawValue) else { return }
        append(HTTPField(name: name, value: value))
    }
}
