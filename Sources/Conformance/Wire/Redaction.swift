// SPDX-License-Identifier: Apache-2.0

import RegistryTransport

/// Takes out of an exchange what must not stand in a report.
enum Redaction {
    /// Longer bodies are cut.
    static let bodyLimitBytes = 4096

    private static let secretHeaders: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-registry-auth",
    ]

    /// The members of a query that the specification defines; the values of all others may be signatures.
    private static let plainQueryNames: Set<Substring> = ["digest", "from", "last", "mount", "n", "tag"]

    static func fields(_ headers: HTTPHeaders) -> [ExchangeRecord.Field] {
        headers.fields.map { field in
            let name = field.name.lowercased()
            let value =
                if secretHeaders.contains(name) {
                    "…"
                } else if name == "location" || name == "link" {
                    query(in: field.value)
                } else {
                    field.value
                }
            return ExchangeRecord.Field(name: field.name, value: value)
        }
    }

    static func url(_ url: HTTPURL) -> String { query(in: "\(url)") }

    /// JSON and plain text; nil for everything else, and for nothing.
    static func text(_ bytes: [UInt8], type: String?) -> String? {
        guard !bytes.isEmpty, let type, type.contains("json") || type.hasPrefix("text/") else { return nil }
        let text = String(decoding: bytes.prefix(bodyLimitBytes), as: UTF8.self)
        return bytes.count > bodyLimitBytes ? text + "…" : text
    }

    /// The same URL with the values of unknown query members as `…`.
    private static func query(in url: String) -> String {
        guard let mark = url.firstIndex(of: "?") else { return url }
        let end = url[mark...].firstIndex(of: ">") ?? url.endIndex
        let members = url[url.index(after: mark)..<end].split(separator: "&").map { member in
            let name = member.prefix { $0 != "=" }
            return plainQueryNames.contains(name) ? String(member) : "\(name)=…"
        }
        return url[...mark] + members.joined(separator: "&") + url[end...]
    }
}
