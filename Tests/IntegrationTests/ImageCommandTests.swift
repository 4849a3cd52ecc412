// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// `stet copy`, `inspect`, `tags` and `delete`.
@Suite struct ImageCommandTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    private func json(_ result: ProgramResult) throws -> JSONValue {
        try JSONDocument.decode(JSONValue.self, from: Array(result.output.utf8), noun: "output")
    }

    @Test func anImageTravelsBetweenRegistriesAndStaysTheSame() async throws {
        let (stet, folder) = (stet, folder)
        let context = try folder.makeContext()
        #expect(try await stet("build", "-t", "r.io/app:1", context.string).status == 0)
        try await Peers.withDockerRegistry(in: folder.path) { first in
            let push = try await stet("push", "store:r.io/app:1", "\(first)/team/app:1", "--format", "json")
            #expect(push.status == 0, "\(push)")
            let digest = try #require(try json(push)["root"]?["digest"]?.string)
            #expect(try json(push)["outcome"] == .string("published"))
            try await Peers.withStetServe(in: folder.path) { second in
                for outcome in ["published", "already published"] {
                    let copy = try await stet(
                        "copy", "\(first)/team/app:1", "docker://\(second)/copy/app:1", "--format", "json")
                    #expect(copy.status == 0, "\(copy)")
                    #expect(try json(copy)["outcome"] == .string(outcome))
                    #expect(try json(copy)["root"]?["digest"] == .string(digest))
                }
                let inspect = try await stet("inspect", "\(second)/copy/app:1", "--format", "json")
                #expect(try json(inspect)["digest"] == .string(digest))
                #expect(try json(inspect)["config"]?["User"] == .string("1000:1000"))
                let raw = try await stet("inspect", "--raw", "\(second)/copy/app:1")
                #expect("\(Digest(of: Array(raw.output.utf8)))" == digest)
                let config = try await stet("inspect", "--config", "\(second)/copy/app:1")
                let theirs = try await Program("skopeo")(
                    "inspect", "--config", "--raw", "--tls-verify=false", "docker://\(second)/copy/app:1")
                #expect(config.output == theirs.output, "\(config) \(theirs)")
                let refused = try await stet("delete", "\(second)/copy/app:1")
                #expect(refused.status == 1 && refused.errors.contains("cannot be deleted"), "\(refused)")
                let stands = try await stet("inspect", "\(second)/copy/app:1")
                #expect(stands.output.contains(digest) && stands.output.contains("Label:"), "\(stands)")
            }
        }
    }

    @Test func aDigestNamesOneImageOnly() async throws {
        let (stet, folder) = (stet, folder)
        let context = try folder.makeContext()
        #expect(try await stet("build", "-t", "r.io/app:1", context.string).status == 0)
        try await Peers.withStetServe(in: folder.path) { registry in
            let other = "sha256:" + String(repeating: "a", count: 64)
            let push = try await stet("push", "store:r.io/app:1", "\(registry)/app@\(other)")
            #expect(push.status == 2 && push.errors.contains(other), "\(push)")
            #expect(try await stet("tags", "\(registry)/app").status == 1, "nothing was sent")
        }
    }

    @Test func tagsAreListedAndDeleted() async throws {
        let (stet, folder) = (stet, folder)
        let context = try folder.makeContext()
        #expect(try await stet("build", "-t", "r.io/app:1", context.string).status == 0)
        try await Peers.withStetServe(in: folder.path, writeOnce: false) { registry in
            for tag in ["b", "a", "c"] {
                #expect(try await stet("push", "store:r.io/app:1", "\(registry)/app:\(tag)").status == 0)
            }
            #expect(try await stet("tags", "\(registry)/app").output == "a\nb\nc\n")
            #expect(try await stet("delete", "\(registry)/app").status == 2, "a tag must be named")
            #expect(try await stet("delete", "\(registry)/app:b").status == 0)
            let tags = try await stet("tags", "\(registry)/app", "--format", "json")
            #expect(try json(tags)["tags"] == .array([.string("a"), .string("c")]))
            let gone = try await stet("delete", "\(registry)/app:a", "--format", "json")
            #expect(gone.errors.isEmpty, "\(gone)")
            #expect(try json(gone)["deleted"] == .string("\(registry)/app:a"))
            let missing = try await stet("tags", "\(registry)/nothing")
            #expect(missing.status == 1 && missing.errors.contains("404"), "\(missing)")
        }
    }
}
