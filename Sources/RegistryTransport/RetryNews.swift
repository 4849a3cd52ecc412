// SPDX-License-Identifier: Apache-2.0

/// Who hears of the faults that pass: a pause is not to look like a hang.
package struct RetryNews: Sendable {
    /// Hears of each pause in this task and its children; nil is nobody.
    @TaskLocal package static var listener: RetryNews?

    /// Takes what went wrong, in a clause, before a pause.
    package let tell: @Sendable (_ reason: String) -> Void

    package init(_ tell: @escaping @Sendable (_ reason: String) -> Void) {
        self.tell = tell
    }
}

extension RetryPolicy.Outcome {
    /// What went wrong, in a clause.
    package var reason: String {
        switch self {
        case .answer(let response): "the server answered \(response.status)"
        case .failure(let error): "\(error)"
        }
    }
}
