// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

@Suite("Ways to set immutability up")
struct SetupTests {
    private static let stet = ["STET_ADMIN_TOKEN": "s3cret"]
    private static let harbor = ["HARBOR_USERNAME": "admin", "HARBOR_PASSWORD": "s3cret"]
    private static let quay = ["QUAY_ORGANIZATION": "team", "QUAY_TOKEN": "s3cret"]
    private static let aws = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s3cret"]

    @Test func noneIsNoAdapter() throws {
        let settings = SetupSettings(
            HTTPURL(.https, "r.test", "/"), over: ScriptedAdmin { _, _ in (200, "") })
        #expect(try SetupKind.none.adapter(settings) == nil)
    }

    @Test func stetSetsAPolicyForANamespaceAndRemovesIt() async throws {
        let admin = ScriptedAdmin { method, target in
            switch (method, target) {
            case ("GET", "/api/v1/policies/registry"): (404, "{}")
            case ("POST", _): (201, "{}")
            default: (204, "")
            }
        }
        let setup = try SetupKind.stet.scripted(admin, Self.stet)
        let places = try await setup.prepare(runID: "run1")
        #expect(places.immutable?.rawValue == "stet-certify/run1/frozen")
        #expect(places.mutable?.rawValue == "stet-certify/run1/open")
        #expect(try admin.body(2) == .object(["scope": .string("namespace/stet-certify/run1/frozen")]))
        #expect(admin.requests[1].headers["Authorization"] == "Bearer s3cret")
        try await setup.restore()
        try await setup.restore()
        #expect(
            admin.calls == [
                "GET /api/v1/policies/registry", "GET /api/v1/policies", "POST /api/v1/policies",
                "DELETE /api/v1/policies/namespace/stet-certify/run1/frozen",
            ])
    }

    @Test func stetDoesNotTouchARegistryThatIsAllWriteOnce() async throws {
        let admin = ScriptedAdmin { _, _ in (200, #"{"scope": "registry", "enabled": true}"#) }
        let setup = try SetupKind.stet.scripted(admin, Self.stet)
        let error = await #expect(throws: SetupError.self) { try await setup.prepare(runID: "run1") }
        #expect(error?.description.contains("stet policy disable registry") == true)
        #expect(admin.calls == ["GET /api/v1/policies/registry"])
    }

    @Test(
        "an answer is an outcome or a failure",
        arguments: [(201, "done"), (409, "refused"), (400, "refused"), (500, "failed"), (401, "failed")])
    func outcomes(status: Int, wanted: String) async throws {
        let admin = ScriptedAdmin { _, _ in (status, #"{"errors": [{"message": "no"}]}"#) }
        let setup = try SetupKind.stet.scripted(admin, Self.stet)
        var terms = PolicyTerms(.repository(try RepositoryName("a/b")))
        terms.tags = ["v*"]
        terms.allowsDeletion = true
        let found: String
        do {
            found =
                switch try await setup.perform(.create(terms)) {
                case .done: "done"
                case .refused(let words): words == "no" ? "refused" : words
                }
        } catch {
            #expect(!"\(error)".contains("s3cret"))
            found = "failed"
        }
        #expect(found == wanted)
        #expect(
            try admin.body(0)
                == .object([
                    "scope": .string("repository/a/b"), "tags": .array([.string("v*")]),
                    "deletion": .string("allow"),
                ]))
    }

    @Test func aPolicyForAllOfARegistryThatOthersUseIsNotOffered() throws {
        let action = PolicyAction.create(PolicyTerms(.registry))
        let admin = ScriptedAdmin { _, _ in (200, "{}") }
        #expect(!(try SetupKind.stet.scripted(admin, Self.stet)).offers(action))
        #expect(try SetupKind.stet.scripted(admin, host: "127.0.0.1:5050", Self.stet).offers(action))
    }

    @Test func harborHasTwoProjectsAndTakesThemAway() async throws {
        let admin = ScriptedAdmin { method, target in
            if method == "POST" { return (201, "") }
            if target.contains("frozen/immutabletagrules?") { return (200, #"[{"id": 7}]"#) }
            if target.contains("frozen/repositories?") {
                return (200, #"[{"name": "stet-certify-run1-frozen/a/b"}, {"name": "other/c"}]"#)
            }
            return method == "GET" ? (200, "[]") : (200, "")
        }
        let setup = try SetupKind.harbor.scripted(admin, Self.harbor)
        let places = try await setup.prepare(runID: "run1")
        #expect(places.immutable?.rawValue == "stet-certify-run1-frozen")
        #expect(admin.requests[0].headers["Authorization"] == "Basic YWRtaW46czNjcmV0")
        #expect(try admin.body(3)["scope_selectors"]?["repository"]?.array?.count == 1)
        try await setup.restore()
        #expect(
            admin.calls.filter { $0.hasPrefix("DELETE") } == [
                "DELETE /api/v2.0/projects/stet-certify-run1-frozen/immutabletagrules/7",
                "DELETE /api/v2.0/projects/stet-certify-run1-frozen/repositories/a%252Fb",
                "DELETE /api/v2.0/projects/stet-certify-run1-frozen",
                "DELETE /api/v2.0/projects/stet-certify-run1-open",
            ])
    }

    @Test func whatCannotBeTakenAwayIsNamedAndDoesNotKeepTheRest() async throws {
        let admin = ScriptedAdmin { method, target in
            if method == "POST" { return (201, "") }
            if method == "DELETE", target.hasSuffix("frozen") {
                return (412, #"{"errors": [{"message": "no"}]}"#)
            }
            return (200, "[]")
        }
        let setup = try SetupKind.harbor.scripted(admin, Self.harbor)
        _ = try await setup.prepare(runID: "run1")
        let error = await #expect(throws: SetupError.self) { try await setup.restore() }
        #expect(error?.description.hasPrefix("the project stet-certify-run1-frozen: DELETE ") == true)
        #expect(admin.calls.last == "DELETE /api/v2.0/projects/stet-certify-run1-open")
    }

    @Test func quayMakesImmutableRepositoriesWithAPolicy() async throws {
        let admin = ScriptedAdmin { method, _ in method == "DELETE" ? (204, "") : (200, "{}") }
        let setup = try SetupKind.quay.scripted(admin, Self.quay)
        let frozen = try #require(try await setup.prepare(runID: "run1").immutable)
        let name = try RepositoryName("\(frozen)/run1/x")
        try await setup.makeRepository(name, given: .immutable)
        try await setup.makeRepository(name, given: .immutable)
        try await setup.makeRepository(try RepositoryName("team/open"), given: .mutable)
        try await setup.restore()
        #expect(try admin.body(2)["repository"]?.string == "stet-certify-frozen/run1/x")
        #expect(
            admin.calls == [
                "GET /api/v1/organization/team", "GET /api/v1/repository?namespace=team",
                "POST /api/v1/repository",
                "POST /api/v1/repository/team/stet-certify-frozen/run1/x/immutabilitypolicy/",
                "POST /api/v1/repository", "DELETE /api/v1/repository/team/stet-certify-frozen/run1/x",
                "DELETE /api/v1/repository/team/open",
            ])
    }

    @Test func ecrMakesRepositoriesWithTheirSetting() async throws {
        let admin = ScriptedAdmin { _, _ in (200, "{}") }
        let setup = try SetupKind.ecr.scripted(admin, host: "1.dkr.ecr.eu-west-1.amazonaws.com", Self.aws)
        _ = try await setup.prepare(runID: "run1")
        try await setup.makeRepository(try RepositoryName("a/b"), given: .immutable)
        try await setup.makeRepository(try RepositoryName("a/c"), given: .mutable)
        try await setup.restore()
        let requests = admin.requests
        #expect(requests.map(\.url.authority).allSatisfy { $0 == "api.ecr.eu-west-1.amazonaws.com" })
        #expect(
            requests.map { $0.headers["X-Amz-Target"]?.split(separator: ".").last ?? "" } == [
                "DescribeRepositories", "CreateRepository", "CreateRepository", "DeleteRepository",
                "DeleteRepository",
            ])
        #expect(try admin.body(1)["imageTagMutability"]?.string == "IMMUTABLE")
        #expect(try admin.body(2)["imageTagMutability"]?.string == "MUTABLE")
        let words = requests[0].headers["Authorization"] ?? ""
        #expect(words.contains("Credential=AKIDEXAMPLE/20150830/eu-west-1/ecr/aws4_request"))
        #expect(words.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-target"))
    }

    @Test func aProgramPreparesAndPutsBack() async throws {
        let programs = ScriptedPrograms(outcomes: [
            "prepare": ClientOutcome(status: 0, text: "immutable a/frozen\nsome noise\npolicies\n"),
            "policy": ClientOutcome(status: 1, text: "there is one"),
            "repository": ClientOutcome(status: 2, text: "disk full"),
        ])
        let setup = try SetupKind.exec.scripted(
            ScriptedAdmin { _, _ in (200, "") }, ["STET_SETUP_PROGRAM": "./prepare"], programs: programs)
        try await setup.restore()
        let places = try await setup.prepare(runID: "run1")
        #expect(places.immutable?.rawValue == "a/frozen" && places.mutable == nil)
        let action = PolicyAction.disable(.registry)
        #expect(setup.offers(action))
        #expect(try await setup.perform(action) == .refused("there is one"))
        let error = await #expect(throws: SetupError.self) {
            try await setup.makeRepository(try RepositoryName("a/b"), given: .mutable)
        }
        #expect(error?.description == "./prepare repository ended with 2: disk full")
        try await setup.restore()
        #expect(
            programs.calls == [
                "prepare run1", #"policy disable {"scope":"registry"}"#, "repository mutable a/b",
                "restore run1",
            ])
    }

    @Test func aPreparationThatFailsIsPutBack() async throws {
        let programs = ScriptedPrograms(outcomes: ["prepare": ClientOutcome(status: 3, text: "no rights")])
        var certifier = Certifier(transport: MemoryRegistry())
        certifier.setup = try SetupKind.exec.scripted(
            ScriptedAdmin { _, _ in (200, "") }, ["STET_SETUP_PROGRAM": "./prepare"], programs: programs)
        var request = try SuiteFiles.request()
        request.mutablePrefix = nil
        let error = await #expect(throws: CertifyError.self) { try await certifier.run(request) }
        #expect(error?.exitCode == 3 && error?.description.contains("no rights") == true)
        #expect(programs.calls == ["prepare run1", "restore run1"])
    }
}
