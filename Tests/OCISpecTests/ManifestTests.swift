// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Testing

@Suite struct ManifestTests {
    static let config = Descriptor(mediaType: .ociConfig, of: Array("{}".utf8))
    static let layer = Descriptor(mediaType: .ociLayerGzip, of: [1, 2, 3])

    @Test func theBytesStayAsTheyCame() throws {
        let text = """
            { "schemaVersion": 2,  "unknown": true,
              "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                         "digest": "\(ManifestTests.config.digest)", "size": 2},
              "layers": [] }
            """
        let manifest = try Manifest(Array(text.utf8), mediaType: .ociManifest)
        #expect(manifest.bytes == Array(text.utf8))
        #expect(manifest.descriptor.digest == Digest(of: Array(text.utf8)))
        #expect(manifest.children == [ManifestTests.config])
    }

    @Test func ourOwnManifestIsReadBackEqual() throws {
        var image = ImageManifest(config: ManifestTests.config, layers: [ManifestTests.layer])
        image.annotations = ["b": "2", "a": "1"]
        let manifest = try Manifest(.image(image))
        let again = try Manifest(manifest.bytes, mediaType: .ociManifest)
        #expect(again == manifest)
        #expect(manifest.artifactType == .ociConfig)
    }

    @Test func anIndexFindsTheManifestOfAPlatform() throws {
        var amd = ManifestTests.layer
        amd.mediaType = .ociManifest
        var arm = amd
        amd.platform = Platform(os: "linux", architecture: "amd64")
        arm.platform = Platform(os: "linux", architecture: "arm64", variant: "v8")
        let index = ImageIndex(manifests: [amd, arm])
        #expect(try index.manifest(for: Platform("linux/arm64")) == arm)
        #expect(try index.manifest(for: Platform("linux/s390x")) == nil)
    }

    @Test(arguments: [
        ("linux/arm/v7", "v7"), ("linux/arm/v8", "v7"), ("linux/arm/v6", "v6"), ("linux/arm/v5", nil),
    ])
    func ofSeveralThatRunTheNewestIsTaken(machine: String, variant: String?) throws {
        let manifests = ["v6", "v7"].map { variant in
            var arm = ManifestTests.layer
            arm.mediaType = .ociManifest
            arm.platform = Platform(os: "linux", architecture: "arm", variant: variant)
            return arm
        }
        let chosen = try ImageIndex(manifests: manifests).manifest(for: Platform(machine))
        #expect(chosen?.platform?.variant == variant)
    }

    @Test func aManifestIsNamedByTheDigestOfEitherAlgorithm() throws {
        let image = try Manifest(.image(ImageManifest(config: ManifestTests.config, layers: [])))
        for algorithm in DigestAlgorithm.allCases {
            #expect(image.isNamed(by: Digest(of: image.bytes, algorithm: algorithm)))
            #expect(!image.isNamed(by: Digest(of: [1], algorithm: algorithm)))
        }
        #expect(try !image.isNamed(by: Digest("blake3:1234")))
    }

    @Test func dockersOldSchemaIsSaidToBeOld() throws {
        let type = try MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws")
        #expect { try Manifest(Array("{}".utf8), mediaType: type) } throws: { "\($0)".contains("schema 1") }
    }

    @Test(arguments: [
        ("", MediaType.ociManifest),
        ("[]", .ociManifest),
        ("{}", .ociManifest),  // no config
        (#"{"schemaVersion": 1, "manifests": []}"#, .ociIndex),
        (
            #"{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "manifests": []}"#,
            .ociIndex
        ),
        (
            #"{"schemaVersion": 2, "manifests": [{"mediaType": "a/b", "digest": "sha256:12", "size": 1}]}"#,
            .ociIndex
        ),
        (#"{"schemaVersion": 2, "manifests": []}"#, .octetStream),
        (
            #"{"schemaVersion": 2, "manifests": [{"mediaType": "a/b", "digest": "x:1", "size": -1}]}"#,
            .ociIndex
        ),
    ])
    func whatIsNoManifestOfItsTypeIsRefused(text: String, mediaType: MediaType) {
        #expect(throws: InvalidValue.self) { try Manifest(Array(text.utf8), mediaType: mediaType) }
    }

    @Test func theErrorSaysWhichMemberIsWrong() {
        let text =
            #"{"schemaVersion": 2, "manifests": [{"mediaType": "a/b", "digest": "sha256:12", "size": 1}]}"#
        #expect {
            try Manifest(Array(text.utf8), mediaType: .ociIndex)
        } throws: { error in
            "\(error)".contains("digest")
        }
    }
}

@Suite struct ImageConfigTests {
    static let text = #"""
        {"architecture":"amd64","config":{"Cmd":["sh"],"Env":["A=1"],"ExposedPorts":{"80/tcp":{}},
        "Labels":{"a":"b"},"NetworkDisabled":true,"Volumes":{"/data":{}}},"created":"2026-01-01T00:00:00Z",
        "history":[{"created_by":"x","empty_layer":true,"vendor":{"id":7}}],"moby.buildkit.cache":{"deep":[1,2.5,null,"s",false]},
        "os":"linux","os.version":"10","rootfs":{"diff_ids":[],"type":"layers"}}
        """#

    @Test func unknownMembersSurviveDecodingAndEncoding() throws {
        let config = try JSONDocument.decode(
            ImageConfig.self, from: Array(ImageConfigTests.text.utf8), noun: "config")
        #expect(config.platform.osVersion == "10")
        #expect(config.config?.exposedPorts == ["80/tcp"])
        #expect(config.config?.unknown == ["NetworkDisabled": .bool(true)])
        let encoded = String(decoding: try JSONDocument.encode(config), as: UTF8.self)
        #expect(encoded == ImageConfigTests.text.split(separator: "\n").joined())
    }

    @Test func aConfigurationWithoutItsLayersIsRefused() {
        let text = Array(#"{"os":"linux","architecture":"amd64"}"#.utf8)
        #expect(throws: InvalidValue.self) {
            try JSONDocument.decode(ImageConfig.self, from: text, noun: "configuration")
        }
    }

    @Test func whatIsNoJSONIsQuotedInOneLine() throws {
        #expect {
            _ = try JSONDocument.decode([String].self, from: Array("{\n\u{1B}[31m\u{0}".utf8), noun: "index")
        } throws: { error in
            "\(error)".hasPrefix("invalid index") && !"\(error)".unicodeScalars.contains { $0.value < 0x20 }
        }
    }
}
