// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Synchronization
import Testing

@Suite("The first look at a registry")
struct RegistryProbeTests {
    /// A correct registry whose answers to the first requests are others.
    private func registry(
        _ answer: @escaping @Sendable (HTTPRequest, HTTPResponse) throws(TransportError) -> HTTPResponse
    ) -> any HTTPTransport {
        AlteringTransport(registry: MemoryRegistry()) { request, response throws(TransportError) in
            try answer(request, response)
        }
    }

    private func certify(_ registry: any HTTPTransport) async throws -> CertifyResult {
        var request = try SuiteFiles.request()
        request.selection.only = ["first-push"]
        return try await Certifier(transport: registry).run(request)
    }

    @Test("names the request that wants a login", arguments: [HTTPRequest.Method.get, .post])
    func wantsALogin(method: HTTPRequest.Method) async throws {
        let server = registry { request, answer in
            request.method == method ? .error(401, "UNAUTHORIZED", "log in") : answer
        }
        let error = await #expect(throws: CertifyError.self) { try await certify(server) }
        let place =
            method == .get ? "" : "stet-certify/run1/first-push-docker-schema2/blobs/uploads/"
        #expect(
            error?.description
                == "registry.test wants a login: it answered 401 Unauthorized to \(method.rawValue) http://registry.test/v2/\(place)"
        )
        #expect(error?.exitCode == 2)
    }

    @Test func credentialsThatAreRefusedAreTheCallersToMend() async throws {
        let server = registry { request, _ throws(TransportError) in
            throw TransportError(.badRequest, request, "http://tokens.test refused the credentials (401)")
        }
        let error = await #expect(throws: CertifyError.self) { try await certify(server) }
        #expect(error?.description.contains("cannot be asked: GET http://registry.test/v2/") == true)
        #expect(error?.exitCode == 2)
    }

    @Test(
        "a server that says yes to everything is no registry",
        arguments: [("text/html", " with text/html"), ("", "")])
    func saysYesToEverything(type: String, clause: String) async throws {
        let server = registry { _, _ in
            HTTPResponse(
                status: 200, headers: type.isEmpty ? [:] : ["Content-Type": type],
                body: Array("<html>hi</html>".utf8))
        }
        let error = await #expect(throws: CertifyError.self) { try await certify(server) }
        #expect(
            error?.description == """
                http://registry.test/v2/ is not a registry: it answered 200 OK\(clause), and does not let an upload begin as a registry does
                """)
        #expect(error?.exitCode == 2)
    }

    @Test("a registry is known by its header, its JSON, its upload, or its refusal", arguments: 0..<4)
    func isKnown(by sign: Int) async throws {
        let server = registry { request, answer in
            if request.url.path == "/v2/" {
                let headers: HTTPHeaders =
                    sign == 0 ? ["Docker-Distribution-Api-Version": "registry/2.0"] : [:]
                return HTTPResponse(status: 200, headers: headers, body: Array((sign == 1 ? "{}" : "").utf8))
            }
            guard request.method == .post, sign != 2 else { return answer }
            return sign == 3 ? .error(405, "UNSUPPORTED", "read only") : HTTPResponse(status: 404)
        }
        #expect(try await certify(server).scenarios.contains { $0.verdict != .skipped })
    }

    @Test func theUploadThatItBeginsIsGivenUp() async throws {
        let seen = Mutex<[String]>([])
        let server = registry { request, answer in
            seen.withLock { $0.append("\(request.method.rawValue) \(request.url.path)") }
            return answer
        }
        _ = try await certify(server)
        let uploads = "/v2/stet-certify/run1/first-push-docker-schema2/blobs/uploads/"
        #expect(
            seen.withLock { Array($0.prefix(3)) } == [
                "GET /v2/", "POST \(uploads)", "DELETE \(uploads)session-1",
            ])
    }
}
