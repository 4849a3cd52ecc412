// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Testing

@Suite struct ManifestTests {
    private let config = Array("{}".utf8)

    private func configDescriptor(_ type: MediaType = .ociConfig) -> Descriptor {
        Descriptor(mediaType: type, of: config)
    }

    @Test(arguments: [MediaType.ociManifest, .dockerManifest])
    func isReadByTagAndDigestAsItWasPushed(type: MediaType) async throws {
        try await withTestRegistry { registry in
            try await registry.push(blob: config, to: "a/b")
            let manifest = TestManifest.image(type, config: configDescriptor())
            let pushed = try await registry.push(manifest, to: "a/b", as: "v1")
            #expect(pushed.status == 201)
            #expect(pushed.headers["Location"] == "/v2/a/b/manifests/\(manifest.digest)")
            #expect(pushed.headers["Docker-Content-Digest"] == manifest.digest.description)
            for reference in ["v1", "\(manifest.digest)"] {
                for accept in ["*/*", type.rawValue, "application/vnd.docker.distribution.manifest.v1+json"] {
                    let target = "/v2/a/b/manifests/\(reference)"
                    let read = try await registry.send(.get, target, ["Accept": accept])
                    #expect(read.status == 200)
                    #expect(read.body == manifest.bytes)
                    #expect(read.headers["Content-Type"] == type.rawValue)
                    #expect(read.headers["Docker-Content-Digest"] == manifest.digest.description)
                    let head = try await registry.send(.head, target, ["Accept": accept])
                    #expect(head.status == 200)
                    #expect(head.headers["Content-Length"] == "\(manifest.bytes.count)")
                }
            }
        }
    }

    @Test(arguments: [MediaType.ociIndex, .dockerManifestList])
    func canBeAnIndexOfManifests(type: MediaType) async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("x", in: "a")
            #expect(try await registry.push(image, to: "a", as: "\(image.digest)").status == 201)
            let index = TestManifest.index([try image.descriptor], as: type)
            #expect(try await registry.push(index, to: "a", as: "v1").status == 201)
            let nested = TestManifest.index([try index.descriptor])
            #expect(try await registry.push(nested, to: "a", as: "v2").status == 201)
            #expect(try await registry.send(.get, "/v2/a/manifests/v2").body == nested.bytes)
        }
    }

    @Test func isNamedBySHA512Too() async throws {
        try await withTestRegistry { registry in
            let layer = try await registry.push(blob: [7], to: "a", algorithm: .sha512)
            try await registry.push(blob: config, to: "a")
            let manifest = TestManifest.image(
                config: configDescriptor(), layers: [Descriptor(mediaType: .ociLayer, digest: layer, size: 1)]
            )
            let digest = Digest(of: manifest.bytes, algorithm: .sha512)
            let pushed = try await registry.push(manifest, to: "a", as: "\(digest)", query: "?tag=v1")
            #expect(pushed.status == 201)
            #expect(pushed.headers["Docker-Content-Digest"] == digest.description)
            #expect(try await registry.resolve("v1", in: "a") == digest.description)
        }
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        let reason: String
        let type: String
        let body: String

        var testDescription: String { reason }
    }

    private static let oci = MediaType.ociManifest.rawValue
    private static let configJSON =
        #"{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2}"#

    @Test(arguments: [
        Malformed(reason: "no JSON", type: oci, body: "hello"),
        Malformed(reason: "nothing", type: oci, body: ""),
        Malformed(reason: "cut off", type: oci, body: #"{"schemaVersion":2,"config":"#),
        Malformed(reason: "no config", type: oci, body: #"{"schemaVersion":2,"layers":[]}"#),
        Malformed(
            reason: "schema version 1", type: oci,
            body: #"{"schemaVersion":1,"config":\#(configJSON),"layers":[]}"#),
        Malformed(
            reason: "an unknown type", type: "application/vnd.docker.distribution.manifest.v1+json",
            body: #"{"schemaVersion":2,"config":\#(configJSON),"layers":[]}"#),
        Malformed(
            reason: "no type at all", type: "application/json",
            body: #"{"schemaVersion":2,"config":\#(configJSON),"layers":[]}"#),
        Malformed(
            reason: "another type inside", type: MediaType.dockerManifest.rawValue,
            body: #"{"schemaVersion":2,"mediaType":"\#(oci)","config":\#(configJSON),"layers":[]}"#),
        Malformed(
            reason: "both image and index", type: oci,
            body: #"{"schemaVersion":2,"config":\#(configJSON),"layers":[],"manifests":[]}"#),
        Malformed(
            reason: "a malformed digest", type: oci,
            body:
                #"{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:1","size":2},"layers":[]}"#),
    ])
    func mustBeWellFormed(row: Malformed) async throws {
        try await withTestRegistry { registry in
            try await registry.push(blob: config, to: "a")
            let response = try await registry.send(
                .put, "/v2/a/manifests/v1", ["Content-Type": row.type], body: Array(row.body.utf8))
            #expect(response.status == 400)
            #expect(response.code == "MANIFEST_INVALID")
            #expect(try await registry.resolve("v1", in: "a") == nil)
        }
    }

    @Test func statesItsTypeItselfWhenTheRequestDoesNot() async throws {
        try await withTestRegistry { registry in
            try await registry.push(blob: config, to: "a")
            var manifest = TestManifest.image(config: configDescriptor())
            manifest.mediaType = "application/octet-stream"
            #expect(try await registry.push(manifest, to: "a", as: "v1").status == 201)
            let read = try await registry.send(.get, "/v2/a/manifests/v1")
            #expect(read.headers["Content-Type"] == MediaType.ociManifest.rawValue)
        }
    }

    @Test func keepsTheTypeThatItWasFirstStoredWith() async throws {
        try await withTestRegistry { registry in
            try await registry.push(blob: config, to: "a")
            let text = #"{"schemaVersion":2,"config":\#(TestManifest.json(configDescriptor())),"layers":[]}"#
            let first = TestManifest(.ociManifest, text)
            #expect(try await registry.push(first, to: "a", as: "v1").status == 201)
            let second = try await registry.push(TestManifest(.dockerManifest, text), to: "a", as: "v2")
            #expect(second.status == 400)
            #expect(second.code == "MANIFEST_INVALID")
            let read = try await registry.send(.get, "/v2/a/manifests/v1")
            #expect(read.headers["Content-Type"] == MediaType.ociManifest.rawValue)
        }
    }

    @Test(arguments: [(4 << 20, 201), ((4 << 20) + 1, 413)])
    func hasAtMostFourMebibytes(size: Int, status: Int) async throws {
        try await withTestRegistry { registry in
            try await registry.push(blob: config, to: "a")
            var manifest = TestManifest.image(config: configDescriptor())
            manifest.bytes += Array(repeating: 0x20, count: size - manifest.bytes.count)
            #expect(try await registry.push(manifest, to: "a", as: "v1").status == status)
            var chunked = try registry.request(
                .put, "/v2/a/manifests/v2", ["Content-Type": manifest.mediaType], body: manifest.bytes)
            chunked.framing = .chunked
            #expect(try await registry.send(chunked).status == status)
        }
    }

    @Test func needsWhatItNames() async throws {
        try await withTestRegistry { registry in
            let missing = Descriptor(mediaType: .ociLayerGzip, of: [1, 2, 3])
            try await registry.push(blob: config, to: "a")
            let rows = [
                TestManifest.image(config: configDescriptor(), layers: [missing]),
                TestManifest.image(config: missing),
                TestManifest.index([Descriptor(mediaType: .ociManifest, of: [1])]),
            ]
            for manifest in rows {
                let response = try await registry.push(manifest, to: "a", as: "v1")
                #expect(response.status == 404)
                #expect(response.code == "MANIFEST_BLOB_UNKNOWN")
                #expect(try await registry.resolve("\(manifest.digest)", in: "a") == nil)
            }
            let elsewhere = try await registry.push(
                TestManifest.image(config: configDescriptor()), to: "b", as: "v1")
            #expect(elsewhere.status == 404)
            #expect(try await registry.send(.get, "/v2/b/tags/list").code == "NAME_UNKNOWN")
            #expect(try await registry.send(.get, "/v2/_catalog").text == #"{"repositories":[]}"#)
        }
    }

    @Test func needsNeitherForeignLayersNorItsSubject() async throws {
        try await withTestRegistry { registry in
            try await registry.push(blob: config, to: "a")
            let foreign = [
                Descriptor(mediaType: .dockerForeignLayerGzip, of: [1]),
                Descriptor(
                    mediaType: try MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar"),
                    of: [2]),
            ]
            let subject = Descriptor(mediaType: .ociManifest, of: [3])
            let manifest = TestManifest.image(
                config: configDescriptor(), layers: foreign,
                members: #","subject":\#(TestManifest.json(subject))"#)
            let response = try await registry.push(manifest, to: "a", as: "v1")
            #expect(response.status == 201)
            #expect(response.headers["OCI-Subject"] == subject.digest.description)
        }
    }

    @Test func isRefusedUnderAnotherDigest() async throws {
        try await withTestRegistry { registry in
            try await registry.push(blob: config, to: "a")
            let manifest = TestManifest.image(config: configDescriptor())
            let other = Digest(of: [9])
            let response = try await registry.push(manifest, to: "a", as: "\(other)")
            #expect(response.status == 400)
            #expect(response.code == "DIGEST_INVALID")
            #expect(try await registry.resolve("\(other)", in: "a") == nil)
        }
    }

    @Test(arguments: [
        ("/v2/A/manifests/v1", 400, "NAME_INVALID"), ("/v2/a/manifests/sha256:1", 400, "DIGEST_INVALID"),
        ("/v2/a/manifests/-v", 404, "MANIFEST_UNKNOWN"), ("/v2/a/manifests/none", 404, "MANIFEST_UNKNOWN"),
        ("/v2/a/manifests/v1%00", 404, "MANIFEST_UNKNOWN"), ("/v2/a/manifests/", 404, "MANIFEST_UNKNOWN"),
        ("/v2/a//manifests/v1", 400, "NAME_INVALID"), ("/v2/a/b/other", 404, "UNSUPPORTED"),
        ("/elsewhere", 404, "UNSUPPORTED"), ("/v2/%zz/manifests/v1", 404, "UNSUPPORTED"),
    ])
    func answersWrongNamesWithTheSpecificationsCodes(path: String, status: Int, code: String) async throws {
        try await withTestRegistry { registry in
            let response = try await registry.send(.get, path)
            #expect(response.status == status)
            #expect(response.code == code)
        }
    }

    @Test func livesInRepositoriesWithConfusingNames() async throws {
        try await withTestRegistry { registry in
            for name in ["team/blobs/app", "manifests", "a/tags/list", "x/blobs/uploads/y", "a/referrers"] {
                let image = try await registry.image("x", in: name)
                #expect(try await registry.push(image, to: name, as: "v1").status == 201)
                #expect(try await registry.send(.get, "/v2/\(name)/manifests/v1").body == image.bytes)
            }
        }
    }

    @Test func setsSeveralTagsAtOnce() async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("x", in: "a")
            let response = try await registry.push(
                image, to: "a", as: "\(image.digest)", query: "?tag=v1&tag=%76%32&tag=v1")
            #expect(response.status == 201)
            #expect(response.headers.all("OCI-Tag") == ["v1", "v2"])
            #expect(
                try await registry.send(.get, "/v2/a/tags/list").text == #"{"name":"a","tags":["v1","v2"]}"#)
            let wrong = try await registry.push(image, to: "a", as: "\(image.digest)", query: "?tag=v3&tag=-")
            #expect(wrong.status == 400)
            let mixed = try await registry.push(image, to: "a", as: "v4", query: "?tag=v5")
            #expect(mixed.status == 400)
            let many = (0..<101).map { "tag=t\($0)" }.joined(separator: "&")
            #expect(
                try await registry.push(image, to: "a", as: "\(image.digest)", query: "?\(many)").status
                    == 414)
            #expect(
                try await registry.send(.get, "/v2/a/tags/list").text == #"{"name":"a","tags":["v1","v2"]}"#)
        }
    }

    @Test func movesAndDeletesTagsWhereNoPolicyForbidsIt() async throws {
        try await withTestRegistry { registry in
            let (a, b) = (try await registry.image("a", in: "r"), try await registry.image("b", in: "r"))
            for image in [a, b, a] {
                #expect(try await registry.push(image, to: "r", as: "v1").status == 201)
                #expect(try await registry.resolve("v1", in: "r") == image.digest.description)
            }
            #expect(try await registry.send(.delete, "/v2/r/manifests/v1").status == 202)
            #expect(try await registry.resolve("v1", in: "r") == nil)
            #expect(try await registry.resolve("\(a.digest)", in: "r") == a.digest.description)
            #expect(try await registry.send(.delete, "/v2/r/manifests/v1").code == "MANIFEST_UNKNOWN")
            #expect(try await registry.push(b, to: "r", as: "v1").status == 201)
            #expect(try await registry.send(.delete, "/v2/r/manifests/\(b.digest)").status == 202)
            #expect(try await registry.resolve("v1", in: "r") == nil)
            #expect(try await registry.resolve("\(b.digest)", in: "r") == nil)
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "/v2/a/manifests/v1"), (.patch, "/v2/a/manifests/v1"),
        (.put, "/v2/a/tags/list"), (.delete, "/v2/_catalog"), (.put, "/v2/"), (.get, "/v2/a/blobs/uploads/"),
    ])
    func allowsOnlyTheMethodsOfTheSpecification(method: HTTPRequest.Method, path: String) async throws {
        try await withTestRegistry { registry in
            let response = try await registry.send(
                method, path, ["X-HTTP-Method-Override": "PUT"], body: method == .put ? [] : nil)
            #expect(response.status == 405)
            #expect(response.headers["Allow"] != nil)
            #expect(response.code == "UNSUPPORTED")
        }
    }
}
