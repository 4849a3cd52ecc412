// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// What stands at the address that `--second` names.
@Suite struct SecondAddressTests {
    private func certify(_ first: MemoryRegistry, _ second: any HTTPTransport) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection.only = ["race-two-addresses"]
        request.secondAddress = HTTPURL(.http, "other.test", "/")
        let transport = TwoAddresses(first: first, second: second)
        return try await Certifier(transport: transport, pause: { _ in }).run(request)
    }

    private func finding(of result: CertifyResult) throws -> (Verdict, String) {
        let race = try #require(result.scenarios.first { $0.id == "race-two-addresses" })
        return (race.verdict, race.cases.first?.finding?.message ?? "")
    }

    @Test func theSameRegistryPasses() async throws {
        let registry = MemoryRegistry()
        let (verdict, message) = try finding(of: try await certify(registry, registry))
        #expect(verdict == .passed, "\(message)")
    }

    @Test func anotherRegistryProvesNothing() async throws {
        let (verdict, message) = try finding(of: try await certify(MemoryRegistry(), MemoryRegistry()))
        #expect(verdict == .inconclusive)
        #expect(message.hasPrefix("--second is not the same registry: v1-at-1 was pushed at registry.test"))
        #expect(message.contains("other.test shows nothing"))
    }

    @Test func aMirrorThatTakesNoPushesProvesNothing() async throws {
        let registry = MemoryRegistry()
        let mirror = AlteringTransport(
            registry: registry,
            request: { request in
                var request = request
                if request.isManifestPut { request.method = .get }
                return request
            },
            answer: { request, answer in
                request.isManifestPut ? .error(405, "UNSUPPORTED", "a mirror") : answer
            })
        let (verdict, message) = try finding(of: try await certify(registry, mirror))
        #expect(verdict == .inconclusive)
        #expect(message.contains("other.test did not take a first push: 405"))
    }

    @Test func anAddressThatIsNoRegistryIsAMistake() async throws {
        let nothing = AlteringTransport(registry: MemoryRegistry()) { _, _ in HTTPResponse(status: 404) }
        let error = await #expect(throws: CertifyError.self) {
            try await certify(MemoryRegistry(), nothing)
        }
        #expect(error?.exitCode == 2)
        #expect(error?.description.contains("http://other.test/v2/ is not a registry") == true)
    }

    @Test func addressesThatShowDifferentImagesAreAViolation() async throws {
        let registry = MemoryRegistry()
        let stale = AlteringTransport(registry: registry) { request, answer in
            guard case .manifest(_, .tag(let tag)) = request.route, tag.rawValue == "v1-1",
                request.method != .put
            else { return answer }
            return HTTPResponse(status: 404)
        }
        let (verdict, message) = try finding(of: try await certify(registry, stale))
        #expect(verdict == .violated)
        #expect(message.contains("at registry.test and nothing at other.test"), "\(message)")
    }
}

/// A registry at `registry.test`, and what stands at `other.test`.
private struct TwoAddresses: HTTPTransport {
    let first: MemoryRegistry
    let second: any HTTPTransport

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        if request.url.authority == "other.test" { return try await second.send(request, receiving: body) }
        return try await first.send(request, receiving: body)
    }
}
