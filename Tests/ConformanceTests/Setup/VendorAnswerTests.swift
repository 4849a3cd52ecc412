// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// What vendors' APIs say that is neither yes nor no.
@Suite("What an adapter makes of an answer")
struct VendorAnswerTests {
    private func failure(
        _ vendor: Vendor, _ answer: @escaping ScriptedAdmin.Answer
    ) async throws -> String {
        let setup = try vendor.setup(over: ScriptedAdmin(answer))
        let error = await #expect(throws: SetupError.self) { try await setup.prepare(runID: "run1") }
        return error?.description ?? ""
    }

    private static let hints: [(Vendor, Int, String)] = [
        (.stet, 401, "$STET_ADMIN_TOKEN must be the content of admin-token in the registry's data folder"),
        (.harbor, 401, "$HARBOR_USERNAME and $HARBOR_PASSWORD are not accepted"),
        (.harbor, 403, "admin needs the right to make projects"),
        (.quay, 401, "$QUAY_TOKEN is wrong or has expired"),
        (.quay, 403, "$QUAY_TOKEN needs the permissions"),
        (.acr, 401, "$ACR_REFRESH_TOKEN is wrong or has expired"),
        (.acrWithPassword, 401, "$ACR_USERNAME and $ACR_PASSWORD are not accepted"),
        (.acrWithDirectory, 401, "$AZURE_ACCESS_TOKEN is wrong"),
        (.acr, 403, "the role must allow metadata/write and content/delete"),
        (.swr, 401, "$HW_ACCESS_KEY and $HW_SECRET_KEY are not accepted, or this machine's clock is wrong"),
        (.swrWithToken, 401, "$HW_AUTH_TOKEN is wrong or has expired"),
        (.swr, 403, "the caller needs the actions swr:repository:createNamespace"),
        (.gar, 401, "$GOOGLE_OAUTH_ACCESS_TOKEN has expired"),
        (.gar, 403, "the account needs the role roles/artifactregistry.admin"),
        (.garOnMachine, 404, "set $GOOGLE_OAUTH_ACCESS_TOKEN"),
        (.gitlab, 401, "$GITLAB_TOKEN is wrong or has expired"),
        (.gitlab, 403, "$GITLAB_TOKEN needs the scope api and the role Owner in Team/sub"),
        (.gitlab, 404, "$GITLAB_GROUP is a full path, and $GITLAB_TOKEN must see it"),
    ]

    @Test("a refusal says what can be done", arguments: hints)
    func hint(vendor: Vendor, status: Int, words: String) async throws {
        let text = try await failure(vendor) { _, _ in (status, "{}") }
        #expect(text.contains("\n  hint: \(words)"), "\(text)")
    }

    @Test(
        "a message is shown in each vendor's form",
        arguments: [
            (#"{"errors": [{"code": "CONFLICT", "message": "a\nb"}]}"#, ": a b"),
            (#"{"error_msg": "no such instance"}"#, ": no such instance"),
            (#"{"error": {"code": 409, "message": "exists", "status": "ALREADY_EXISTS"}}"#, ": exists"),
            (#"{"message": {"path": ["is taken", "is long"]}}"#, ": path is taken, is long"),
            (#"{"error": "insufficient_scope", "error_description": "more"}"#, ": more; insufficient_scope"),
            (#"{"access_token": "s3cret"}"#, "409 Conflict"), ("<html>", "409 Conflict"),
            ("", "409 Conflict"),
        ])
    func message(body: String, end: String) async throws {
        let text = try await failure(.harbor) { _, _ in (409, body) }
        #expect(text.hasSuffix(end), "\(text)")
        #expect(!text.contains("s3cret"))
    }

    @Test func longMessagesAreCut() async throws {
        let long = String(repeating: "x", count: 10_000)
        let text = try await failure(.harbor) { _, _ in (409, #"{"message": "\#(long)"}"#) }
        #expect(text.count < 600)
    }

    @Test(
        "a limit is waited for three times, and ten seconds at most",
        arguments: [nil, "3", "900", "-5", "Thu, 01 Jan 2026 00:00:07 GMT", "soon"])
    func limit(told: String?) async throws {
        let pauses = Mutex<[Duration]>([])
        let calls = Mutex(0)
        let api = AlteringTransport(registry: VendorAPI(.quay)) { _, _ in
            calls.withLock { $0 += 1 }
            var answer = HTTPResponse(status: 429)
            answer.headers["Retry-After"] = told
            answer.headers["Date"] = "Thu, 01 Jan 2026 00:00:00 GMT"
            return answer
        }
        var settings = SetupSettings(HTTPURL(.https, "registry.test", "/"), over: api)
        settings.variable = { Vendor.quay.variables[$0] }
        settings.pause = { pause in pauses.withLock { $0.append(pause) } }
        let setup = try #require(try SetupKind.quay.adapter(settings))
        await #expect(throws: SetupError.self) { try await setup.prepare(runID: "run1") }
        #expect(calls.withLock { $0 } == 3)
        let wanted: [Duration] =
            switch told {
            case "3": [.seconds(3), .seconds(3)]
            case "900": [.seconds(10), .seconds(10)]
            case "-5": [.zero, .zero]
            case "Thu, 01 Jan 2026 00:00:07 GMT": [.seconds(7), .seconds(7)]
            default: [.seconds(1), .seconds(2)]
            }
        #expect(pauses.withLock { $0 } == wanted)
    }

    @Test func aGitLabWithoutImmutableTagsIsSaidToBeOne() async throws {
        for answer in [
            #"{"errors": [{"message": "Field 'immutable' doesn't exist"}]}"#,
            #"{"data": {"createContainerProtectionTagRule": {"containerProtectionTagRule": null, "errors": ["no licence"]}}}"#,
            #"{"data": {"createContainerProtectionTagRule": {"containerProtectionTagRule": {"id": "1", "immutable": false}, "errors": []}}}"#,
        ] {
            let text = try await failure(.gitlab) { method, target in
                target.hasSuffix("graphql") ? (200, answer) : (method == "GET" ? 200 : 201, #"{"id": 1}"#)
            }
            #expect(
                text.contains("Field 'immutable' doesn't exist") || text.contains("was refused: no licence")
                    || text.contains("hint: immutable tags need GitLab 18.2"), "\(text)")
        }
    }

    @Test func anOperationOfGooglesThatFailsOrNeverEndsIsAFailure() async throws {
        let failed = try await failure(.gar) { _, _ in
            (200, #"{"name": "operations/1", "done": true, "error": {"code": 8, "message": "quota"}}"#)
        }
        #expect(failed.hasSuffix("has failed: quota"), "\(failed)")
        let endless = try await failure(.gar) { _, _ in (200, #"{"name": "operations/1"}"#) }
        #expect(endless.hasSuffix("has not ended after two minutes"), "\(endless)")
        let nameless = try await failure(.gar) { _, _ in (200, "{}") }
        #expect(nameless.contains("without \"name\""), "\(nameless)")
    }

    @Test func aTokenThatEndsDuringTheRunIsReplaced() async throws {
        let state = Mutex((tokens: 0, isEnded: false))
        let api = ScriptedAdmin { method, target in
            state.withLock { state in
                if target == "/oauth2/token" {
                    state = (state.tokens + 1, false)
                    return (200, #"{"access_token": "t"}"#)
                }
                defer { state.isEnded = true }
                return state.isEnded ? (401, "{}") : (200, "{}")
            }
        }
        let setup = try Vendor.acr.setup(over: api)
        _ = try await setup.prepare(runID: "run1")
        try await setup.protect(
            try Tag("v1"), Digest(of: []), in: try RepositoryName("stet-certify/frozen/run1/a"))
        #expect(state.withLock { $0.tokens } == 4, "one of them for the list of repositories")
        #expect(api.calls.count { $0.hasPrefix("PATCH") } == 3)
    }
}
