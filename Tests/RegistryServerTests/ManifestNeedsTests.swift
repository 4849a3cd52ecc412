// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Testing

@Suite struct ManifestNeedsTests {
    /// Stores a child, an index of it, and an index of that, and deletes the child; no policy forbids it.
    private func hollow(
        _ registry: TestRegistry
    ) async throws -> (
        child: TestManifest, inner: TestManifest, outer: TestManifest
    ) {
        let child = try await registry.image("child", in: "r")
        let inner = TestManifest.index([try child.descriptor])
        let outer = TestManifest.index([try inner.descriptor])
        for manifest in [child, inner, outer] {
            #expect(try await registry.push(manifest, to: "r", as: "\(manifest.digest)").status == 201)
        }
        #expect(try await registry.send(.delete, "/v2/r/manifests/\(child.digest)").status == 202)
        return (child, inner, outer)
    }

    @Test func aTagIsNotGivenToAnIndexWhoseChildIsGone() async throws {
        try await withTestRegistry { registry in
            let (child, inner, outer) = try await hollow(registry)
            try await registry.setPolicy(#"{"scope": "registry"}"#)
            for index in [inner, outer] {
                for (reference, query) in [("v1", ""), ("\(index.digest)", "?tag=v1")] {
                    let response = try await registry.push(index, to: "r", as: reference, query: query)
                    #expect(response.status == 404)
                    #expect(response.code == "MANIFEST_BLOB_UNKNOWN")
                    #expect(response.error?.detail?["digest"]?.string == child.digest.description)
                }
            }
            #expect(try await registry.resolve("v1", in: "r") == nil)
            for (manifest, reference) in [(child, "\(child.digest)"), (inner, "v1"), (outer, "v2")] {
                #expect(try await registry.push(manifest, to: "r", as: reference).status == 201)
            }
            let deletion = try await registry.send(.delete, "/v2/r/manifests/\(child.digest)")
            #expect(deletion.status == 409)
        }
    }

    @Test func aStandingTagIsDecidedOnBeforeWhatIsGone() async throws {
        try await withTestRegistry { registry in
            let hollow = try await hollow(registry)
            let image = try await registry.image("other", in: "r")
            #expect(try await registry.push(image, to: "r", as: "v1").status == 201)
            try await registry.setPolicy(#"{"scope": "registry"}"#)
            #expect(try await registry.push(hollow.outer, to: "r", as: "v1").status == 409)
            let wrong = TestManifest.index([
                Descriptor(mediaType: .ociManifest, digest: image.digest, size: 1)
            ])
            #expect(try await registry.push(wrong, to: "r", as: "v1").status == 409)
        }
    }

    @Test(arguments: [-1, 1]) func aDescriptorHasTheSizeOfItsContent(difference: Int64) async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("x", in: "r")
            #expect(try await registry.push(image, to: "r", as: "\(image.digest)").status == 201)
            var child = try image.descriptor
            child.size += difference
            let blob = Array("hello".utf8)
            try await registry.push(blob: blob, to: "r")
            var wrong = Descriptor(mediaType: .ociConfig, of: blob)
            let right = wrong
            wrong.size += difference
            let rows = [
                (TestManifest.index([try image.descriptor, child]), child),
                (.image(config: wrong), wrong), (.image(config: right, layers: [right, wrong]), wrong),
                (.index([wrong]), wrong),
            ]
            for (manifest, descriptor) in rows {
                let response = try await registry.push(manifest, to: "r", as: "v1")
                #expect(response.status == 400)
                #expect(response.code == "MANIFEST_INVALID")
                #expect(response.text.contains("\(descriptor.digest) says \(descriptor.size) bytes"))
                #expect(try await registry.resolve("\(manifest.digest)", in: "r") == nil)
            }
        }
    }

    @Test func aManifestIsJSONThatEveryoneReadsAlike() async throws {
        try await withTestRegistry { registry in
            let image = try await registry.image("x", in: "r")
            let text = String(decoding: image.bytes, as: UTF8.self)
            let rows = [
                [0xEF, 0xBB, 0xBF] + image.bytes,
                text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] },
                Array((text.dropLast() + #","layers":[]}"#).utf8),
                Array((text.dropLast() + #","annotations":{"a":"1","a":"2"}}"#).utf8),
            ]
            for bytes in rows {
                var manifest = image
                manifest.bytes = bytes
                let response = try await registry.push(manifest, to: "r", as: "v1")
                #expect(response.status == 400)
                #expect(response.code == "MANIFEST_INVALID")
            }
        }
    }

    @Test func anIndexMayNameVeryMuch() async throws {
        try await withTestRegistry { registry in
            let blob = try await registry.push(blob: [7], to: "r")
            let foreign = (0..<3_000).map {
                Descriptor(mediaType: .dockerForeignLayer, of: Array("\($0)".utf8))
            }
            let last = Descriptor(mediaType: .ociLayer, digest: blob, size: 1)
            let large = TestManifest.index(foreign + [last])
            let pushed = try await registry.push(large, to: "r", as: "v1")
            #expect(pushed.status == 201)
            #expect(try await registry.send(.delete, "/v2/r/blobs/\(blob)").status == 409)
            let missing = Descriptor(mediaType: .ociLayer, of: [9])
            let lacking = try await registry.push(.index(foreign + [missing]), to: "r", as: "v2")
            #expect(lacking.error?.detail?["digest"]?.string == missing.digest.description)
        }
    }
}
