// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// Builds the same Dockerfile with stet and with another builder, and says where the images differ.
///
/// The other one is `docker build` where the suite has a daemon, else buildah. Needs root, skopeo and umoci:
/// all images are unpacked by umoci, so that none of them is judged by its maker.
struct ImageOracle {
    /// What to build, the same for both.
    struct Case: Sendable {
        var context: FilePath
        /// The text.
        var dockerfile: String
        /// The same image in words that every builder knows; nil where the other one knows those of ``dockerfile``.
        var plainDockerfile: String?
        /// The same image in words of 2022; nil where older builders know the others.
        var olderDockerfile: String?
        /// For both: `--build-arg`, `--target`, `--secret`.
        var arguments: [String] = []
        var stetArguments: [String] = []
        /// The other one is known not to build it.
        var mayFailThere = false
        /// The files whose bytes no two builds have in common, as shell patterns of their paths.
        var unstableContents: [String] = []

        init(context: FilePath, dockerfile: String) {
            self.context = context
            self.dockerfile = dockerfile
        }
    }

    /// Who is asked: docker 28.5, docker 20.10 or buildah 1.28.
    enum Peer: String, Sendable {
        case docker
        case docker20 = "docker-20"
        case buildah

        /// It does not know what was added to the language after 2022.
        var isOlder: Bool { self != .docker }
    }

    let peer: Peer
    private let folder: FilePath
    /// nil where no daemon is to be had.
    private let docker: Program?
    let stet: Program

    /// Everything that both leave, images too, lies in `folder`.
    init(in folder: FilePath) {
        self.folder = folder
        let daemon = DockerDaemon.current
        docker = daemon?.client(keeping: folder)
        peer =
            switch daemon?.release {
            case .newer: .docker
            case .installed: .docker20
            case nil: .buildah
            }
        stet = Program.stet(home: folder.appending("home"))
    }

    /// Makes a base image known to both, under its name in a registry that both can read.
    func add(base: String) async throws {
        guard let docker else { return }
        try Folder.create(folder)
        let archive = folder.appending("base.tar")
        try await run(stet, ["copy", base, "docker-archive:\(archive):\(base)"])
        try await run(docker, ["load", "--quiet", "--input", archive.string])
    }

    /// What the images differ in, and what the builders said while they made them.
    struct Comparison {
        /// One line for each thing; empty when they are the same.
        var differences: [String]
        var log: String
    }

    /// What the images differ in, one line for each thing; empty when they are the same.
    ///
    /// - Throws: ``OracleFailure`` when stet does not build, which says what it said.
    func differences(_ example: Case) async throws -> [String] {
        try await compare(example).differences
    }

    /// Builds with both.
    ///
    /// - Throws: ``OracleFailure`` when stet does not build, which says what it said.
    func compare(_ example: Case) async throws -> Comparison {
        // Its name is a tag too: others use the same daemon.
        let room = folder.appending("case-\(UInt64.random(in: 0...UInt64.max))")
        try Folder.create(room)
        defer { try? Folder.remove(room) }
        let ours = try await stetImage(example, in: room)
        do {
            let older = peer.isOlder ? example.olderDockerfile : nil
            let text = older ?? example.plainDockerfile ?? example.dockerfile
            let theirs = try await peerImage(example, try write(text, "Dockerfile.there", in: room), in: room)
            let differences = ours.contents.withoutBytes(of: example.unstableContents)
                .differences(from: theirs.contents.withoutBytes(of: example.unstableContents))
            return Comparison(
                differences: differences, log: "\nstet:\n\(ours.log)\n\(peer):\n\(theirs.log)")
        } catch is OracleFailure where example.mayFailThere {
            return Comparison(differences: ["does not build there"], log: "")
        }
    }

    // MARK: The builders

    /// An image, and what its builder said.
    private typealias Built = (contents: ImageContents, log: String)

    private func stetImage(_ example: Case, in room: FilePath) async throws -> Built {
        let (name, archive) = (tag(of: room), room.appending("stet.tar"))
        let file = try write(example.dockerfile, "Dockerfile", in: room)
        let log = try await run(
            stet,
            ["build", "--progress", "plain", "-t", name, "-f", file.string] + example.arguments
                + example.stetArguments + [example.context.string])
        try await run(stet, ["copy", "store:\(name)", "docker-archive:\(archive):\(name)"])
        return (try await contents(of: archive, in: room.appending("stet")), log)
    }

    private func peerImage(_ example: Case, _ file: FilePath, in room: FilePath) async throws -> Built {
        let (name, archive) = (tag(of: room), room.appending("there.tar"))
        let arguments = ["-t", name, "-f", file.string] + example.arguments + [example.context.string]
        let log: String
        if let docker {
            log = try await run(docker, ["build", "--network", "host"] + arguments)
            try await run(docker, ["save", "--output", archive.string, name])
            try await run(docker, ["rmi", "--force", name])
        } else {
            let storage = [
                "--root", folder.appending("buildah").string, "--runroot",
                folder.appending("buildah-run").string, "--storage-driver", "vfs",
            ]
            let options = [
                "bud", "--isolation", "chroot", "--layers=false", "--format", "docker", "--tls-verify=false",
            ]
            var buildah = Program("buildah")
            // Where its cache mounts are.
            buildah.environment["TMPDIR"] = room.string
            log = try await run(buildah, storage + options + arguments)
            try await run(buildah, storage + ["push", name, "docker-archive:\(archive):\(name)"])
            try await run(buildah, storage + ["rmi", "--force", name])
        }
        return (try await contents(of: archive, in: room.appending("there")), log)
    }

    private func tag(of room: FilePath) -> String {
        "localhost/oracle:\(room.lastComponent?.string ?? "case")"
    }

    // MARK: What came of it

    private func contents(of archive: FilePath, in room: FilePath) async throws -> ImageContents {
        try Folder.create(room)
        let layout = "\(room.appending("layout")):image"
        let bundle = room.appending("bundle")
        try await run(Program("skopeo"), ["copy", "--quiet", "docker-archive:\(archive)", "oci:\(layout)"])
        try await run(Program("umoci"), ["unpack", "--image", layout, bundle.string])
        // Not the one of the layout: skopeo leaves out what only Docker's images have.
        let unpack = ["-xf", archive.string, "-C", room.string]
        try await run(Program("tar"), unpack + ["manifest.json"])
        let index = String(decoding: try WholeFile.read(room.appending("manifest.json")), as: UTF8.self)
        guard let name = index.firstMatch(of: /"Config":\s*"([^"]+)"/) else {
            throw OracleFailure(arguments: ["read", archive.string], result: nil)
        }
        let config = String(name.output.1)
        try await run(Program("tar"), unpack + [config])
        return try ImageContents(
            config: WholeFile.read(room.pushing(FilePath(config))),
            root: bundle.appending("rootfs"))
    }

    private func write(_ text: String, _ name: String, in room: FilePath) throws -> FilePath {
        let file = room.appending(name)
        try WholeFile.write(Array(text.utf8), to: file)
        return file
    }

    /// What the program said.
    @discardableResult
    private func run(_ program: Program, _ arguments: [String]) async throws -> String {
        let result = try await program.run(arguments)
        guard result.status == 0 else { throw OracleFailure(arguments: arguments, result: result) }
        return result.errors
    }
}

/// A program that a comparison needs did not do its part.
struct OracleFailure: Error, CustomStringConvertible {
    let arguments: [String]
    let result: ProgramResult?

    var description: String {
        "\(arguments.joined(separator: " ")): \(result.map { "\($0)" } ?? "no answer")"
    }
}
