// SPDX-License-Identifier: Apache-2.0

/// One thing that this machine has or lacks.
package struct Finding: Hashable, Sendable, Encodable {
    package enum State: String, Sendable, Encodable {
        /// It is there and works.
        case fine = "ok"
        /// It is not, and there is something that does instead, or only some need it.
        case limited
        /// Something that everybody needs is not.
        case missing
    }

    /// What it is about, a word or two.
    package let subject: String
    package let state: State
    /// What was found.
    package let detail: String
    /// What a person can do; nil when there is nothing to be done.
    package let advice: String?

    package init(_ subject: String, _ state: State, _ detail: String, advice: String? = nil) {
        self.subject = subject
        self.state = state
        self.detail = detail
        self.advice = advice
    }
}
