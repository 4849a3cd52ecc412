// SPDX-License-Identifier: Apache-2.0

import OCISpec
import SystemPackage
import Testing

/// Images that are pushed without a tag, and files of several platforms in one place.
@Suite struct BuildDigestPushTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try folder.write("FROM scratch\nARG TARGETARCH\nCOPY one /one-$TARGETARCH\n", "context/Dockerfile")
        try folder.write("1", "context/one")
    }

    private var stet: Program { .stet(home: folder.path.appending("home")) }
    private var context: String { folder.path.appending("context").string }

    @Test(arguments: [
        ["-t", "REPOSITORY", "-o", "type=image,push-by-digest=true,name-canonical=true,push=true"],
        ["-o", "type=registry,name=REPOSITORY,push-by-digest=true,name-canonical=true"],
        ["-o", "type=image,name=REPOSITORY,push-by-digest=true,name-canonical=true", "--push"],
    ])
    func theDigestIsAllThatNamesTheImage(arguments: [String]) async throws {
        let (stet, context, folder) = (stet, context, folder)
        try await Peers.withStetServe(in: folder.path) { address in
            let metadata = folder.path.appending("metadata").string
            let named = arguments.map { $0.replacing("REPOSITORY", with: "\(address)/team/app") }
            let built = try await stet.run(
                ["build", "--platform", "linux/amd64,linux/arm64", "--metadata-file", metadata] + named + [
                    context
                ])
            #expect(built.status == 0, "\(built)")
            let digest = String(built.output.prefix { $0 != "\n" })
            #expect(built.errors.contains("published \(address)/team/app@\(digest)"), "\(built)")
            let seen = try await stet("inspect", "--raw", "\(address)/team/app@\(digest)")
            #expect(seen.status == 0, "\(seen)")
            let tags = try await stet("tags", "\(address)/team/app")
            #expect(tags.output.isEmpty, "\(tags)")
            let said = try JSONDocument.decode(
                JSONValue.self, from: Array(folder.text("metadata").utf8), noun: "metadata")
            #expect(said["image.name"] == .string("\(address)/team/app"))
            #expect(said["containerimage.digest"] == .string(digest))
            #expect(
                said["containerimage.descriptor"]?["mediaType"]
                    == .string("application/vnd.oci.image.index.v1+json"))
            let list = try await stet("store", "list", "--format", "json")
            #expect(list.output.contains("\(address)/team/app@\(digest)"), "\(list)")
            #expect(!list.output.contains(":latest"), "\(list)")
        }
    }

    @Test func platformsShareAFolderWhereTheirFilesDiffer() async throws {
        let out = folder.path.appending("out").string
        let arguments = [
            "build", "--platform", "linux/amd64,linux/arm64", "-o",
            "type=local,dest=\(out),platform-split=false",
        ]
        let built = try await stet.run(arguments + [context])
        #expect(built.status == 0, "\(built)")
        #expect(try folder.text("out/one-amd64") == "1" && folder.text("out/one-arm64") == "1")
        try folder.write("FROM scratch\nCOPY one /\n", "context/Dockerfile")
        let refused = try await stet.run(arguments + [context])
        #expect(refused.status == 1, "\(refused)")
        #expect(
            refused.errors.contains("/one of linux/arm64 would overwrite that of linux/amd64"), "\(refused)")
    }
}
