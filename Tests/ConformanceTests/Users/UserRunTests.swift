// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

@Suite("A run with several users")
struct UserRunTests {
    private func run(
        _ door: GuardedRegistry, _ users: Users? = nil, only: [String] = ["users"]
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection.only = only
        var certifier = Certifier(users: try users ?? door.users(), pause: { _ in })
        certifier.setup = GuardedSetup(door: door)
        return try await certifier.run(request)
    }

    private func scenario(_ id: String, in result: CertifyResult) throws -> ScenarioResult {
        try #require(result.scenarios.first { $0.id == id })
    }

    @Test(
        "a user who cannot log in ends it before its first case",
        arguments: [
            (GuardedRegistry.Manner(), "GET http://registry.test/v2/ was answered 401 Unauthorized"),
            (
                GuardedRegistry.Manner(letsStrangersPull: true),
                "GET http://registry.test/v2/ was answered 401 Unauthorized"
            ),
            (GuardedRegistry.Manner(givesTokens: true), "the token server"),
        ])
    func wrongPassword(manner: GuardedRegistry.Manner, words: String) async throws {
        let door = GuardedRegistry(Behaviour(), manner)
        let users = Users(
            over: door, writer: GuardedRegistry.lookup("w"),
            named: [.reader: Users.User(lookup: GuardedRegistry.lookup("r", password: "wr0ng-one"))])
        let error = await #expect(throws: CertifyError.self) { try await run(door, users) }
        #expect(error?.exitCode == 2)
        let text = error?.description ?? ""
        #expect(text.hasPrefix("the credentials of reader are not accepted: "), "\(text)")
        #expect(text.contains(words) && !text.contains("wr0ng-one"), "\(text)")
    }

    /// Where reads are open, 401 to a push is what the right password of a reader brings, too.
    @Test("a reader's password that nobody looks at proves nothing", arguments: [nil, "wr0ng-one"])
    func passwordThatNobodyLooksAt(password: String?) async throws {
        var manner = GuardedRegistry.Manner(letsStrangersPull: true, refusal: 401)
        manner.looksAtAllCredentials = false
        let door = GuardedRegistry(Behaviour(), manner)
        let users = Users(
            over: door, writer: GuardedRegistry.lookup("w"),
            named: [
                .reader: Users.User(lookup: GuardedRegistry.lookup("r", password: password)),
                .scoped: Users.User(
                    home: try RepositoryName("robot/own"), lookup: GuardedRegistry.lookup("robot")),
            ])
        let result = try await run(door, users)
        let reader = try scenario("reader-cannot-push", in: result)
        #expect(reader.verdict == .skipped && reader.isApplicable == false)
        let message = reader.cases.first?.finding?.message ?? ""
        #expect(message.contains("whether the password of reader is right cannot be told"), "\(message)")
        #expect(try scenario("scoped-elsewhere", in: result).verdict == .passed)
        #expect(!result.scenarios.contains { $0.verdict == .violated })
    }

    @Test func anAdministratorWhoMayNotPushIsTold() async throws {
        let manner = GuardedRegistry.Manner(letsStrangersPull: true, refusal: 401)
        let door = GuardedRegistry(Behaviour(), manner)
        let users = Users(
            over: door, writer: GuardedRegistry.lookup("w"),
            named: [.administrator: Users.User(lookup: GuardedRegistry.lookup("r"))])
        let error = await #expect(throws: CertifyError.self) { try await run(door, users) }
        #expect(error?.exitCode == 2)
        let text = error?.description ?? ""
        #expect(text.hasPrefix("the credentials of administrator are not accepted: POST "), "\(text)")
        #expect(
            text.hasSuffix("; the password is wrong, or the right to push there is missing"), "\(text)")
    }

    @Test func nobodyIsBlamedForUsersWhoWereNotNamed() async throws {
        let door = GuardedRegistry()
        let result = try await run(door, Users(over: door, writer: GuardedRegistry.lookup("w")))
        let reader = try scenario("reader-cannot-push", in: result)
        #expect(reader.verdict == .skipped && reader.isApplicable == false)
        #expect(
            reader.cases.first?.finding?.message
                == "not applicable: it needs a user who may only pull, and none was named (--users, reader)")
        #expect(try scenario("anonymous-cannot-push", in: result).verdict == .passed)
    }

    @Test func aRegistryThatAsksNobodyIsNotBlamedForStrangers() async throws {
        let registry = MemoryRegistry()
        var request = try SuiteFiles.request()
        request.selection.only = ["anonymous-cannot-push", "policy-binds-old-tokens"]
        var certifier = Certifier(users: Users(over: registry, writer: { _ in nil }))
        certifier.setup = MemorySetup(registry: registry)
        let result = try await certifier.run(request)
        let reasons = result.scenarios.compactMap { $0.cases.first?.finding?.message }
        #expect(reasons.contains("not applicable: the registry asks nobody for credentials"))
        #expect(reasons.contains("not applicable: the registry works without tokens"))
        #expect(!result.scenarios.contains { $0.verdict == .violated })
    }

    /// What the operator says wrongly about a user is no fault of the registry's.
    @Test func aReaderWhoMayPushIsNoReader() async throws {
        let door = GuardedRegistry()
        let users = Users(
            over: door, writer: GuardedRegistry.lookup("w"),
            named: [.reader: Users.User(lookup: GuardedRegistry.lookup("ops"))])
        let reader = try scenario("reader-cannot-push", in: try await run(door, users))
        #expect(reader.verdict == .skipped && reader.isApplicable == nil)
        let finding = try #require(reader.cases.first?.finding)
        #expect(finding.action == "push b to v2, without its blobs with oci-monolithic, as reader")
        #expect(finding.message.contains("it must be turned away (401 or 403), and was told 201 Created"))
    }

    @Test func aNamedUserWhoseScenariosAreSkippedKeepsTheLevel() async throws {
        let door = GuardedRegistry()
        let users = Users(
            over: door, writer: GuardedRegistry.lookup("w"),
            named: [.administrator: Users.User(lookup: GuardedRegistry.lookup("r"))])
        let result = try await run(door, users, only: [])
        #expect(result.level == .writeOnce, "\(TerminalReport(result).render())")
        let named = CertifyResult.Statement(name: "users named", value: "administrator")
        #expect(result.statements.contains(named))
    }

    @Test func theEvidenceSaysWhoAsked() async throws {
        let door = GuardedRegistry(flaw: .readerIsToldFirst)
        let result = try await run(door)
        let finding = try #require(try scenario("reader-cannot-push", in: result).cases.first?.finding)
        #expect(finding.exchange?.role == .reader)
        #expect(finding.exchange?.line.contains("/manifests/v1 as reader → 409 Conflict") == true)
        #expect(
            finding.message.hasPrefix(
                "it must be turned away (401 or 403) before anything else is looked at, and was told 409"))
        let apart = try #require(try scenario("reader-answers-alike", in: result).cases.first?.finding)
        #expect(apart.message.contains("push b to v2, without its blobs with oci-monolithic, as reader: 403"))
        #expect(apart.message.contains("push b to v1, without its blobs with oci-monolithic, as reader: 409"))
        #expect(TerminalReport(result).render().contains("as reader → 409 Conflict"))
    }

    @Test func noSecretOfAnyUserIsInAnyReport() async throws {
        for givesTokens in [false, true] {
            let manner = GuardedRegistry.Manner(givesTokens: givesTokens)
            let result = try await run(GuardedRegistry(Behaviour(), manner, flaw: .repeatsPasswords))
            let reports = [
                TerminalReport(result).render(),
                String(decoding: try JSONReport.render(result), as: UTF8.self),
                String(decoding: try HTMLReport.render(result), as: UTF8.self), JUnitReport.render(result),
                MarkdownReport.render(result),
            ]
            #expect(reports[1].contains("is denied") && reports[1].contains("***"))
            for report in reports {
                for user in ["w", "r", "ops", "robot"] {
                    #expect(!report.contains("\(user)-s3cret") && !report.contains("token-\(user)-"))
                }
                // "r:r-s3cret" in base64.
                #expect(!report.contains("cjpyLXMzY3JldA"))
            }
        }
    }
}
