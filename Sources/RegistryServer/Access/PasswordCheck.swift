// SPDX-License-Identifier: Apache-2.0

import Crypto
import Synchronization

/// Compares names and passwords with the users' hashes.
///
/// A wrong pair costs a hash every time, one with an unknown name too. A right one costs it once: it is remembered
/// by a keyed hash, whose key is made at the start and never leaves the process, until the user's hash changes.
package final class PasswordCheck: Sendable {
    /// Compares a password with a hash.
    ///
    /// Blocks.
    package typealias Comparison = @Sendable (BcryptHash, _ password: [UInt8]) throws -> Bool

    private let key = SymmetricKey(size: .bits256)
    private let known = Mutex<Set<[UInt8]>>([])
    private let limit: Int
    private let queue: HashQueue
    private let compare: Comparison

    /// - Parameters:
    ///   - limit: So many right pairs are remembered; then all are forgotten.
    ///   - queue: Where comparisons wait for their turn.
    ///   - compare: By bcrypt unless a test wants to see it called.
    package init(
        remembering limit: Int = 4096, queue: HashQueue = HashQueue(),
        compare: @escaping Comparison = { try $0.matches($1) }
    ) {
        self.limit = limit
        self.queue = queue
        self.compare = compare
    }

    /// How many right pairs are remembered.
    package var rememberedCount: Int { known.withLock { $0.count } }

    /// The user with this name and password; nil when there is none.
    ///
    /// - Throws: ``HashQueue/Full``; ``CryptError``.
    package func user(
        _ credentials: BasicCredentials, among users: Users, from address: String?
    ) async throws -> User? {
        let user = users[credentials.name]
        guard let hash = user?.password ?? decoy(for: credentials.name, among: users) else { return nil }
        let code = code([Array(credentials.name.utf8), Array(hash.text.utf8), credentials.password])
        if let user, known.withLock({ $0.contains(code) }) { return user }
        let (compare, password) = (compare, credentials.password)
        let isRight = try await queue.pass(from: address) { try compare(hash, password) }
        guard let user, isRight else { return nil }
        known.withLock { known in
            if known.count >= limit { known.removeAll() }
            known.insert(code)
        }
        return user
    }

    /// The hash with which a name that nobody has is compared: always the same one for a name, so that it takes the
    /// time that some user's takes.
    private func decoy(for name: String, among users: Users) -> BcryptHash? {
        guard !users.all.isEmpty else { return nil }
        let number = code([Array(name.utf8)]).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        return users.all[number % users.all.count].password
    }

    private func code(_ parts: [[UInt8]]) -> [UInt8] {
        var hash = HMAC<SHA256>(key: key)
        for part in parts {
            hash.update(data: withUnsafeBytes(of: part.count) { Array($0) })
            hash.update(data: part)
        }
        return Array(hash.finalize())
    }
}
