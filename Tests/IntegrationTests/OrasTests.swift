// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import Testing

/// Artifacts and what refers to them, between us, ORAS and docker-registry.
@Suite(.needs(.oras)) struct OrasTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try folder.write("one\n", "files/one.txt")
        try folder.write("two\n", "files/deep/two.txt")
        try folder.write(#"{"bom":1}"#, "files/bom.json")
    }

    private var stet: Program { .stet(home: folder.path) }

    /// `oras VERB --plain-http …` in the folder of the files, which it names as they are written.
    private static func oras(
        _ verb: String, _ arguments: String..., in folder: FilePath
    ) async throws -> ProgramResult {
        var bash = Program("bash")
        bash.environment = ["HOME": folder.string]
        let script = #"cd "$1" && shift && exec "$@""#
        let words = ["-c", script, "oras", folder.appending("files").string, NewerPeer.oras.path.string]
        return try await bash.run(
            words + verb.split(separator: " ").map(String.init) + ["--plain-http"] + arguments)
    }

    /// The types of what refers to an artifact.
    private static func discover(_ reference: String, in folder: FilePath) async throws -> [String] {
        let found = try await oras("discover", "--format", "json", reference, in: folder)
        let tree = try JSONDocument.decode(
            JSONValue.self, from: Array(found.output.utf8), noun: "tree of referrers")
        return (tree["referrers"]?.array ?? []).compactMap { $0["artifactType"]?.string }.sorted()
    }

    /// An artifact with the empty configuration goes through us from one registry to another.
    @Test func anArtifactComesOutAsItWentIn() async throws {
        let (folder, stet) = (folder.path, stet)
        try await Peers.withStetServe(in: folder) { ours in
            try await Peers.withDockerRegistry(in: folder) { theirs in
                let pushed = try await Self.oras(
                    "push", "\(ours)/art:1", "one.txt:text/plain", "deep", in: folder)
                try #require(pushed.status == 0, "\(pushed)")
                let pulled = try await stet("pull", "\(ours)/art:1", "oci:\(folder)/layout:1")
                #expect(pulled.status == 0, "\(pulled)")
                #expect(pushed.output.contains("Digest: \(pulled.output)"), "\(pushed)")
                let sent = try await stet("push", "oci:\(folder)/layout:1", "\(theirs)/art:1")
                #expect(sent.status == 0 && sent.output == pulled.output, "\(sent)")
                let back = try await Self.oras(
                    "pull", "\(theirs)/art:1", "--output", "\(folder)/back", in: folder)
                #expect(back.status == 0, "\(back)")
            }
        }
        let same = try await Program("diff")("-r", "\(folder)/files/deep", "\(folder)/back/deep")
        #expect(same.status == 0, "\(same)")
        #expect(try WholeFile.read(folder.pushing("back/one.txt")) == Array("one\n".utf8))
    }

    /// A policy for every tag leaves room for what refers to an image: it is pushed by its digest, where the registry
    /// lists referrers.
    @Test func whatIsAttachedToAStandingTagIsFoundAndCopied() async throws {
        let folder = folder.path
        try await Peers.withStetServe(in: folder) { ours in
            let reference = "\(ours)/art:1"
            try #require(try await Self.oras("push", reference, "one.txt", in: folder).status == 0)
            for (kind, file) in [("bill", "bom.json"), ("signature", "deep"), ("bill", "one.txt")] {
                let attached = try await Self.oras(
                    "attach", "--artifact-type", "application/vnd.test.\(kind)", reference, file, in: folder)
                #expect(attached.status == 0, "\(attached)")
            }
            let types = ["bill", "bill", "signature"].map { "application/vnd.test.\($0)" }
            #expect(try await Self.discover(reference, in: folder) == types)
            #expect(try await Self.oras("repo tags", "\(ours)/art", in: folder).output == "1\n")
            try await Peers.withDockerRegistry(in: folder) { theirs in
                let copied = try await Program(.oras)(
                    "cp", "--recursive", "--from-plain-http", "--to-plain-http", reference,
                    "\(theirs)/art:1")
                #expect(copied.status == 0, "\(copied)")
                #expect(try await Self.discover("\(theirs)/art:1", in: folder) == types)
            }
        }
    }

    @Test func aTagThatStandsIsRefusedOnceWithOurWords() async throws {
        let folder = folder.path
        try await Peers.withStetServe(in: folder) { registry in
            try #require(try await Self.oras("push", "\(registry)/art:1", "one.txt", in: folder).status == 0)
            let tagged = try await Self.oras("tag", "\(registry)/art:1", "2", in: folder)
            #expect(tagged.status == 0, "\(tagged)")
            for (verb, arguments, message) in [
                ("push", ["\(registry)/art:1,3", "bom.json"], "art:1 already exists"),
                ("tag", ["\(registry)/art:1", "2"], "art:2 already exists"),
                ("manifest delete", ["\(registry)/art:2", "--force"], "cannot be deleted"),
            ] {
                let refused = try await Self.oras(verb, arguments[0], arguments[1], in: folder)
                #expect(refused.status == 1, "\(verb): \(refused)")
                #expect(refused.errors.contains("denied: immutable tag: "), "\(refused)")
                #expect(refused.errors.contains(message), "\(refused)")
            }
            #expect(try await Self.oras("repo tags", "\(registry)/art", in: folder).output == "1\n2\n")
        }
    }
}
