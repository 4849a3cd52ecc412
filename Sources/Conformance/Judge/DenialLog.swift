// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The refusals of a whole run, for a comparison at its end.
final class DenialLog: Sendable {
    /// Answers that are alike.
    struct Class: Sendable {
        let shape: AnswerShape
        var count: Int
        /// Where it was seen first: `overwrite-same-flow (oci-index)`.
        let first: String
    }

    private let log = Mutex<[Class]>([])

    /// In the order in which they were first seen.
    var classes: [Class] { log.withLock { $0 } }

    func append(_ shape: AnswerShape, from place: String) {
        log.withLock { log in
            if let index = log.firstIndex(where: { $0.shape == shape }) {
                log[index].count += 1
            } else {
                log.append(Class(shape: shape, count: 1, first: place))
            }
        }
    }
}
