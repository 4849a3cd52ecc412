// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

@Suite("A run")
struct CertifierTests {
    private func certify(
        _ registry: any HTTPTransport, only: [String] = [], skip: [String] = ["race"]
    ) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: only, skip: skip)
        request.parameters = ["repetitions": 3]
        return try await Certifier(transport: registry, pause: { _ in }).run(request)
    }

    /// A registry that overwrites and answers some manifest PUTs otherwise.
    private func overwriting(
        _ answer: @escaping @Sendable (HTTPRequest) throws(TransportError) -> HTTPResponse?
    ) -> any HTTPTransport {
        AlteringTransport(registry: MemoryRegistry(rule: Decision.accept)) {
            request, response throws(TransportError) in
            request.isManifestPut ? try answer(request) ?? response : response
        }
    }

    @Test("never blames a registry for", arguments: [401, 407, 408, 429, 502, 503, 504])
    func statusesOfOthersAreInconclusive(status: Int) async throws {
        let result = try await certify(overwriting { _ in .error(status, "TOOMANYREQUESTS", "later") })
        #expect(result.scenarios.allSatisfy { [.inconclusive, .skipped].contains($0.verdict) })
        #expect(result.scenarios.contains { $0.verdict == .inconclusive })
        #expect(result.level == nil)
        #expect(result.exitCode(requiring: .protocol) == 3)
    }

    @Test func aBrokenConnectionIsInconclusive() async throws {
        let registry = overwriting { request throws(TransportError) in
            throw TransportError(.interrupted, request, "the connection was reset")
        }
        let result = try await certify(registry, only: ["first-push"])
        let single = try #require(result.scenarios.flatMap(\.cases).first { $0.repository != nil })
        #expect(single.verdict == .inconclusive)
        #expect(single.finding?.message.contains("the connection was reset") == true)
        #expect(single.transcript.last?.failure == "the connection was reset")
    }

    @Test func aServerErrorBreaksAPromiseOnlyWhereOneIsMade() async throws {
        let result = try await certify(
            overwriting { _ in .error(500, "UNKNOWN", "oops") }, only: ["first-push", "overwrite", "delete"])
        for scenario in result.scenarios where !scenario.id.hasPrefix("race") {
            #expect(
                scenario.verdict == (scenario.id == "first-push" ? .violated : .skipped), "\(scenario.id)")
        }
    }

    @Test func aRefusalInAnotherDialectIsARefusal() async throws {
        let registry = MemoryRegistry { claim in
            writeOnce(claim).moves
                ? .accept(claim) : .refuse(Decision.denied(claim, status: 412, code: "PRECONDITION"))
        }
        let result = try await certify(registry, skip: [])
        #expect(result.level == .writeOnce)
        let finding = try #require(
            result.scenarios.first { $0.id == "denial-as-declared" }?.cases.first?.finding)
        #expect(
            finding.message
                == "it is refused, but not as profile strict says: the status is not 409; the code is not DENIED"
        )
    }

    @Test func scenariosWithoutTheirRepositoryAreSkipped() async throws {
        var request = try SuiteFiles.request()
        request.mutablePrefix = nil
        request.selection.only = ["overwrite-where-mutable"]
        let result = try await Certifier(transport: MemoryRegistry()).run(request)
        let single = try #require(result.scenarios.first { $0.id == "overwrite-where-mutable" }?.cases.first)
        #expect(single.verdict == .skipped)
        #expect(single.finding?.message == "it needs a repository that is mutable, and none was given")
    }

    @Test func whatWasNotSelectedEarnsNoLevel() async throws {
        let result = try await certify(MemoryRegistry(), skip: ["overwrite-same-flow"])
        #expect(result.level == .protocol)
        #expect(result.levels[1].missing == ["overwrite-same-flow"])
        #expect(result.exitCode(requiring: .writeOnce) == 1)
    }

    @Test(
        "selects by id, suite, level and severity",
        arguments: [
            (["first-push"], [], ["first-push"]),
            (
                ["denials"], ["identical-denials", "malformed-manifest"],
                [
                    "denial-as-declared", "all-denials-alike", "missing-blob-denial", "denial-without-delay",
                    "denial-without-internals",
                ]
            ),
            (
                ["should"], ["side-doors", "crash"],
                [
                    "overwrite-where-mutable", "overwrite-sha512", "refused-manifest-invisible",
                    "denial-without-delay", "denial-without-internals", "upload-in-progress",
                ]
            ),
            (
                ["protocol", "delete"], ["sealed"],
                ["first-push", "tag-list-pages", "blob-again", "put-by-digest"]
            ),
        ])
    func selects(only: [String], skip: [String], ran: [String]) async throws {
        let result = try await certify(MemoryRegistry(), only: only, skip: skip)
        let ids = result.scenarios.filter { $0.verdict == .passed }.map(\.id)
        #expect(Set(ids) == Set(ran))
    }

    @Test func namesWhatTheSelectionAndTheParametersDoNotMean() throws {
        var request = try SuiteFiles.request()
        request.selection = CertifyRequest.Selection(only: ["race", "rase"], skip: ["sealed", "seal"])
        request.parameters = ["writers": 2, "writer": 2]
        #expect(request.unknownNames == ["rase", "seal", "writer"])
    }

    @Test func everyCaseHasARepositoryOfItsOwnUnderThePrefix() async throws {
        var request = try SuiteFiles.request()
        request.immutablePrefix = try RepositoryName("team/frozen")
        request.selection.skip = ["race"]
        request.parameters = ["repetitions": 2]
        let result = try await Certifier(transport: MemoryRegistry()).run(request)
        #expect(Set(result.repositories).count == result.repositories.count)
        #expect(
            result.repositories.allSatisfy { $0.hasPrefix("team/frozen/run1/") || $0.hasPrefix("open/run1/") }
        )
        #expect(result.repositories.contains("team/frozen/run1/first-push-oci-chunked"))
    }

    @Test func reportsProgressCaseByCase() async throws {
        let lines = Mutex<[String]>([])
        var request = try SuiteFiles.request()
        request.selection.only = ["delete-tag-then-push", "overwrite-same-flow"]
        request.flows = [.dockerSchema2, .ociMonolithic, .ociChunked]
        _ = try await Certifier(transport: MemoryRegistry()).run(request) { event in
            if let line = event.line { lines.withLock { $0.append(line) } }
        }
        #expect(
            lines.withLock { $0 } == [
                "2 scenarios, 5 cases, at most 30 kB", "delete-tag-then-push (oci-monolithic): passed",
                "delete-tag-then-push (docker-schema2): passed",
                "overwrite-same-flow (docker-schema2): passed",
                "overwrite-same-flow (oci-chunked): passed",
                "overwrite-same-flow (oci-monolithic): passed",
            ])
    }

    @Test(
        "finds out nothing where there is no registry",
        arguments: [(404, "404 Not Found"), (302, "302 Found"), (500, "500 Internal Server Error")])
    func refusesWhatIsNoRegistry(status: Int, answer: String) async throws {
        let server = AlteringTransport(registry: MemoryRegistry()) { _, _ in HTTPResponse(status: status) }
        let error = await #expect(throws: CertifyError.self) { try await certify(server) }
        #expect(error?.description == "http://registry.test/v2/ is not a registry: it answered \(answer)")
        #expect(error?.exitCode == 2)
    }

    @Test func findsOutNothingWhereNobodyAnswers() async throws {
        let server = AlteringTransport(registry: MemoryRegistry()) { request, _ throws(TransportError) in
            throw TransportError(.unreachable, request, "connection refused")
        }
        let error = await #expect(throws: CertifyError.self) { try await certify(server) }
        #expect(
            error?.description
                == "the registry does not answer: GET http://registry.test/v2/: connection refused")
        #expect(error?.exitCode == 3)
    }

    @Test func refusesARunThatMakesNoRepositoryName() async throws {
        var request = try SuiteFiles.request()
        request.runID = "Run 1"
        let refused = request
        let error = await #expect(throws: CertifyError.self) {
            try await Certifier(transport: MemoryRegistry()).run(refused)
        }
        #expect(error?.exitCode == 2)
    }

    @Test func aRegistryMayLiveUnderAPath() async throws {
        let registry = AlteringTransport(
            registry: MemoryRegistry(),
            request: { request in
                var request = request
                request.url.path = request.url.path.replacing("/mirror/v2/", with: "/v2/")
                return request
            },
            answer: { request, answer in
                guard request.url.path.hasPrefix("/mirror/v2/") else { return HTTPResponse(status: 404) }
                var answer = answer
                answer.headers["Location"] = answer.headers["Location"].map { "/mirror" + $0 }
                return answer
            })
        var request = try SuiteFiles.request()
        request.registry.path = "/mirror/"
        request.selection.only = ["first-push"]
        let result = try await Certifier(transport: registry).run(request)
        #expect(result.scenarios.first { $0.id == "first-push" }?.verdict == .passed)
    }

    @Test func secretsStayOutOfTheTranscript() async throws {
        let registry = AlteringTransport(
            registry: MemoryRegistry(),
            request: { request in
                var request = request
                request.url.query = request.url.query?.replacing("_state=topsecret&", with: "")
                return request
            },
            answer: { _, answer in
                var answer = answer
                answer.headers["Set-Cookie"] = "topsecret"
                if let location = answer.headers["Location"], answer.status == 202 {
                    answer.headers["Location"] = location + "?_state=topsecret"
                }
                return answer
            })
        let result = try await certify(registry, only: ["first-push"])
        let transcript = try #require(
            result.scenarios.flatMap(\.cases).first { $0.repository != nil }?.transcript)
        #expect(transcript.contains { $0.url.contains("?_state=…&digest=sha256:") })
        #expect(!transcript.contains { "\($0)".contains("topsecret") })
    }
}
