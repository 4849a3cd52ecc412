// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The refusals of a whole run, for a comparison at its end.
final class DenialLog: Sendable {
    /// One refusal of an image whose tag stands.
    struct Refusal: Sendable {
        let shape: AnswerShape
        /// Of the manifest that was sent.
        let mediaType: String
        let exchange: Exchange
        /// Where it was seen: `overwrite-same-flow (oci-index)`.
        let place: String
    }

    /// Answers that are alike.
    struct Class: Sendable {
        var count: Int
        let first: Refusal
    }

    private struct Log {
        var classes: [Class] = []
        var taken: Set<String> = []
    }

    private let log = Mutex(Log())

    /// In the order in which they were first seen.
    ///
    /// What a registry never takes under any name, it may turn down in words of their own.
    var classes: [Class] {
        let (classes, taken) = log.withLock { ($0.classes, $0.taken) }
        var alike: [Class] = []
        for next in classes where taken.contains(next.first.mediaType) {
            if let index = alike.firstIndex(where: { $0.first.shape == next.first.shape }) {
                alike[index].count += next.count
            } else {
                alike.append(next)
            }
        }
        return alike
    }

    /// Takes note that the registry has stored a manifest of that type.
    func took(_ mediaType: String) {
        log.withLock { _ = $0.taken.insert(mediaType) }
    }

    func hasTaken(_ mediaType: String) -> Bool { log.withLock { $0.taken.contains(mediaType) } }

    func append(_ refusal: Refusal) {
        log.withLock { log in
            let index = log.classes.firstIndex {
                $0.first.shape == refusal.shape && $0.first.mediaType == refusal.mediaType
            }
            if let index {
                log.classes[index].count += 1
            } else {
                log.classes.append(Class(count: 1, first: refusal))
            }
        }
    }
}
