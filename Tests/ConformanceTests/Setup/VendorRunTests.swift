// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// Every adapter against the API that it speaks, in good order and in bad.
@Suite("An adapter and its vendor's API")
struct VendorRunTests {
    private static let digest = Digest(of: Array("manifest".utf8))

    /// What a run does to a registry before it puts it back: a repository of each kind, and one tag.
    private func use(_ setup: any RegistrySetup) async throws {
        let places = try await setup.prepare(runID: "run1")
        let frozen = try RepositoryName("\(try #require(places.immutable))/run1/a")
        try await setup.makeRepository(frozen, given: .immutable)
        try await setup.protect(try Tag("v1"), Self.digest, in: frozen)
        if let open = places.mutable {
            try await setup.makeRepository(try RepositoryName("\(open)/run1/b"), given: .mutable)
        }
        let policy = PolicyTerms(.namespace(try RepositoryName("\(frozen)/x")))
        guard setup.offers(.create(policy)) else { return }
        _ = try await setup.perform(.create(policy))
        if setup.offersPreviews { _ = try await setup.preview(policy, of: []) }
        _ = try await setup.perform(.disable(policy.place))
        _ = try await setup.perform(.delete(policy.place))
    }

    @Test("a run leaves what it found", arguments: Vendor.all)
    func leavesNothing(vendor: Vendor) async throws {
        let api = VendorAPI(vendor)
        let setup = try vendor.setup(over: api)
        try await use(setup)
        #expect(api.things != vendor.found || vendor.kind == .acr)
        try await setup.restore()
        #expect(api.things == vendor.found)
        let count = api.requests.count
        try await setup.restore()
        #expect(api.requests.count == count, "what was put back once is not put back again")
    }

    @Test("an adapter does what its plan says, and all of it", arguments: Vendor.all)
    func keepsToItsPlan(vendor: Vendor) async throws {
        let api = VendorAPI(vendor)
        let setup = try vendor.setup(over: api)
        let plan = try setup.plan(runID: "run1")
        try await use(setup)
        let writer = vendor.operatorAsUser
        if setup.attemptLack(as: writer) == nil, let frozen = plan.places.immutable {
            _ = try await setup.attempt(.disable, on: RepositoryName("\(frozen)/run1/a"), as: writer)
        }
        try await setup.restore()
        let patterns = plan.calls.map { Array($0.request) }
        for call in api.calls {
            #expect(patterns.contains { matches($0[...], Array(call)[...]) }, "\(call) is not in the plan")
        }
        for pattern in patterns {
            #expect(
                api.calls.contains { matches(pattern[...], Array($0)[...]) },
                "\(String(pattern)) is only in the plan")
        }
    }

    /// A plan's `{name}` is any text.
    private func matches(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "{" {
            let rest = pattern.drop { $0 != "}" }.dropFirst()
            return text.indices.contains { matches(rest, text[$0...]) } || matches(rest, [])
        }
        return text.first == first && matches(pattern.dropFirst(), text.dropFirst())
    }

    @Test("whichever request is refused, the error is clear and nothing is left", arguments: Vendor.all)
    func refused(vendor: Vendor) async throws {
        let whole = VendorAPI(vendor)
        try await use(try vendor.setup(over: whole))
        for index in whole.requests.indices {
            for status in Vendor.refusals {
                try await refuse(index, with: status, of: vendor)
            }
        }
    }

    private func refuse(_ index: Int, with status: Int, of vendor: Vendor) async throws {
        // A limit is told three times before it is believed.
        let told = status == 429 ? index..<(index + 3) : index..<(index + 1)
        let api = VendorAPI(vendor) { told.contains($0) ? .status(status) : nil }
        let setup = try vendor.setup(over: api)
        do {
            try await use(setup)
        } catch let error as SetupError {
            let text = error.description
            #expect(text.contains("\(status)") || text.contains("told so"), "\(text)")
            #expect(vendor.secrets.allSatisfy { !text.contains($0) }, "\(text)")
            #expect(text.split(separator: "\n").count <= 2, "\(text)")
        }
        try await setup.restore()
        #expect(api.things == vendor.found, "request \(index) was answered \(status)")
    }

    @Test("whichever answer is lost, nothing is left", arguments: Vendor.all)
    func cut(vendor: Vendor) async throws {
        let whole = VendorAPI(vendor)
        try await use(try vendor.setup(over: whole))
        for index in whole.requests.indices {
            let api = VendorAPI(vendor) { $0 == index ? .cut : nil }
            let setup = try vendor.setup(over: api)
            let error = await #expect(throws: SetupError.self) { try await use(setup) }
            #expect(error?.description.contains("the connection broke") == true)
            try await setup.restore()
            #expect(api.things == vendor.found, "the answer to request \(index) was lost")
        }
    }

    @Test("what cannot be put back is named, without a secret, and tried again", arguments: Vendor.all)
    func stuck(vendor: Vendor) async throws {
        let isStuck = Mutex(false)
        let api = VendorAPI(vendor) { _ in isStuck.withLock { $0 } ? .status(403) : nil }
        let setup = try vendor.setup(over: api)
        try await use(setup)
        isStuck.withLock { $0 = true }
        let error = await #expect(throws: SetupError.self) { try await setup.restore() }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("the ") && text.contains("403 Forbidden"), "\(text)")
        #expect(!text.contains("\n") && vendor.secrets.allSatisfy { !text.contains($0) }, "\(text)")
        isStuck.withLock { $0 = false }
        try await setup.restore()
        #expect(api.things == vendor.found)
    }

    @Test("an interrupted run puts everything back", arguments: Vendor.all)
    func interrupted(vendor: Vendor) async throws {
        let api = VendorAPI(vendor)
        let registry = AlteringTransport.interrupting(atPush: 3)
        var certifier = Certifier(transport: registry)
        certifier.setup = try vendor.setup(over: api)
        var request = try SuiteFiles.request()
        request.mutablePrefix = nil
        request.selection.only = ["first-push"]
        let (ready, wanted) = (certifier, request)
        let result = try await Task { try await ready.run(wanted) }.value
        #expect(result.stopped == .interrupted)
        #expect(api.things == vendor.found)
    }
}
