// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CurlTransport
import Glibc
import ImageStore
import OCISpec
import RegistryServer
import RegistryTransport
import SystemPackage
import Testing

/// A registry on loopback, and a client without manners: it sends what a test tells it to.
struct TestRegistry: Sendable {
    let address: String
    let dataFolder: FilePath
    let transport: CurlTransport
    /// What every request has that does not say otherwise.
    var headers: HTTPHeaders = [:]

    func send(
        _ method: HTTPRequest.Method, _ target: String, _ headers: HTTPHeaders = [:], body: [UInt8]? = nil
    ) async throws -> HTTPResponse {
        try await send(request(method, target, headers, body: body))
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await transport.answer(to: request)
    }

    /// `target` is path and query.
    func request(
        _ method: HTTPRequest.Method, _ target: String, _ headers: HTTPHeaders = [:], body: [UInt8]? = nil
    ) throws -> HTTPRequest {
        var request = HTTPRequest(
            method, try HTTPURL("http://\(address)\(target)"), headers: headers, body: body.map { .bytes($0) }
        )
        for field in self.headers.fields where headers[field.name] == nil {
            request.headers[field.name] = field.value
        }
        return request
    }

    /// Stores a blob in one request.
    @discardableResult
    func push(
        blob: [UInt8], to repository: String, algorithm: DigestAlgorithm = .sha256
    ) async throws -> Digest {
        let digest = Digest(of: blob, algorithm: algorithm)
        let response = try await send(.post, "/v2/\(repository)/blobs/uploads/?digest=\(digest)", body: blob)
        #expect(response.status == 201)
        return digest
    }

    func push(
        _ manifest: TestManifest, to repository: String, as reference: String, query: String = ""
    ) async throws -> HTTPResponse {
        try await send(
            .put, "/v2/\(repository)/manifests/\(reference)\(query)", ["Content-Type": manifest.mediaType],
            body: manifest.bytes)
    }

    /// A manifest whose configuration is in the repository; each text gives another one.
    func image(_ text: String, in repository: String) async throws -> TestManifest {
        let config = Array(#"{"text": "\#(text)"}"#.utf8)
        try await push(blob: config, to: repository)
        return .image(config: Descriptor(mediaType: .ociConfig, of: config))
    }

    /// A call of the admin API with the token of the data folder.
    func admin(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil
    ) async throws -> HTTPResponse {
        try await send(
            method, "/api/v1/\(path)", ["Authorization": "Bearer \(adminToken())"],
            body: body.map { Array($0.utf8) })
    }

    func adminToken() throws -> String {
        let token = try WholeFile.read(dataFolder.appending("admin-token"))
        return String(decoding: token, as: UTF8.self).filter { !$0.isWhitespace }
    }

    func policies() async throws -> [JSONValue] {
        try await admin(.get, "policies").json()["policies"]?.array ?? [.null]
    }

    /// The audit trail, the newest event first.
    func events(_ query: String = "") async throws -> [JSONValue] {
        try await admin(.get, "audit\(query)").json()["events"]?.array ?? []
    }

    func setPolicy(_ json: String) async throws {
        let response = try await admin(.post, "policies", json)
        #expect(response.status == 201, "\(response.text)")
    }

    /// What a tag names; nil when there is no such tag.
    func resolve(_ tag: String, in repository: String) async throws -> String? {
        let response = try await send(.head, "/v2/\(repository)/manifests/\(tag)")
        return response.status == 200 ? response.headers["Docker-Content-Digest"] : nil
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body's first error code.
    var code: String? { error?.code }

    /// The body's first error.
    var error: RegistryErrorBody.Entry? {
        let body = try? JSONDocument.decode(RegistryErrorBody.self, from: body, noun: "error")
        return body?.errors.first
    }

    func json() throws -> JSONValue { try JSONDocument.decode(JSONValue.self, from: body, noun: "answer") }
}

/// Runs a registry with a data folder of its own for as long as `body` runs.
func withTestRegistry(
    writeOnce: Bool = false, _ body: (TestRegistry) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        var configuration = RegistryConfiguration(dataFolder: folder)
        configuration.writeOnce = writeOnce ? .required : .off
        try await withTestRegistry(configuration, body)
    }
}

func withTestRegistry(
    _ configuration: RegistryConfiguration, _ body: (TestRegistry) async throws -> Void
) async throws {
    let transport = try CurlTransport()
    try await withRegistry(configuration) { address in
        try await body(
            TestRegistry(address: address, dataFolder: configuration.dataFolder, transport: transport))
    }
}

func withTemporaryFolder(_ body: (FilePath) async throws -> Void) async throws {
    var template = Array("/tmp/stet-registry-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    let folder = FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    do {
        try await body(folder)
    } catch {
        try Folder.remove(folder)
        throw error
    }
    try Folder.remove(folder)
}
