// SPDX-License-Identifier: Apache-2.0

import Conformance
import ImageStore
import OCISpec
import RegistryTransport
import Synchronization
import Testing

/// Keeps every request that passes.
final class Recorder: HTTPTransport {
    private let registry = MemoryRegistry()
    private let seen = Mutex<[HTTPRequest]>([])

    var requests: [HTTPRequest] { seen.withLock { $0 } }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        seen.withLock { $0.append(request) }
        return try await registry.send(request, receiving: body)
    }
}

@Suite("Flows")
struct FlowTests {
    /// `GET /v2/`, and an upload that is begun and given up.
    private static let probeRequests = 3

    /// The requests of a first push.
    private func push(_ flow: PushFlow) async throws -> [HTTPRequest] {
        let text = SuiteLoaderTests.suite(
            steps: "      - push: {image: a, tag: v1, with: \(flow.rawValue)}\n        expect: created")
        let recorder = Recorder()
        let request = try SuiteFiles.request(try SuiteLoaderTests.load(text))
        let result = try await Certifier(transport: recorder).run(request)
        #expect(result.scenarios[0].verdict == .passed, "\(TerminalReport(result).render())")
        return Array(recorder.requests.dropFirst(FlowTests.probeRequests))
    }

    /// `PATCH upload chunked`: what tells one client from another.
    private func shape(_ request: HTTPRequest) -> String {
        var words = [request.method.rawValue]
        switch request.route {
        case .base: words.append("base")
        case .blob: words.append("blob")
        case .uploads:
            words.append("uploads")
            if request.url.member("mount") != nil { words[1] += "?mount&from" }
            if request.url.digest != nil { words[1] += "?digest" }
        case .upload: words.append(request.url.digest == nil ? "upload" : "upload?digest")
        case .manifest(_, .digest): words.append("manifest/digest")
        case .manifest(_, .tag(let tag)): words.append("manifest/\(tag)")
        default: words.append("?")
        }
        if request.framing == .chunked { words.append("chunked") }
        if let type = request.headers["Content-Type"] {
            words.append(type.replacing("application/vnd.", with: "").replacing("distribution.", with: ""))
        }
        if let range = request.headers["Content-Range"] { words.append(range) }
        words.append(request.body == nil ? "empty" : "body")
        return words.joined(separator: " ")
    }

    private static let octets = "application/octet-stream"
    private static let docker = [
        "POST uploads empty", "PATCH upload chunked body", "PUT upload?digest empty", "HEAD blob empty",
    ]
    private static let whole = [
        "HEAD blob empty", "POST uploads empty", "PUT upload?digest \(octets) body",
    ]
    private static func patched(_ start: String) -> [String] {
        ["HEAD blob empty", start, "PATCH upload \(octets) body", "PUT upload?digest \(octets) empty"]
    }
    private static let ociPut = "oci.image.manifest.v1+json body"
    private static let dockerPut = "docker.manifest.v2+json body"

    /// What each client sends for a new image, as it was taken down from the client itself.
    private static let shapes: [(PushFlow, [String])] = [
        (
            .dockerSchema2,
            ["GET base empty"] + docker + ["HEAD blob empty"] + docker + ["PUT manifest/v1 \(dockerPut)"]
        ),
        (
            .ociPatch,
            ["GET base empty", "HEAD blob empty"] + patched("POST uploads empty")
                + patched("POST uploads empty") + ["PUT manifest/v1 \(ociPut)"]
        ),
        (
            .ociTagFirst,
            ["GET base empty", "HEAD manifest/v1 empty"] + patched("POST uploads application/json empty")
                + patched("POST uploads application/json empty") + ["PUT manifest/v1 \(ociPut)"]
        ),
        (
            .ociMonolithic,
            ["HEAD manifest/digest empty"] + whole + whole + ["PUT manifest/v1 \(ociPut)"]
        ),
        (
            .ociSingle,
            ["POST uploads?digest \(octets) body", "POST uploads?digest \(octets) body"]
                + ["PUT manifest/v1 \(ociPut)"]
        ),
        (
            .ociMount,
            [0, 1].flatMap { _ in whole + ["POST uploads?mount&from empty"] }
                + ["HEAD manifest/v1 empty", "PUT manifest/v1 \(ociPut)"]
        ),
        (
            .ociIndex,
            whole + whole + whole + whole
                + [0, 1].flatMap { _ in ["HEAD manifest/digest empty", "PUT manifest/digest \(ociPut)"] }
                + ["HEAD manifest/v1 empty", "PUT manifest/v1 oci.image.index.v1+json body"]
        ),
        (
            .dockerList,
            ["GET base empty"] + docker + ["HEAD blob empty"] + docker + ["HEAD blob empty"] + docker
                + [0, 1].map { _ in "PUT manifest/digest \(dockerPut)" }
                + ["PUT manifest/v1 docker.manifest.list.v2+json body"]
        ),
        (
            .ociArtifact,
            ["HEAD manifest/digest empty"] + whole + whole + ["PUT manifest/v1 \(ociPut)"]
        ),
    ]

    @Test("A flow sends what its client sends, in its order", arguments: shapes)
    func flowIsFaithful(flow: PushFlow, expected: [String]) async throws {
        let requests = try await push(flow)
        #expect(requests.map(shape) == expected)
    }

    @Test func chunkedSaysWhichRangeEachChunkHas() async throws {
        let requests = try await push(.ociChunked)
        let chunks = requests.filter { $0.method == .patch }
        #expect(chunks.first.map(shape) == "PATCH upload application/octet-stream 0-1023 body")
        #expect(chunks.count >= 3)
        for chunk in chunks {
            let bounds = try #require(chunk.headers["Content-Range"]).split(separator: "-").compactMap {
                Int($0)
            }
            #expect(bounds[1] - bounds[0] + 1 == chunk.body?.inMemory.count)
        }
        #expect(requests.last.map(shape) == "PUT manifest/v1 oci.image.manifest.v1+json body")
        #expect(requests.filter { $0.url.digest != nil && $0.body != nil }.isEmpty)
    }

    @Test(
        "A flow says whose manners it has, and who sends it",
        arguments: [
            (PushFlow.dockerSchema2, "docker/", nil as String?), (.ociPatch, "skopeo/", "registry/2.0"),
            (.ociTagFirst, "crane/", nil), (.ociMonolithic, "oras/", nil), (.ociMount, "containerd/", nil),
            (.ociIndex, "buildkit/", nil),
        ])
    func flowHasManners(flow: PushFlow, agent: String, version: String?) async throws {
        for request in try await push(flow) {
            let name = try #require(request.headers["User-Agent"])
            #expect(name.hasPrefix(agent) && name.hasSuffix(" stet-certify"))
            #expect(request.headers["Docker-Distribution-Api-Version"] == version)
        }
    }

    @Test(
        "A client asks for what it accepts",
        arguments: [
            (PushFlow.ociIndex, "application/vnd.oci.image.index.v1+json, */*"),
            (.ociMount, "application/vnd.oci.image.manifest.v1+json, */*"),
            (.ociMonolithic, oras), (.ociArtifact, oras), (.ociTagFirst, crane),
        ])
    func accept(flow: PushFlow, types: String) async throws {
        let looks = try await push(flow).filter { $0.method == .head && $0.route?.isManifest == true }
        #expect(looks.last?.headers["Accept"] == types)
    }

    private static let oras =
        "application/vnd.docker.distribution.manifest.v2+json, "
        + "application/vnd.docker.distribution.manifest.list.v2+json, "
        + "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
        + "application/vnd.oci.artifact.manifest.v1+json"
    private static let crane =
        "application/vnd.docker.distribution.manifest.v1+json,"
        + "application/vnd.docker.distribution.manifest.v1+prettyjws,"
        + "application/vnd.docker.distribution.manifest.v2+json,"
        + "application/vnd.oci.image.manifest.v1+json,"
        + "application/vnd.docker.distribution.manifest.list.v2+json,"
        + "application/vnd.oci.image.index.v1+json"

    /// containerd and BuildKit name the type of a blob that they look for; nobody else does.
    @Test("A blob is looked for as its client does", arguments: PushFlow.allCases)
    func blobAccept(flow: PushFlow) async throws {
        let looks = try await push(flow).filter { $0.method == .head && $0.route?.isManifest == false }
        let isTyped = flow == .ociMount || flow == .ociIndex
        for look in looks { #expect((look.headers["Accept"]?.hasSuffix(", */*") == true) == isTyped) }
    }

    @Test(
        "The image is one that every client can read",
        arguments: PushFlow.allCases.filter { $0 != .ociArtifact && $0 != .ociIndex && $0 != .dockerList })
    func imageIsValid(flow: PushFlow) async throws {
        let requests = try await push(flow)
        let put = try #require(requests.last)
        let type = try MediaType(#require(put.headers["Content-Type"]))
        let manifest = try Manifest(#require(put.body).inMemory, mediaType: type)
        var blobs: [Digest: [UInt8]] = [:]
        var upload: [UInt8] = []
        for request in requests where request.route?.isManifest != true {
            upload += request.body?.inMemory ?? []
            guard let digest = request.url.digest else { continue }
            blobs[digest] = upload
            upload = []
        }
        #expect(Set(blobs.keys) == Set(manifest.children.map(\.digest)))
        for child in manifest.children { #expect(blobs[child.digest]?.count == Int(child.size)) }
        guard case .image(let image) = manifest.content else { return }
        let configBytes = try #require(blobs[image.config.digest])
        let config = try JSONDocument.decode(ImageConfig.self, from: configBytes, noun: "configuration")
        let layer = try #require(blobs[image.layers[0].digest])
        let archive = try #require(Gunzip.stored(layer))
        #expect(config.rootfs.diffIDs == [Digest(of: archive)])
        #expect(String(decoding: archive.prefix(20), as: UTF8.self) == "stet-conformance.txt")
        #expect(archive.count % 512 == 0)
    }

    @Test("An index names what was pushed before it", arguments: [PushFlow.ociIndex, .dockerList])
    func indexIsValid(flow: PushFlow) async throws {
        let puts = try await push(flow).filter(\.isManifestPut)
        let root = try #require(puts.last)
        let type = try MediaType(#require(root.headers["Content-Type"]))
        let index = try Manifest(#require(root.body).inMemory, mediaType: type)
        #expect(index.children.count == 2)
        #expect(
            Set(index.children.map(\.digest))
                == Set(puts.dropLast().map { Digest(of: $0.body?.inMemory ?? []) }))
    }

    @Test func theSameRunPushesTheSameBytesOnEveryMachine() async throws {
        let put = try #require(try await push(.ociMonolithic).last)
        #expect(
            "\(Digest(of: put.body?.inMemory ?? []))"
                == "sha256:49e0b9b9ec97563d37c18ab0e73ff8827c8783f44335439ab7847e95536b27a5")
    }
}

extension RegistryRoute {
    fileprivate var isManifest: Bool {
        if case .manifest = self { return true }
        return false
    }
}

/// Reads gzip of one stored block, by another way than it was written.
enum Gunzip {
    /// - Returns: nil when a length or the checksum is wrong.
    static func stored(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count > 23, Array(bytes.prefix(4)) == [0x1F, 0x8B, 8, 0], bytes[10] == 1 else {
            return nil
        }
        let length = Int(bytes[11]) | Int(bytes[12]) << 8
        guard bytes.count == 15 + length + 8, bytes[13] == ~bytes[11], bytes[14] == ~bytes[12] else {
            return nil
        }
        let content = Array(bytes[15..<15 + length])
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in content {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
        }
        let trailer = [~crc, UInt32(length)].flatMap { word in (0..<4).map { UInt8(word >> ($0 * 8) & 0xFF) }
        }
        return trailer == Array(bytes.suffix(8)) ? content : nil
    }
}
