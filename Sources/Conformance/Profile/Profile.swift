// SPDX-License-Identifier: Apache-2.0

/// How a registry says no, and what else is known of it.
package struct Profile: Sendable {
    package let name: String
    package let title: String
    package let source: String
    let denial: Denial
    /// What the registry's answers have that no other's do; empty when nothing is known.
    let signs: [Sign]
    /// At most one about each thing.
    package let facts: [Fact]

    /// What each refusal of an overwrite must look like.
    struct Denial: Sendable {
        /// What a message must name.
        enum Name: String, CaseIterable, Sendable {
            case repository
            case tag
        }

        /// nil when any from 400 to 499 will do.
        let status: Int?
        /// The code of the one error in the body; nil when any will do.
        let code: String?
        /// Without parameters; nil when any will do.
        let contentType: String?
        let messageNames: [Name]
        /// Headers that would mislead a client.
        let forbiddenHeaders: [String]
        /// Of the whole body; nil when any size will do.
        let limitBytes: Int?
    }

    /// What tells a registry from others.
    enum Sign: Sendable {
        /// A part of a header of the answer to `/v2/`; an empty part is in any value.
        case header(name: String, part: String)
        /// The end of the host's name.
        case host(suffix: String)
    }
}

extension Profile.Denial: CustomStringConvertible {
    /// `status 409, code DENIED`.
    var description: String {
        "status \(status.map(String.init) ?? "from 400 to 499"), code \(code ?? "any")"
    }
}
