// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// What is said beforehand of how much a run is.
@Suite struct RunExtentTests {
    /// The whole suite, with a way to set policies, a second address and hooks.
    ///
    /// - Returns: The result, and how many bytes were announced.
    private func certify(
        _ transport: any HTTPTransport, _ registry: MemoryRegistry
    ) async throws -> (CertifyResult, Int64) {
        var request = try SuiteFiles.request()
        request.secondAddress = HTTPURL(.http, "other.test", "/")
        var certifier = Certifier(transport: transport, pause: { _ in })
        certifier.setup = MemorySetup(registry: registry)
        certifier.hooks = MemoryHooks(registry: registry)
        let announced = Mutex(0)
        let result = try await certifier.run(request) { event in
            if case .started(let extent) = event { announced.withLock { $0 = extent.bytes } }
        }
        return (result, announced.withLock { Int64($0) })
    }

    @Test(
        "no more is sent than was announced, and the report is bounded",
        arguments: ["mounts", "mounts nothing", "sends everybody elsewhere"])
    func sendsAtMostWhatWasAnnounced(manner: String) async throws {
        let registry = MemoryRegistry()
        let transport = AlteringTransport(
            registry: registry,
            request: { request in
                var request = request
                if manner == "mounts nothing", request.url.member("mount") != nil { request.url.query = nil }
                return request
            },
            answer: { request, answer in
                guard manner == "sends everybody elsewhere", request.method == .put, request.route == nil,
                    request.url.path.contains("/manifests/")
                else { return answer }
                return HTTPResponse(status: 301, headers: ["Location": request.url.path])
            })
        let (result, bytes) = try await certify(transport, registry)
        #expect(result.sentBytes <= bytes)
        #expect(result.sentBytes * 2 > bytes, "\(result.sentBytes) of \(bytes): nobody can plan with that")
        #expect(try JSONReport.render(result).count < 16 << 20)
    }

    @Test func aRunThatIsTooMuchIsRefusedBeforeAnythingIsPrepared() async throws {
        var request = try SuiteFiles.request()
        request.parameters = ["rounds": 100_000]
        let refused = request
        let registry = AlteringTransport(registry: MemoryRegistry()) { request, _ throws(TransportError) in
            throw TransportError(.unreachable, request, "nobody may ask")
        }
        let error = await #expect(throws: CertifyError.self) {
            try await Certifier(transport: registry).run(refused)
        }
        #expect(error?.exitCode == 2)
        let text = error?.description ?? ""
        #expect(text.hasPrefix("the run may send 200.0 MB, and would send up to "), "\(text)")
        #expect(text.contains("--parameter"))
        #expect(throws: CertifyError.self) { try DryRun.render(refused) }
    }

    @Test func aThoroughRunIsNotTooMuch() throws {
        var request = try SuiteFiles.request()
        request.isThorough = true
        request.immutablePrefix = try RepositoryName("some-organisation/with-a-long-name")
        let plan = try DryRun.render(request)
        #expect(plan.hasSuffix(" requests; nothing was sent\n"))
    }

    @Test func aSelectionThatLeavesNothingIsRefused() async throws {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: ["race"], skip: ["race"])
        let refused = request
        let error = await #expect(throws: CertifyError.self) {
            try await Certifier(transport: MemoryRegistry()).run(refused)
        }
        #expect(error?.exitCode == 2)
        #expect(error?.description == "no scenario is selected: what --only names, --skip leaves out")
    }

    @Test(
        "a long run says how long",
        arguments: [(29, ""), (31, ", about 1 minute"), (600, ", about 10 minutes")])
    func expectedTime(seconds: Int, clause: String) {
        let extent = CertifyEvent.Extent(scenarios: 2, cases: 2, bytes: 1000, expected: .seconds(seconds))
        #expect(CertifyEvent.started(extent).line == "2 scenarios, 2 cases, at most 1 kB\(clause)")
    }
}
