// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What a setup has made and will take away again, the oldest first.
final class Made<Item: Hashable & Sendable & CustomStringConvertible>: Sendable {
    /// What one of them is called, with its article: `the repository`.
    private let noun: String
    private let items = Mutex<[Item]>([])

    init(_ noun: String) { self.noun = noun }

    var all: [Item] { items.withLock { $0 } }

    func contains(_ item: Item) -> Bool { items.withLock { $0.contains(item) } }

    func insert(_ item: Item) {
        items.withLock { items in
            if !items.contains(item) { items.append(item) }
        }
    }

    func remove(_ item: Item) { items.withLock { $0.removeAll { $0 == item } } }

    /// Makes an item by a request, which is noted before it is sent: one that is cut may have had its effect.
    ///
    /// - Parameters:
    ///   - item: What will be taken away.
    ///   - statuses: Those that say that it was made.
    ///   - request: Sends the request.
    /// - Returns: The answer with one of these.
    /// - Throws: For any other status. What was refused is not there, or is someone else's: it is left alone.
    func make(
        _ item: Item, _ statuses: Set<Int>, _ request: () async throws(SetupError) -> AdminAPI.Answer
    ) async throws(SetupError) -> AdminAPI.Answer {
        insert(item)
        let answer = try await request()
        guard statuses.contains(answer.status) else {
            if (400..<500).contains(answer.status) { remove(item) }
            throw answer.failure
        }
        return answer
    }

    /// Removes all that there are; one that stays does not keep the others.
    ///
    /// - Throws: What stays, and why.
    func removeAll(
        _ remove: (Item) async throws(SetupError) -> Void
    ) async throws(SetupError) {
        var left: [String] = []
        for item in all {
            do throws(SetupError) {
                try await remove(item)
                self.remove(item)
            } catch {
                left.append("\(noun) \(item): \(error.clause)")
            }
        }
        if !left.isEmpty { throw SetupError(left.joined(separator: "; ")) }
    }
}
