// SPDX-License-Identifier: Apache-2.0

import Dispatch
import OCISpec
import RegistryServer
import Synchronization
import Testing

/// What a password costs, and whom.
@Suite struct PasswordTests {
    /// Hashes that were asked for.
    private final class Calls: Sendable {
        private let hashes = Mutex<[String]>([])

        var all: [String] { hashes.withLock { $0 } }

        func compare(_ hash: BcryptHash, _ password: [UInt8]) throws -> Bool {
            hashes.withLock { $0.append(hash.text) }
            return try hash.matches(password)
        }
    }

    private func users() throws -> Users { try Users(text: TestUsers.text, file: "u") }

    private func credentials(_ name: String, _ password: String) -> BasicCredentials {
        BasicCredentials(name: name, password: Array(password.utf8))
    }

    @Test(arguments: [
        ("$2y$04$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6BbqWlDZC", "ci-pw", true),
        ("$2b$04$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6BbqWlDZC", "ci-pw", true),
        ("$2y$04$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6BbqWlDZC", "ci-pW", false),
        ("$2y$04$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6BbqWlDZC", "ci-pw\0more", false),
        ("$2y$04$WrIQoMAYYfBI0l6IsSVoKuj5bnhvLVS9Ce5KDJrYckZX6BbqWlDZC", "", false),
    ])
    func bcryptDecides(hash: String, password: String, isRight: Bool) throws {
        #expect(try BcryptHash(hash).matches(Array(password.utf8)) == isRight)
    }

    @Test func aRightPasswordIsHashedOnce() async throws {
        let calls = Calls()
        let check = PasswordCheck { try calls.compare($0, $1) }
        for _ in 0..<3 {
            #expect(try await check.user(credentials("ci", "ci-pw"), among: users(), from: nil)?.name == "ci")
        }
        #expect(calls.all.count == 1)
    }

    @Test(arguments: ["ci", "nobody", "ü", ""])
    func aWrongPasswordIsHashedEveryTimeWhateverTheName(name: String) async throws {
        let calls = Calls()
        let check = PasswordCheck { try calls.compare($0, $1) }
        for _ in 0..<3 {
            #expect(try await check.user(credentials(name, "wrong"), among: users(), from: nil) == nil)
        }
        #expect(calls.all.count == 3 && Set(calls.all).count == 1)
        #expect(check.rememberedCount == 0)
    }

    /// The hash that stands in for that of a name that nobody has may be right by accident.
    @Test func aNameThatNobodyHasIsNeverLetIn() async throws {
        let check = PasswordCheck { _, _ in true }
        #expect(try await check.user(credentials("nobody", "x"), among: users(), from: nil) == nil)
        let nobody = try Users(text: TestUsers.anonymousPull, file: "u")
        #expect(try await check.user(credentials("nobody", "x"), among: nobody, from: nil) == nil)
    }

    @Test func anotherHashForgetsThePassword() async throws {
        let calls = Calls()
        let check = PasswordCheck { try calls.compare($0, $1) }
        #expect(try await check.user(credentials("ci", "ci-pw"), among: users(), from: nil) != nil)
        let (old, new) = (TestUsers.hashes["ci"] ?? "", TestUsers.hashes["ops"] ?? "")
        let changed = try Users(text: TestUsers.text.replacing(old, with: new), file: "u")
        #expect(try await check.user(credentials("ci", "ci-pw"), among: changed, from: nil) == nil)
        #expect(calls.all == [old, new])
    }

    @Test func rememberedPasswordsAreBounded() async throws {
        let check = PasswordCheck(remembering: 8) { _, _ in true }
        for number in 0..<100 {
            #expect(try await check.user(credentials("ci", "\(number)"), among: users(), from: nil) != nil)
            #expect(check.rememberedCount <= 8)
        }
    }

    @Test func tooManyAtOnceAreSentAwayAndOthersAreNot() async throws {
        let (queue, gate) = (HashQueue(places: 1, limit: 8), DispatchSemaphore(value: 0))
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try await queue.pass(from: "192.0.2.1") {
                        gate.wait()
                        return true
                    }
                }
            }
            // One is at work and cannot end, the other waits.
            while queue.waitingCount < 2 { await Task.yield() }
            await #expect(throws: HashQueue.Full.self) { try await queue.pass(from: "192.0.2.1") { true } }
            for number in 2..<8 {
                group.addTask { try await queue.pass(from: "192.0.2.\(number)") { true } }
            }
            while queue.waitingCount < 8 { await Task.yield() }
            await #expect(throws: HashQueue.Full.self) { try await queue.pass(from: "192.0.2.99") { true } }
            for _ in 0..<2 { gate.signal() }
            for try await done in group { #expect(done) }
        }
        #expect(queue.waitingCount == 0)
        #expect(try await queue.pass(from: nil) { true })
    }

    @Test func theAuditTrailTakesARefusalOnceAMinute() {
        let now = Mutex(1_000_000 * 60)
        let limit = RefusalLimit { now.withLock { $0 } }
        #expect(limit.admits(["a", "b"]) && !limit.admits(["a", "b"]) && limit.admits(["ab", ""]))
        #expect((0..<1000).filter { limit.admits(["\($0)"]) }.count == 58)
        now.withLock { $0 += 60 }
        #expect(limit.admits(["a", "b"]))
    }

    @Test func aTokenEndsAfterItsTime() throws {
        let (users, tokens) = (try users(), AccessTokens(secret: [1, 2, 3]))
        let token = tokens.token(for: users["ci"], at: 1000)
        let name = { (text: String, now: Int) -> String? in
            guard case .user(let user) = tokens.bearer(of: text, among: users, at: now) else { return nil }
            return user.name
        }
        #expect(name(token, 1000) == "ci" && name(token, 1299) == "ci" && name(token, 1300) == nil)
        #expect(AccessTokens(secret: [1, 2, 4]).bearer(of: token, among: users, at: 1000) == nil)
    }

    @Test func aTokenThatWasChangedIsNone() throws {
        let (users, tokens) = (try users(), AccessTokens(secret: [1]))
        let text = Array(tokens.token(for: users["ci"], at: 0).utf8)
        for index in text.indices {
            var changed = text
            changed[index] = changed[index] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
            #expect(tokens.bearer(of: String(decoding: changed, as: UTF8.self), among: users, at: 0) == nil)
        }
        for wrong in ["", ".", "a.b", "00.00", "..", String(repeating: "0", count: 9)] {
            #expect(tokens.bearer(of: wrong, among: users, at: 0) == nil)
        }
    }
}
