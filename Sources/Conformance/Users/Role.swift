// SPDX-License-Identifier: Apache-2.0

/// As whom a request is sent.
package enum Role: String, CaseIterable, Codable, Sendable {
    /// May push and does not administer: whose credentials the run has anyway.
    case writer
    /// Has no credentials.
    case anonymous
    /// May pull, and nothing else.
    case reader
    /// May do everything.
    case administrator
    /// May push in one place, and nowhere else.
    case scoped
    /// The writer, with the token of his last push and no other.
    case tokenHolder = "token-holder"

    /// Those whom an operator can name; nobody needs to name the others.
    package static let named: [Role] = [.writer, .reader, .administrator, .scoped]

    /// For a reason: `a user who may only pull`.
    var noun: String {
        switch self {
        case .writer: "a user who may push"
        case .anonymous: "somebody without credentials"
        case .reader: "a user who may only pull"
        case .administrator: "a user who administers the registry"
        case .scoped: "a user who may push in one place only"
        case .tokenHolder: "a token that is older than a policy"
        }
    }
}
