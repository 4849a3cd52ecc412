// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import Testing

/// A build and a collection of garbage in one store.
@Suite struct StoreLeaseTests {
    /// Collects garbage between the fetch of a base image and its use.
    private struct Collecting: BaseImages {
        let fixture: BuildFixture

        func fetch(
            _ reference: Reference, platform: Platform, _ settings: CopySettings
        ) async throws -> Descriptor {
            let image = try await fixture.fetch(reference, platform: platform, settings)
            await #expect(throws: ImageStoreError.inUse(fixture.store.folder)) {
                try await fixture.store.collectGarbage()
            }
            return image
        }
    }

    @Test func whatARunningBuildUsesIsNotCollected() async throws {
        let fixture = try BuildFixture().file("x", "X")
        try await fixture.addImage("base", layers: [[LayerEntry.file("y", "Y")]])
        var request = BuildRequest(context: fixture.context, platform: .host)
        request.dockerfile = .text("FROM base\nCOPY x /", name: "Dockerfile")
        request.tags = [try Reference("app:1")]
        let builder = ImageBuilder(store: fixture.store, bases: Collecting(fixture: fixture))
        let image = try await builder.build(request)
        let collected = try await fixture.store.collectGarbage()
        // The base's manifest and configuration; its layer is the image's too.
        #expect(collected.contents == 2)
        #expect(try await fixture.store.check().isEmpty)
        #expect(fixture.store.has(image.manifest))
        #expect(try await fixture.manifest(image).layers.count == 2)
    }
}
