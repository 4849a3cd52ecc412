// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// What adapters ask for as somebody who may not have it.
@Suite("An attempt to change policies")
struct AttemptTests {
    private static let writer = Credentials.basic(user: "ci", password: "s3cret")
    private static let admin = ["STET_ADMIN_TOKEN": "t0ken"]
    private static let harbor = ["HARBOR_USERNAME": "admin", "HARBOR_PASSWORD": "adm1n"]

    private func attempt(
        _ kind: SetupKind, _ attempt: PolicyAttempt, as credentials: Credentials? = writer,
        over admin: ScriptedAdmin
    ) async throws -> AttemptOutcome? {
        let setup = try kind.scripted(admin, kind == .stet ? Self.admin : Self.harbor)
        let places = try await setup.prepare(runID: "run1")
        let repository = try RepositoryName("\(try #require(places.immutable))/run1/a")
        #expect(setup.offersAttempts)
        admin.forget()
        return try await setup.attempt(attempt, on: repository, as: credentials)
    }

    /// The API of stet, which lets whoever is not its administrator do what `status` says.
    private func stet(_ status: Int) -> ScriptedAdmin {
        ScriptedAdmin { method, target, headers in
            if target.hasSuffix("/policies/registry") { return (404, "{}") }
            let isAdmin = headers["Authorization"] == "Bearer t0ken"
            let done = method == "POST" ? 201 : method == "PATCH" ? 200 : 204
            return (isAdmin || status == 200 ? done : status, #"{"errors": [{"message": "no"}]}"#)
        }
    }

    @Test(
        "is turned away with 401, 403 or 404, and refused with anything else",
        arguments: PolicyAttempt.allCases,
        [
            (401, AttemptOutcome.turnedAway("no")), (403, .turnedAway("no")), (404, .turnedAway("no")),
            (409, .refused("no")), (400, .refused("no")),
        ])
    func refused(what: PolicyAttempt, answer: (Int, AttemptOutcome)) async throws {
        let admin = stet(answer.0)
        #expect(try await attempt(.stet, what, over: admin) == answer.1)
        let last = try #require(admin.requests.last)
        #expect(last.headers["Authorization"] == "Basic Y2k6czNjcmV0")
        #expect(admin.requests.count == 1, "nothing is to be undone")
    }

    @Test(
        "that succeeds is undone by the operator",
        arguments: [
            (PolicyAttempt.disable, "PATCH /api/v1/policies/namespace/stet-certify/run1/frozen"),
            (.delete, "POST /api/v1/policies"),
            (.create, "DELETE /api/v1/policies/repository/stet-certify/run1/frozen/run1/a"),
        ])
    func undone(what: PolicyAttempt, undo: String) async throws {
        let admin = stet(200)
        #expect(try await attempt(.stet, what, over: admin) == .done(left: nil))
        #expect(admin.calls.last == undo)
        #expect(admin.requests.last?.headers["Authorization"] == "Bearer t0ken")
    }

    @Test func thatCannotBeUndoneIsTold() async throws {
        let admin = ScriptedAdmin { method, target, headers in
            if target.hasSuffix("/policies/registry") { return (404, "{}") }
            if method == "POST" { return (201, "{}") }
            return (headers["Authorization"] == "Bearer t0ken" ? 500 : 200, "{}")
        }
        let outcome = try await attempt(.stet, .disable, over: admin)
        guard case .done(let left?) = outcome else {
            Issue.record("\(String(describing: outcome))")
            return
        }
        #expect(left.hasPrefix("it could not be put back: PATCH"))
    }

    @Test func withoutCredentialsShowsNone() async throws {
        let admin = stet(401)
        #expect(try await attempt(.stet, .disable, as: nil, over: admin) == .turnedAway("no"))
        #expect(admin.requests.last?.headers["Authorization"] == nil)
    }

    @Test func anIdentityTokenIsNotShown() async throws {
        let admin = stet(200)
        #expect(try await attempt(.stet, .disable, as: .identityToken("x"), over: admin) == nil)
        #expect(admin.calls == [])
    }

    @Test(
        "is made and undone in Harbor by its rules",
        arguments: [
            (PolicyAttempt.disable, ["PUT 7", "PUT 7"]), (.delete, ["DELETE 7", "POST"]),
            (.create, ["POST", "DELETE 8"]),
        ])
    func harbor(what: PolicyAttempt, calls: [String]) async throws {
        let made = Counter()
        let admin = ScriptedAdmin { method, target, _ in
            switch (method, target.contains("immutabletagrules")) {
            case ("GET", true): (200, made.count > 1 ? #"[{"id": 7}, {"id": 8}]"# : #"[{"id": 7}]"#)
            case ("POST", true):
                {
                    made.next()
                    return (201, "")
                }()
            case ("POST", false): (201, "")
            default: (200, "")
            }
        }
        #expect(try await attempt(.harbor, what, over: admin) == .done(left: nil))
        let rules = zip(admin.calls, admin.requests).filter {
            $0.0.contains("immutabletagrules") && !$0.0.hasPrefix("GET")
        }
        let seen = rules.map { call, _ in
            let parts = call.split(separator: "/")
            let id = parts.last == "immutabletagrules" ? "" : " \(parts.last ?? "")"
            return "\(call.prefix { $0 != " " })\(id)"
        }
        #expect(seen == calls)
        #expect(rules.first?.1.headers["Authorization"] == "Basic Y2k6czNjcmV0")
        #expect(rules.last?.1.headers["Authorization"] == "Basic YWRtaW46YWRtMW4=")
    }

    @Test("is not offered where operators have credentials of their own", arguments: [SetupKind.quay, .ecr])
    func notOffered(kind: SetupKind) async throws {
        let vendor = try #require(Vendor.all.first { $0.kind == kind })
        let setup = try vendor.setup(over: VendorAPI(vendor))
        #expect(!setup.offersAttempts)
        let outcome = try await setup.attempt(.disable, on: try RepositoryName("a/b"), as: Self.writer)
        #expect(outcome == nil)
    }
}
