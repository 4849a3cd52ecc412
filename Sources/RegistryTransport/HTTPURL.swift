// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// An absolute `http` or `https` URL, taken apart as far as a registry client needs it.
///
/// Source: RFC 3986.
package struct HTTPURL: Hashable, Sendable {
    package enum Scheme: String, Sendable {
        case http
        case https
    }

    package var scheme: Scheme
    /// `host` or `host:port`; never user information.
    package var authority: String
    /// Begins with `/`; percent-encoded as it came.
    package var path: String
    /// Without `?`; percent-encoded as it came.
    package var query: String?

    package init(_ scheme: Scheme, _ authority: String, _ path: String, query: String? = nil) {
        self.scheme = scheme
        self.authority = authority
        self.path = path.hasPrefix("/") ? path : "/" + path
        self.query = query
    }

    /// Reads an absolute URL.
    ///
    /// User information and a fragment are refused.
    package init(_ text: some StringProtocol) throws(InvalidValue) {
        let whole = String(text)
        let scheme: Scheme
        let rest: Substring
        if whole.lowercased().hasPrefix("https://") {
            (scheme, rest) = (.https, whole.dropFirst("https://".count))
        } else if whole.lowercased().hasPrefix("http://") {
            (scheme, rest) = (.http, whole.dropFirst("http://".count))
        } else {
            throw InvalidValue("URL", HTTPURL.withoutSecrets(whole), "it must begin with http:// or https://")
        }
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.isEmpty else {
            throw InvalidValue("URL", HTTPURL.withoutSecrets(whole), "the host is missing")
        }
        guard !authority.contains("@") else {
            throw InvalidValue("URL", HTTPURL.withoutSecrets(whole), "credentials do not belong in a URL")
        }
        guard !whole.contains("#"), whole.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else {
            throw InvalidValue(
                "URL", HTTPURL.withoutSecrets(whole),
                "fragments, blanks and control characters are not allowed")
        }
        let target = rest.dropFirst(authority.count)
        let path = target.prefix { $0 != "?" }
        let query = path.endIndex < target.endIndex ? String(target[path.endIndex...].dropFirst()) : nil
        self.init(scheme, String(authority), path.isEmpty ? "/" : String(path), query: query)
    }

    /// What a `Location` header means here: an absolute URL, `//host/path`, `/path`, `?query`, or a path relative
    /// to this one.
    package func resolving(_ location: String) throws(InvalidValue) -> HTTPURL {
        // A scheme ends before anything else begins; a query may hold another URL.
        if location.prefix(while: { !"/?#".contains($0) }).hasSuffix(":") { return try HTTPURL(location) }
        if location.hasPrefix("//") { return try HTTPURL("\(scheme.rawValue):\(location)") }
        let origin = "\(scheme.rawValue)://\(authority)"
        if location.hasPrefix("/") { return try HTTPURL(origin + location) }
        if location.hasPrefix("?") { return try HTTPURL(origin + path + location) }
        let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return try HTTPURL(origin + folder + location)
    }

    /// Adds `name=value` to the query, the value percent-encoded.
    package func adding(_ name: String, _ value: String) -> HTTPURL {
        var url = self
        let pair = "\(name)=\(HTTPURL.encode(value))"
        url.query = query.map { $0.isEmpty ? pair : "\($0)&\(pair)" } ?? pair
        return url
    }

    /// Percent-encodes everything but unreserved characters and `:` and `/`, which are legal in a query.
    package static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain = byte < 0x80 && (Character(scalar).isLetter || Character(scalar).isNumber)
            if isPlain || "-._~:/".unicodeScalars.contains(scalar) {
                encoded.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count == 1 ? "0" + digits : digits)
            }
        }
        return encoded
    }

    /// The same scheme, host and port: credentials may follow.
    package func hasSameOrigin(as other: HTTPURL) -> Bool {
        scheme == other.scheme && normalAuthority == other.normalAuthority
    }

    private var normalAuthority: String {
        let port = scheme == .http ? ":80" : ":443"
        let lower = authority.lowercased()
        return lower.hasSuffix(port) ? String(lower.dropLast(port.count)) : lower
    }

    /// The host without the port.
    package var host: String {
        guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else { return authority }
        return String(authority[..<colon])
    }

    /// True for `localhost`, 127.0.0.0/8 and `[::1]`: plain HTTP does not leave the machine.
    package var isLoopback: Bool {
        let host = host.lowercased()
        return host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || host.isLoopbackIPv4
    }

    /// A text that is no URL of ours, for an error: without user information and without a query's values.
    private static func withoutSecrets(_ text: String) -> String {
        let query = text.firstIndex(of: "?")
        var shown = String(text[..<(query ?? text.endIndex)])
        if let at = shown.lastIndex(of: "@") {
            let start = shown.firstRange(of: "://")?.upperBound ?? shown.startIndex
            if start < at { shown.replaceSubrange(start..<at, with: "…") }
        }
        return shown + (query == nil ? "" : "?…")
    }

    /// For logs and errors: queries may carry signatures.
    package var redacted: String {
        "\(scheme.rawValue)://\(authority)\(path)" + (query == nil ? "" : "?…")
    }
}

extension HTTPURL: CustomStringConvertible {
    package var description: String {
        "\(scheme.rawValue)://\(authority)\(path)" + (query.map { "?\($0)" } ?? "")
    }
}

extension String {
    fileprivate var isLoopbackIPv4: Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
