// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// Images between us and crane, which checks what it reads down to the last byte.
@Suite(.needs(.crane)) struct CraneTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var stet: Program { .stet(home: folder.path) }

    private static func crane(_ verb: String, _ arguments: String...) async throws -> ProgramResult {
        try await Program(.crane).run(
            verb.split(separator: " ").map(String.init) + ["--insecure"] + arguments)
    }

    /// Pushes the context's image, for one platform or two.
    private static func publish(
        _ reference: String, from context: FilePath, platforms: String = "linux/amd64", by stet: Program
    ) async throws -> String {
        let built = try await stet(
            "build", "--quiet", "-t", reference, "--platform", platforms, "--push", context.string)
        try #require(built.status == 0, "\(built)")
        return built.output
    }

    @Test func craneFindsNothingWrongWithWhatWePush() async throws {
        let (folder, stet) = (folder, stet)
        let context = try folder.makeContext()
        try await Peers.withStetServe(in: folder.path) { registry in
            for (name, platforms) in [("one", "linux/amd64"), ("two", "linux/amd64,linux/arm64")] {
                let reference = "\(registry)/team/\(name):1"
                let digest = try await Self.publish(
                    reference, from: context, platforms: platforms, by: stet)
                let checked = try await Self.crane("validate", "--remote", reference)
                #expect(checked.status == 0 && checked.output + checked.errors == "PASS: \(reference)\n")
                #expect(try await Self.crane("digest", reference).output == digest)
                let layout = folder.path.appending(name).string
                #expect(try await Self.crane("pull", "--format=oci", reference, layout).status == 0)
                // What crane has written, we read.
                let copied = try await stet("copy", "--all", "oci:\(layout)", "oci:\(layout)-copy:1")
                #expect(copied.status == 0 && copied.output == digest, "\(copied)")
            }
        }
    }

    @Test func whatCranePushesWePull() async throws {
        let (folder, stet) = (folder, stet)
        try folder.write("hello\n", "root/etc/greeting")
        let layer = folder.path.appending("layer.tar").string
        let packed = try await Program("tar")("-cf", layer, "-C", folder.path.appending("root").string, "etc")
        try #require(packed.status == 0)
        try await Peers.withDockerRegistry(in: folder.path) { registry in
            let appended = try await Self.crane("append", "-f", layer, "-t", "\(registry)/app:1")
            #expect(appended.status == 0, "\(appended)")
            let pulled = try await stet("pull", "\(registry)/app:1", "oci:\(folder.path)/app:1")
            #expect(pulled.status == 0, "\(pulled)")
            #expect(try await Self.crane("digest", "\(registry)/app:1").output == pulled.output)
            // The archive of another tool, by crane, as a base of ours.
            let archive = folder.path.appending("app.tar").string
            let named = try await Self.crane(
                "mutate", "--set-platform", "linux/amd64", "-t", "\(registry)/app:1", "\(registry)/app:1")
            #expect(named.status == 0, "\(named)")
            #expect(try await Self.crane("pull", "\(registry)/app:1", archive).status == 0)
            #expect(try await Self.crane("push", archive, "\(registry)/app:2").status == 0)
            try folder.write("FROM \(registry)/app:2\nCOPY new /etc/\n", "context/Dockerfile")
            try folder.write("new\n", "context/new")
            let digest = try await Self.publish(
                "\(registry)/app:3", from: folder.path.appending("context"), by: stet)
            #expect(try await Self.crane("digest", "\(registry)/app:3").output == digest)
            let exported = try await Self.crane("export", "\(registry)/app:3", "\(folder.path)/root.tar")
            #expect(exported.status == 0, "\(exported)")
        }
        let files = try await Program("tar")("-tf", "\(folder.path)/root.tar")
        #expect(Set(files.output.split(separator: "\n")).isSuperset(of: ["etc/greeting", "etc/new"]))
    }

    /// crane looks at a tag before it pushes, and sends nothing where it finds its own digest.
    @Test func copiesTagsAndDeletesAreRefusedAsPushesAre() async throws {
        let (folder, stet) = (folder, stet)
        let first = try folder.makeContext("first")
        try await Peers.withStetServe(in: folder.path) { registry in
            _ = try await Self.publish("\(registry)/app:1", from: first, by: stet)
            _ = try await Self.publish("\(registry)/app:2", from: folder.makeContext("second"), by: stet)
            let (one, two, copy) = ("\(registry)/app:1", "\(registry)/app:2", "\(registry)/copy:1")
            let mounted = try await Self.crane("copy", one, copy)
            #expect(mounted.status == 0 && mounted.errors.contains("mounted blob"), "\(mounted)")
            let same = try await Self.crane("copy", one, copy)
            #expect(same.status == 0 && same.errors.contains("existing manifest"), "\(same)")
            for (arguments, tag) in [
                (["copy", two, copy], "copy:1 already exists"),
                (["tag", one, "2"], "app:2 already exists"),
                (["mutate", "--label", "a=b", "-t", one, one], "app:1 already exists"),
                (["index append", "-m", one, "-t", copy], "copy:1 already exists"),
                (["delete", one], "app:1 cannot be deleted"),
            ] {
                let words = arguments[0].split(separator: " ").map(String.init) + ["--insecure"]
                let refused = try await Program(.crane).run(words + arguments.dropFirst())
                #expect(refused.status == 1, "\(arguments): \(refused)")
                #expect(refused.errors.contains("DENIED: immutable tag: \(tag)"), "\(refused)")
            }
            #expect(try await Self.crane("digest", one).output != Self.crane("digest", two).output)
            #expect(try await Self.crane("ls", "\(registry)/app").output == "1\n2\n")
        }
    }

    /// `identical-push allow` is for clients like crane's `tag`, which sends what stands there without a look.
    @Test func theSameDigestIsTakenAgainWherePoliciesAllowIt() async throws {
        let (folder, stet) = (folder, stet)
        let context = try folder.makeContext()
        let data = folder.path.appending("stet-serve").string
        try await Peers.withStetServe(in: folder.path) { registry in
            let digest = try await Self.publish("\(registry)/app:1", from: context, by: stet)
            #expect(try await Self.crane("tag", "\(registry)/app:1", "2").status == 0)
            #expect(try await Self.crane("tag", "\(registry)/app:1", "2").status == 1)
            let changed = try await stet(
                "policy", "set", "registry", "--identical-push", "allow", "--server", "http://\(registry)",
                "--data", data)
            #expect(changed.status == 0, "\(changed)")
            let again = try await Self.crane("tag", "\(registry)/app:1", "2")
            #expect(again.status == 0, "\(again)")
            _ = try await Self.publish("\(registry)/app:3", from: folder.makeContext("other"), by: stet)
            let other = try await Self.crane("tag", "\(registry)/app:3", "2")
            #expect(other.status == 1 && other.errors.contains("app:2 already exists"), "\(other)")
            #expect(try await Self.crane("digest", "\(registry)/app:2").output == digest)
        }
    }
}
