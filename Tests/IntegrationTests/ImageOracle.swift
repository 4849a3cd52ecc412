// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// Builds the same Dockerfile with stet and with buildah, and says where the images differ.
///
/// Needs root, buildah and umoci. Both images are unpacked by umoci, so that none of them is judged by its
/// maker.
struct ImageOracle {
    /// What to build, the same for both.
    struct Case: Sendable {
        var context: FilePath
        /// The text.
        var dockerfile: String
        /// For both: `--build-arg`, `--target`.
        var arguments: [String] = []
        var stetArguments: [String] = []
        var buildahArguments: [String] = []

        init(context: FilePath, dockerfile: String) {
            self.context = context
            self.dockerfile = dockerfile
        }
    }

    private let folder: FilePath
    private let stet: Program

    /// Everything that both leave, images too, lies in `folder`.
    init(in folder: FilePath) {
        self.folder = folder
        stet = Program.stet(home: folder.appending("home"))
    }

    /// What the images differ in, one line for each thing; empty when they are the same.
    func differences(_ example: Case) async throws -> [String] {
        let (ours, theirs) = try await images(example)
        return ours.differences(from: theirs)
    }

    /// The image that stet makes and the one that buildah makes.
    ///
    /// - Throws: ``OracleFailure`` when one of them does not build, which says what it said.
    func images(_ example: Case) async throws -> (stet: ImageContents, buildah: ImageContents) {
        let room = folder.appending("case-\(UInt64.random(in: 0...UInt64.max))")
        try Folder.create(room)
        defer { try? Folder.remove(room) }
        let file = room.appending("Dockerfile")
        try WholeFile.write(Array(example.dockerfile.utf8), to: file)
        let ours = try await buildWithStet(example, file, in: room)
        let theirs = try await buildWithBuildah(example, file, in: room)
        return (ours, theirs)
    }

    /// The image that stet makes alone.
    func stetImage(_ example: Case) async throws -> ImageContents {
        let room = folder.appending("case-\(UInt64.random(in: 0...UInt64.max))")
        try Folder.create(room)
        defer { try? Folder.remove(room) }
        let file = room.appending("Dockerfile")
        try WholeFile.write(Array(example.dockerfile.utf8), to: file)
        return try await buildWithStet(example, file, in: room)
    }

    private func buildWithStet(
        _ example: Case, _ file: FilePath, in room: FilePath
    ) async throws -> ImageContents {
        let name = "localhost/oracle:stet"
        try await run(
            stet,
            ["build", "-t", name, "-f", file.string] + example.arguments + example.stetArguments
                + [example.context.string])
        let layout = room.appending("stet")
        try await run(stet, ["copy", "store:\(name)", "oci:\(layout):image"])
        return try await unpack(layout, in: room.appending("stet-bundle"))
    }

    private func buildWithBuildah(
        _ example: Case, _ file: FilePath, in room: FilePath
    ) async throws -> ImageContents {
        let name = "localhost/oracle:buildah"
        let storage = [
            "--root", folder.appending("buildah").string, "--runroot", folder.appending("buildah-run").string,
            "--storage-driver", "vfs",
        ]
        let buildah = Program("buildah")
        try await run(
            buildah,
            storage + [
                "bud", "--isolation", "chroot", "--layers=false", "--format", "oci", "--tls-verify=false",
                "-t", name, "-f", file.string,
            ] + example.arguments + example.buildahArguments + [example.context.string])
        let layout = room.appending("buildah")
        try await run(buildah, storage + ["push", name, "oci:\(layout):image"])
        try await run(buildah, storage + ["rmi", "--force", name])
        return try await unpack(layout, in: room.appending("buildah-bundle"))
    }

    private func unpack(_ layout: FilePath, in bundle: FilePath) async throws -> ImageContents {
        try await run(Program("umoci"), ["unpack", "--image", "\(layout):image", bundle.string])
        return try ImageContents(layout: layout, root: bundle.appending("rootfs"))
    }

    private func run(_ program: Program, _ arguments: [String]) async throws {
        let result = try await program.run(arguments)
        guard result.status == 0 else { throw OracleFailure(arguments: arguments, result: result) }
    }
}

/// A program that a comparison needs did not do its part.
struct OracleFailure: Error, CustomStringConvertible {
    let arguments: [String]
    let result: ProgramResult

    var description: String { "\(arguments.joined(separator: " ")): \(result)" }
}
