// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

/// What must come of a write.
struct AnswerExpectation: Sendable {
    enum Answer: String, CaseIterable, Sendable {
        /// Any 2xx.
        case accepted
        /// 201 with what the specification asks of it.
        case created
        /// Turned down, in whichever dialect.
        case refused
        /// Turned down as the profile says.
        case denied
        /// Accepted or refused.
        case either
    }

    var answer: Answer
    /// What must be the same in all cases and repetitions.
    var alike: Observation.Aspect?
    /// The name under which the certificate states the outcome.
    var states: String?

    /// For preparation.
    static let accepted = AnswerExpectation(answer: .accepted)

    init(answer: Answer) { self.answer = answer }

    /// Reads `refused`, or `{answer: refused, alike: answer}`.
    init(_ value: YAMLValue, allowing allowed: [Answer] = Answer.allCases) throws(Diagnostic) {
        var word = value
        if case .mapping = value.content {
            let fields = try Fields(value, "an expectation", known: ["answer", "alike", "states"])
            word = try fields.required("answer")
            alike = try fields["alike"]?.word("aspect")
            states = try fields["states"]?.string("what it states")
            if states != nil, alike != .outcome {
                throw Diagnostic(at: value.location, "\"states\" needs \"alike: outcome\"")
            }
        }
        answer = try word.word("answer")
        guard allowed.contains(answer) else {
            throw Diagnostic(
                at: word.location, "this step cannot expect \"\(answer.rawValue)\"",
                hint: "one of \(allowed.map(\.rawValue).joined(separator: ", "))")
        }
    }
}
