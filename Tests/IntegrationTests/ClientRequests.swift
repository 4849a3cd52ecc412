// SPDX-License-Identifier: Apache-2.0

import OCISpec

/// What a client, or the flow that stands for it, sent in a case of a report: each request as
/// `PATCH blobs/uploads/ID Content-Type: application/octet-stream with body`.
///
/// Names, digests and sessions are left out, and what only says who sends it. Real clients send several blobs at once,
/// so the lines have the order of their letters, behind the first and before the last one.
struct ClientRequests: Equatable, CustomStringConvertible {
    private let lines: [String]

    var description: String { lines.joined(separator: "\n") }

    var manifestPuts: Int { lines.count { $0.hasPrefix("PUT manifests/v1 ") } }

    /// - Parameters:
    ///   - scenario: Its id.
    ///   - name: The id of the case, empty where there is one.
    ///   - report: `report.json`.
    init(in scenario: String, case name: String = "", of report: JSONValue) {
        let scenarios = (report["suites"]?.array ?? []).flatMap { $0["scenarios"]?.array ?? [] }
        let cases = scenarios.first { $0["id"]?.string == scenario }?["cases"]?.array ?? []
        let found = cases.first { name.isEmpty || $0["id"]?.string == name }
        let isOwn = { (request: JSONValue) in
            // The suite looks at the result by itself, under another name.
            name.isEmpty || Self.header("User-Agent", of: request)?.hasSuffix(" stet-certify") == true
        }
        let all = (found?["transcript"]?.array ?? []).filter(isOwn).map(Self.line)
        lines = Array(all.prefix(1)) + all.dropFirst().dropLast().sorted() + Array(all.dropFirst().suffix(1))
    }

    private static func headers(of request: JSONValue) -> [(name: String, value: String)] {
        (request["requestHeaders"]?.array ?? []).map {
            ($0["name"]?.string ?? "", $0["value"]?.string ?? "")
        }
    }

    private static func header(_ name: String, of request: JSONValue) -> String? {
        headers(of: request).first { $0.name == name }?.value
    }

    private static func line(_ request: JSONValue) -> String {
        let url = request["url"]?.string ?? ""
        var parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        for (pattern, name) in [("/blobs/", "blobs/"), ("/manifests/", "manifests/")] {
            if let range = parts[0].ranges(of: pattern).last {
                parts[0] = name + parts[0][range.upperBound...]
            }
        }
        if parts[0].contains("sha256:") { parts[0] = String(parts[0].prefix { $0 != "/" }) + "/DIGEST" }
        let upload = "blobs/uploads/"
        if parts[0].hasPrefix(upload), parts[0] != upload { parts[0] = upload + "ID" }
        if parts[0].hasSuffix("/v2/") { parts[0] = "/v2/" }
        if parts.count > 1, parts[1].contains("digest=") { parts[0] += "?digest" }
        let fields = headers(of: request).filter { $0.name != "User-Agent" }.map { "\($0.name): \($0.value)" }
        let hasBody = request["requestBodySize"]?.integer != 0
        let words = [request["method"]?.string ?? "", parts[0]] + fields.sorted()
        return (words + [hasBody ? "with body" : "empty"]).joined(separator: " ")
    }
}
