// SPDX-License-Identifier: Apache-2.0

import CurlTransport
import ImageStore
import OCISpec
import RegistryTransport

/// A client without manners and without patience: it sends a request once, and says what became of it.
struct RegistryWriter: Sendable {
    let address: String
    var repository = "team/app"
    let transport: CurlTransport

    /// A manifest without layers; each text gives another one.
    struct Image: Sendable {
        let config: [UInt8]
        let manifest: [UInt8]

        init(_ text: String) {
            config = Array(#"{"text":"\#(text)"}"#.utf8)
            let descriptor =
                #"{"mediaType":"\#(MediaType.ociConfig)","digest":"\#(Digest(of: config))","size":\#(config.count)}"#
            manifest = Array(
                #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociManifest)","config":\#(descriptor),"layers":[]}"#
                    .utf8)
        }

        var digest: Digest { Digest(of: manifest) }
    }

    init(_ address: String) throws {
        self.address = address
        transport = try CurlTransport()
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPHeaders = [:], body: [UInt8]? = nil
    ) async throws -> HTTPResponse {
        let url = try HTTPURL("http://\(address)/v2/\(repository)/\(path)")
        return try await transport.answer(
            to: HTTPRequest(method, url, headers: headers, body: body.map { .bytes($0) }))
    }

    /// Stores a blob in one request.
    func push(blob: [UInt8]) async throws -> HTTPResponse {
        try await send(.post, "blobs/uploads/?digest=\(Digest(of: blob))", body: blob)
    }

    /// Puts a manifest whose configuration is stored.
    func put(_ image: Image, as tag: String) async throws -> HTTPResponse {
        try await send(
            .put, "manifests/\(tag)", ["Content-Type": "\(MediaType.ociManifest)"], body: image.manifest)
    }

    /// Stores the configuration, then the manifest.
    func push(_ image: Image, as tag: String) async throws -> HTTPResponse {
        let stored = try await push(blob: image.config)
        return stored.isSuccess ? try await put(image, as: tag) : stored
    }

    /// The bytes that a tag or a digest names; nil when it names nothing.
    func manifest(_ reference: String) async throws -> [UInt8]? {
        let response = try await send(.get, "manifests/\(reference)")
        return response.status == 200 ? response.body : nil
    }

    func tags() async throws -> [String] {
        let json = try JSONDocument.decode(
            JSONValue.self, from: try await send(.get, "tags/list").body, noun: "list of tags")
        return json["tags"]?.array?.compactMap(\.string) ?? []
    }
}

extension HTTPResponse {
    /// The first error of a body in the specification's form.
    var registryError: RegistryErrorBody.Entry? {
        (try? JSONDocument.decode(RegistryErrorBody.self, from: body, noun: "error"))?.errors.first
    }
}
