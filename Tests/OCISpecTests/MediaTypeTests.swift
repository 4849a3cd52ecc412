// SPDX-License-Identifier: Apache-2.0

import OCISpec
import Testing

@Suite struct MediaTypeTests {
    private static let oci = "application/vnd.oci.image."
    private static let docker = "application/vnd.docker."

    @Test(arguments: [
        ("\(oci)manifest.v1+json", MediaType.ociManifest),
        ("\(oci)index.v1+json", .ociIndex),
        ("\(oci)config.v1+json", .ociConfig),
        ("\(oci)layer.v1.tar", .ociLayer),
        ("\(oci)layer.v1.tar+gzip", .ociLayerGzip),
        ("\(oci)layer.v1.tar+zstd", .ociLayerZstd),
        ("\(oci)layer.nondistributable.v1.tar", .ociNondistributableLayer),
        ("\(oci)layer.nondistributable.v1.tar+gzip", .ociNondistributableLayerGzip),
        ("\(oci)layer.nondistributable.v1.tar+zstd", .ociNondistributableLayerZstd),
        ("application/vnd.oci.empty.v1+json", .ociEmptyJSON),
        ("\(docker)distribution.manifest.v2+json", .dockerManifest),
        ("\(docker)distribution.manifest.list.v2+json", .dockerManifestList),
        ("\(docker)container.image.v1+json", .dockerConfig),
        ("\(docker)image.rootfs.diff.tar", .dockerLayer),
        ("\(docker)image.rootfs.diff.tar.gzip", .dockerLayerGzip),
        ("\(docker)image.rootfs.diff.tar.zstd", .dockerLayerZstd),
        ("\(docker)image.rootfs.foreign.diff.tar", .dockerForeignLayer),
        ("\(docker)image.rootfs.foreign.diff.tar.gzip", .dockerForeignLayerGzip),
    ])
    func theSpecificationsTypesAreKnown(_ text: String, _ known: MediaType) throws {
        #expect(try MediaType(text) == known)
        #expect(try MediaType("\(text.uppercased()); charset=utf-8") == known)
        let isForeign = text.contains("foreign") || text.contains("nondistributable")
        #expect(known.isNondistributableLayer == isForeign)
        #expect(known.isManifest == text.contains(/manifest|index/))
    }

    @Test(arguments: [
        ("application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.manifest.v1+json"),
        ("application/json; charset=utf-8", "application/json"),  // parameters are dropped
        ("Application/JSON", "application/json"),  // letters are lowered
        (" text/plain ", "text/plain"),
    ])
    func aTypeIsReadWithoutItsParameters(text: String, essence: String) throws {
        #expect(try MediaType(text).rawValue == essence)
    }

    @Test(arguments: [
        "", "json", "a/", "/b", "a/b/c", "a b/c\u{1}", "+x/y", "a/" + String(repeating: "x", count: 128),
    ])
    func aTextOutsideTheGrammarIsRefused(text: String) {
        #expect(throws: InvalidValue.self) { try MediaType(text) }
    }

    @Test func manifestsOfBothFamiliesAreTold() {
        #expect(MediaType.dockerManifest.isImageManifest && MediaType.ociManifest.isImageManifest)
        #expect(MediaType.dockerManifestList.isIndex && MediaType.ociIndex.isIndex)
        #expect(!MediaType.ociConfig.isManifest && !MediaType.ociLayerGzip.isManifest)
        #expect(MediaType.dockerForeignLayerGzip.isNondistributableLayer)
    }

    @Test func theEmptyContentIsTheOneOfTheSpecification() {
        let empty = Descriptor.emptyJSON
        #expect(
            "\(empty.digest)" == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        #expect(empty.size == 2)
        #expect(empty.mediaType == .ociEmptyJSON)
        #expect(empty.data == "e30=")
    }
}
