// SPDX-License-Identifier: Apache-2.0

extension Profile {
    /// One thing that is known, or known not to be known, of a registry.
    package struct Fact: Hashable, Sendable {
        package enum About: String, CaseIterable, Sendable {
            case denial, scope, patterns, limits
            case identicalPush = "identical-push"
            case tagDeletion = "tag-deletion"
            case digestDeletion = "digest-deletion"
            case race
            case sideDoors = "side-doors"
            /// How whoever may not is turned away.
            case rights
            case setup
        }

        package enum Confidence: String, CaseIterable, Sendable {
            /// Measured, or read in the code or the official reference.
            case high
            /// From one indirect source, or from code that was not run.
            case medium
            /// Inferred, or hearsay.
            case low
            /// It was looked for, and not found.
            case none
        }

        /// How a file says that there is no answer.
        static let unknown = "unknown"

        package let about: About
        /// nil where none was found; the source then says where it was looked for.
        package let answer: String?
        package let source: String
        package let confidence: Confidence
    }

    /// The profile for a person: how a denial looks, and each fact with its source.
    package var text: String {
        var lines = ["\(name): \(title)", "  denial: \(denial)"]
        for fact in facts {
            let subject = "  \(fact.about.rawValue):"
            guard let answer = fact.answer else {
                lines.append("\(subject) unknown; \(fact.about.meanwhile)")
                lines.append("      looked for in: \(fact.source)")
                continue
            }
            lines.append("\(subject) \(answer)")
            lines.append("      \(fact.confidence.rawValue) confidence; \(fact.source)")
        }
        if !source.isEmpty { lines.append("  source: \(source)") }
        return lines.joined(separator: "\n")
    }
}

extension Profile.Fact.About {
    /// What a run does as long as nobody knows the answer: one clause.
    fileprivate var meanwhile: String {
        switch self {
        case .denial: "any refusal from 400 to 499 will do, if it is always the same"
        case .scope, .patterns: "policies are put to the test only with a --setup that sets them"
        case .limits: "429 and 503 are waited for, and three of them make a case inconclusive"
        case .identicalPush: "denied and accepted are both right, if it is always the same"
        case .tagDeletion, .digestDeletion:
            "a delete may be denied or accepted, and must not free the name for another image"
        case .race: "the races run, and the report says what they have found"
        case .sideDoors: "each is tried"
        case .rights: "401 and 403 are both right"
        case .setup: "the operator prepares the registry: --setup none"
        }
    }
}
