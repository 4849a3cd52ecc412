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
        #expect(result.scenarios[0].verdict == .passed)
        return Array(recorder.requests.dropFirst(FlowTests.probeRequests))
    }

    /// `PATCH upload chunked`: what tells one client from another.
    private func shape(_ request: HTTPRequest) -> String {
        var words = [request.method.rawValue]
        switch request.route {
        case .base: words.append("base")
        case .blob: words.append("blob")
        case .uploads: words.append("uploads")
        case .upload: words.append(request.url.digest == nil ? "upload" : "upload?digest")
        case .manifest(_, .digest): words.append("manifest/digest")
        case .manifest(_, .tag(let tag)): words.append("manifest/\(tag)")
        default: words.append("?")
        }
        if request.framing == .chunked { words.append("chunked") }
        for name in ["Content-Type", "Content-Range"] {
            if let value = request.headers[name] { words.append(value) }
        }
        words.append(request.body == nil ? "empty" : "body")
        return words.joined(separator: " ")
    }

    @Test func dockerStreamsAPatchWithoutTypeAndRange() async throws {
        let blob = [
            "HEAD blob empty", "POST uploads empty", "PATCH upload chunked body", "PUT upload?digest empty",
            "HEAD blob empty",
        ]
        let manifest = "PUT manifest/v1 \(MediaType.dockerManifest) body"
        #expect(try await push(.dockerSchema2).map(shape) == ["GET base empty"] + blob + blob + [manifest])
    }

    @Test func monolithicSendsTheBlobWithItsDigest() async throws {
        let blob = [
            "HEAD blob empty", "POST uploads empty", "PUT upload?digest application/octet-stream body",
        ]
        let manifest = "PUT manifest/v1 \(MediaType.ociManifest) body"
        #expect(
            try await push(.ociMonolithic).map(shape) == ["HEAD manifest/digest empty"] + blob + blob + [
                manifest
            ])
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
        #expect(requests.last.map(shape) == "PUT manifest/v1 \(MediaType.ociManifest) body")
        #expect(requests.filter { $0.url.digest != nil && $0.body != nil }.isEmpty)
    }

    @Test("The image is one that every client can read", arguments: [PushFlow.dockerSchema2, .ociMonolithic])
    func imageIsValid(flow: PushFlow) async throws {
        let requests = try await push(flow)
        let put = try #require(requests.last)
        let type = try MediaType(#require(put.headers["Content-Type"]))
        let manifest = try Manifest(#require(put.body).inMemory, mediaType: type)
        let blobs = requests.filter { $0.method != .get && !$0.isManifestPut }.compactMap {
            $0.body?.inMemory
        }
        #expect(Set(blobs.map { Digest(of: $0) }) == Set(manifest.children.map(\.digest)))
        #expect(Set(blobs.map { Int64($0.count) }) == Set(manifest.children.map(\.size)))
        guard case .image(let image) = manifest.content else { return }
        let configBytes = try #require(blobs.first { Digest(of: $0) == image.config.digest })
        let config = try JSONDocument.decode(ImageConfig.self, from: configBytes, noun: "configuration")
        let layer = try #require(blobs.first { Digest(of: $0) == image.layers[0].digest })
        let archive = try #require(Gunzip.stored(layer))
        #expect(config.rootfs.diffIDs == [Digest(of: archive)])
        #expect(String(decoding: archive.prefix(20), as: UTF8.self) == "stet-conformance.txt")
        #expect(archive.count % 512 == 0)
    }

    @Test func theSameRunPushesTheSameBytesOnEveryMachine() async throws {
        let put = try #require(try await push(.ociMonolithic).last)
        #expect(
            "\(Digest(of: put.body?.inMemory ?? []))"
                == "sha256:49e0b9b9ec97563d37c18ab0e73ff8827c8783f44335439ab7847e95536b27a5")
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
