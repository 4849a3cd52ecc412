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
        #expect(setup.attemptLack(as: Self.writer) == nil)
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

    @Test(
        "is not possible where operators have credentials of their own",
        arguments: [SetupKind.ecr, .acr, .swr, .gar])
    func notPossible(kind: SetupKind) async throws {
        let vendor = try #require(Vendor.all.first { $0.kind == kind })
        let setup = try vendor.setup(over: VendorAPI(vendor))
        #expect(setup.attemptLack(as: Self.writer)?.contains("does not take the credentials") == true)
        let outcome = try await setup.attempt(.disable, on: try RepositoryName("a/b"), as: Self.writer)
        #expect(outcome == nil)
    }

    @Test("is not possible with an identity token", arguments: [Vendor.stet, .harbor, .quay, .gitlab])
    func withAnIdentityToken(vendor: Vendor) throws {
        let setup = try vendor.setup(over: VendorAPI(vendor))
        #expect(setup.attemptLack(as: .identityToken("s3cret")) != nil)
        #expect(setup.attemptLack(as: nil) == nil)
        let quay = try Vendor.quay.setup(over: VendorAPI(.quay))
        #expect(quay.attemptLack(as: Self.writer)?.contains("log in as $oauthtoken") == true)
    }

    /// Runs an attempt as the operator's own user, or as anybody else, in a repository that is write-once.
    private func attempt(
        _ attempt: PolicyAttempt, as user: Credentials?, at vendor: Vendor
    ) async throws -> (AttemptOutcome?, before: Vendor.Things, VendorAPI) {
        let api = VendorAPI(vendor)
        let setup = try vendor.setup(over: api)
        let places = try await setup.prepare(runID: "run1")
        let repository = try RepositoryName("\(try #require(places.immutable))/run1/a")
        try await setup.makeRepository(repository, given: .immutable)
        let before = api.things
        return (try await setup.attempt(attempt, on: repository, as: user), before, api)
    }

    @Test(
        "that a vendor's API wrongly grants is put back",
        arguments: [Vendor.quay, .gitlab], PolicyAttempt.allCases)
    func grantedByAVendor(vendor: Vendor, what: PolicyAttempt) async throws {
        let (outcome, before, api) = try await attempt(what, as: vendor.operatorAsUser, at: vendor)
        #expect(outcome == .done(left: nil))
        #expect(api.things == before)
    }

    @Test(
        "by a stranger is turned away by a vendor's API", arguments: [Vendor.harbor, .quay, .gitlab],
        PolicyAttempt.allCases)
    func turnedAwayByAVendor(vendor: Vendor, what: PolicyAttempt) async throws {
        let user = Credentials.basic(user: vendor.kind == .quay ? "$oauthtoken" : "ci", password: "other")
        for credentials in [user, nil] {
            let (outcome, before, api) = try await attempt(what, as: credentials, at: vendor)
            #expect(outcome == .turnedAway("who are you?"))
            #expect(api.things == before)
        }
    }

    @Test(
        "is judged by what GitLab says with 200",
        arguments: [
            (
                #"{"errors": [{"message": "it does not exist or you don't have permission to do this"}]}"#,
                AttemptOutcome.turnedAway("it does not exist or you don't have permission to do this")
            ),
            (
                #"{"data": {"updateContainerProtectionTagRule": {"errors": ["Unauthorized to update a rule"]}}}"#,
                .turnedAway("Unauthorized to update a rule")
            ),
            (
                #"{"data": {"updateContainerProtectionTagRule": {"errors": ["cannot be changed"]}}}"#,
                .refused("cannot be changed")
            ),
            (#"{"errors": [{"message": "Field 'id' doesn't exist"}]}"#, nil),
        ] as [(String, AttemptOutcome?)])
    func gitlab(answer: String, wanted: AttemptOutcome?) async throws {
        let admin = AlteringTransport(registry: VendorAPI(.gitlab)) { request, response in
            guard request.headers["PRIVATE-TOKEN"] == "other" else { return response }
            return HTTPResponse(
                status: 200, headers: ["Content-Type": "application/json"], body: Array(answer.utf8))
        }
        let setup = try Vendor.gitlab.setup(over: admin)
        let frozen = try #require(try await setup.prepare(runID: "run1").immutable)
        let found = try? await setup.attempt(
            .disable, on: try RepositoryName("\(frozen)/a"), as: .basic(user: "ci", password: "other"))
        #expect(found == wanted)
    }
}
