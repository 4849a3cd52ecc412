// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// Several runs, and an operator, share one scope: all of the registry.
@Suite("Runs that share a registry")
struct ConcurrentRunTests {
    private static let killed = "stet-certify-20261120-100000z-a1b2-until-1000"
    private static let created = PolicyAction.create(PolicyTerms(.registry))

    private func certify(
        _ setup: any RegistrySetup, _ transport: any HTTPTransport = MemoryRegistry(), only ids: [String]
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.mutablePrefix = nil
        request.selection.only = ids
        request.flows = [.ociMonolithic]
        var certifier = Certifier(transport: transport, pause: { _ in })
        certifier.setup = setup
        return try await certifier.run(request)
    }

    @Test("the operator's own policy survives", arguments: [true, false])
    func anOperatorsPolicySurvives(comesLater: Bool) async throws {
        let api = PolicyAPI { api, request in
            if comesLater, request.method == .post { api.put("registry", isEnabled: false) }
        }
        if !comesLater { api.put("registry", isEnabled: false) }
        let result = try await certify(try api.setup(), only: ["policy-for-registry"])
        let scenario = try #require(result.scenarios.first { $0.id == "policy-for-registry" })
        #expect(scenario.verdict == .skipped)
        #expect(scenario.cases.first?.finding?.message.contains("there is a policy for registry") == true)
        #expect(api.scopes == ["registry"])
    }

    @Test func theRunsOwnPolicyIsMarkedAndRemoved() async throws {
        let api = PolicyAPI()
        let setup = try api.setup(now: 100)
        _ = try await setup.prepare(runID: "run1")
        #expect(try await setup.perform(Self.created) == .done)
        #expect(api.exceptions("registry") == ["stet-certify-run1-until-400"])
        try await setup.restore()
        #expect(api.scopes == [])
    }

    @Test("a policy that has become somebody else's stays", arguments: [[], ["stet-certify-run2-until-400"]])
    func aPolicyOfSomebodyElseStays(exceptions: [String]) async throws {
        let api = PolicyAPI()
        let setup = try api.setup()
        _ = try await setup.prepare(runID: "run1")
        _ = try await setup.perform(Self.created)
        api.put("registry", except: exceptions)
        guard case .refused = try await setup.perform(.delete(.registry)) else {
            Issue.record("it was removed")
            return
        }
        try await setup.restore()
        #expect(api.scopes == ["registry"])
    }

    @Test func anAnswerThatIsLostLeavesNothing() async throws {
        let isLost = Mutex(false)
        let api = PolicyAPI()
        let losing = AlteringTransport(registry: api) { request, response throws(TransportError) in
            guard request.method == .post, isLost.withLock({ $0 }) else { return response }
            throw TransportError(.interrupted, request, "the connection was reset")
        }
        let setup = try SetupKind.stet.scripted(losing, host: "127.0.0.1", ["STET_ADMIN_TOKEN": "t0ken"])
        _ = try await setup.prepare(runID: "run1")
        isLost.withLock { $0 = true }
        await #expect(throws: SetupError.self) { try await setup.perform(Self.created) }
        #expect(api.scopes.contains("registry"))
        try await setup.restore()
        #expect(api.scopes == [])
    }

    @Test func whatAKilledRunLeftIsRemovedAndTold() async throws {
        let api = PolicyAPI()
        api.put("registry", except: [Self.killed])
        let places = try await api.setup(now: 1001).prepare(runID: "run1")
        #expect(
            places.leftovers == [
                "the policy for registry was left from the run 20261120-100000z-a1b2, and was removed"
            ])
        #expect(api.scopes == ["namespace/stet-certify/run1/frozen"])
    }

    @Test func whatMayGoOnIsWaitedForAndThenNamed() async throws {
        let api = PolicyAPI()
        api.put("registry", except: [Self.killed])
        let setup = try api.setup(now: 999)
        let error = await #expect(throws: SetupError.self) { try await setup.prepare(runID: "run1") }
        #expect(error?.description.contains("the run 20261120-100000z-a1b2 has made a policy") == true)
        #expect(error?.description.contains("stet policy delete registry") == true)
        #expect(api.scopes == ["registry"])
    }

    @Test func whatIsOverInTheMeantimeIsInNobodysWay() async throws {
        let looks = Counter()
        let api = PolicyAPI { api, request in
            guard request.method == .get else { return }
            looks.next()
            if looks.count == 4 { api.remove("registry") }
        }
        api.put("registry", except: [Self.killed])
        let setup = try api.setup(now: 999)
        #expect(try await setup.prepare(runID: "run1").leftovers == [])
    }

    @Test("a scenario for the whole registry waits for another run", arguments: [false, true])
    func aSecondRunIsNotBlamedOnTheRegistry(isKilled: Bool) async throws {
        let posts = Counter()
        // The first policy is that of a namespace; the other run is faster with the second.
        let api = PolicyAPI { api, request in
            guard request.method == .post else { return }
            posts.next()
            if posts.count == 2 { api.put("registry", except: [Self.killed]) }
        }
        let result = try await certify(
            try api.setup(now: isKilled ? 1001 : 999), only: ["policy-for-registry"])
        let scenario = try #require(result.scenarios.first { $0.id == "policy-for-registry" })
        #expect(scenario.verdict == (isKilled ? .passed : .inconclusive))
        #expect(api.scopes == (isKilled ? [] : ["registry"]))
    }

    @Test(
        "policies of others are told from the run's own",
        arguments: [
            ("registry", true), ("namespace/stet-certify/run1/frozen", false),
            ("repository/stet-certify/run1/open/run1/a", false), ("namespace/stet-certify/run2/frozen", true),
            ("namespace/stet-certify", true), ("namespace/stet-certify/run11", true),
        ])
    func foreignPoliciesAreTold(policy: String, isForeign: Bool) async throws {
        let setup = try PolicyAPI().setup()
        _ = try await setup.prepare(runID: "run1")
        #expect(setup.isForeign(policy) == isForeign)
        _ = try await setup.perform(Self.created)
        #expect(!setup.isForeign("registry"), "now it has one of its own")
    }

    /// The operator's word on the places that he has named.
    @Test func policiesThatWereThereCountWhereThePlacesWereGiven() async throws {
        let api = PolicyAPI()
        api.put("namespace/prod")
        api.put("registry", except: [Self.killed])
        let setup = try api.setup()
        try await setup.join(runID: "run1")
        #expect(!setup.isForeign("namespace/prod"))
        #expect(setup.isForeign("namespace/other"))
        #expect(setup.isForeign("registry"), "it is that of another run")
    }

    @Test(
        "a refusal by another's policy makes the case inconclusive, whatever it was after",
        arguments: [
            "overwrite-same-flow", "overwrite-where-mutable", "race-for-new-tag", "delete-tag-then-push",
        ])
    func anothersRefusalSaysNothing(id: String) async throws {
        let interfering = AlteringTransport(registry: MemoryRegistry()) { request, response in
            guard request.isManifestPut, response.status == 201 || response.status == 409,
                request.url.path.contains("/open/") || response.status == 409
            else { return response }
            let body =
                #"{"errors":[{"code":"DENIED","message":"immutable tag","detail":{"policy":"registry"}}]}"#
            return HTTPResponse(
                status: 409, headers: ["Content-Type": "application/json"], body: Array(body.utf8))
        }
        let result = try await certify(try PolicyAPI().setup(), interfering, only: [id])
        let single = try #require(result.scenarios.flatMap(\.cases).first { !$0.transcript.isEmpty })
        #expect(single.verdict == .inconclusive, "\(TerminalReport(result).render())")
        #expect(
            single.finding?.message.hasPrefix("a policy that is not of this run refused something: registry")
                == true)
        #expect(result.exitCode(requiring: .governed) != 0)
    }
}
