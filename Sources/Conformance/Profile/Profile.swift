// SPDX-License-Identifier: Apache-2.0

/// How a registry says no, and what else is known of it.
package struct Profile: Sendable {
    /// The profile whose refusals no client retries or misreads.
    package static let strictName = "strict"

    package let name: String
    package let title: String
    package let source: String
    let denial: Denial
    /// What the registry's answers have that no other's do; empty when nothing is known.
    let signs: [Sign]
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
    }

    /// What tells a registry from others.
    enum Sign: Sendable {
        /// A part of a header of the answer to `/v2/`; an empty part is in any value.
        case header(name: String, part: String)
        /// The end of the host's name.
        case host(suffix: String)
    }

    /// One thing that is known, or known not to be known, of a registry.
    package struct Fact: Hashable, Sendable {
        package enum About: String, CaseIterable, Sendable {
            case denial, scope, patterns, limits, race, setup
            case identicalPush = "identical-push"
            case tagDeletion = "tag-deletion"
            case digestDeletion = "digest-deletion"
            case sideDoors = "side-doors"
            /// How whoever may not is turned away.
            case rights
        }

        package enum Confidence: String, CaseIterable, Sendable {
            /// Measured, or read in the code or the official reference.
            case high
            /// From one indirect source, or from code that was not run.
            case medium
            /// Inferred, or hearsay.
            case low
        }

        package let about: About
        package let answer: String
        package let source: String
        package let confidence: Confidence
    }
}

extension Profile {
    /// The profile for a person: how a denial looks, and each fact with its source.
    package var text: String {
        var lines = ["\(name): \(title)", "  denial: \(denial)"]
        for fact in facts {
            lines.append("  \(fact.about.rawValue): \(fact.answer)")
            lines.append("      \(fact.confidence.rawValue) confidence; \(fact.source)")
        }
        if !source.isEmpty { lines.append("  source: \(source)") }
        return lines.joined(separator: "\n")
    }
}

extension Profile.Denial: CustomStringConvertible {
    /// `status 409, code DENIED`.
    var description: String {
        "status \(status.map(String.init) ?? "from 400 to 499"), code \(code ?? "any")"
    }
}
