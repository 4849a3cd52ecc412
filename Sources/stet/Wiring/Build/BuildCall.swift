// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What `--call` wants of a Dockerfile: an image, or to know something about it.
///
/// Source: docker buildx build, `--call`.
struct BuildCall {
    enum Method: String, CaseIterable {
        case build
        case check
        case outline
        case targets
    }

    let method: Method
    private(set) var format = ResultFormat.text
    /// The status is 0 whatever a check finds.
    private(set) var ignoresStatus = false

    static let build = BuildCall(.build)
    static let check = BuildCall(.check)

    private init(_ method: Method) {
        self.method = method
    }

    /// Reads `METHOD[,format=json][,ignorestatus]`.
    init(_ text: String) throws {
        var fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let name = fields.removeFirst()
        // The name that the check has among front ends.
        guard let method = name == "lint" ? .check : Method(rawValue: name) else {
            let known = Method.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--call=\(name): it is one of \(known)")
        }
        self.init(method)
        for field in fields {
            let value = field.dropFirst(field.prefix { $0 != "=" }.count + 1)
            switch (field.prefix { $0 != "=" }, value) {
            case ("format", "json"): format = .json
            case ("format", "text"): format = .text
            case ("ignorestatus", ""), ("ignorestatus", "true"): ignoresStatus = true
            case ("ignorestatus", "false"): ignoresStatus = false
            default:
                throw ValidationError("--call=\(text): \"\(field)\" is none of format=json, ignorestatus")
            }
        }
    }
}
