// SPDX-License-Identifier: Apache-2.0

/// What an `Authorization` header says.
enum Authorization: Sendable {
    case none
    case basic(BasicCredentials)
    case bearer(Substring)
    case malformed

    init(_ header: String?) {
        let words = (header ?? "").split(separator: " ", maxSplits: 1)
        guard let scheme = words.first else {
            self = .none
            return
        }
        let value = words.count > 1 ? words[1].drop { $0 == " " } : ""
        switch scheme.lowercased() {
        case "basic":
            guard let credentials = BasicCredentials(encoded: value) else {
                self = .malformed
                return
            }
            self = credentials.areEmpty ? .none : .basic(credentials)
        case "bearer": self = .bearer(value)
        default: self = .malformed
        }
    }
}
