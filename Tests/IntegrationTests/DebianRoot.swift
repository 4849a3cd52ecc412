// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// The root file system of Debian 12 that `Scripts/debian-root.sh` makes.
enum DebianRoot {
    private static let archive = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().pushing(".build/peers/debian/root.tar")

    static var isThere: Bool { WholeFile.size(archive) != nil }

    /// Gives `body` the name of an image that has nothing else, in a registry that every builder can read.
    ///
    /// In the store of the tests' oracle, below `oracle/home`, it is `localhost/debian:12`, too.
    static func withImage(
        in folder: TestFolder, _ body: @escaping @Sendable (_ base: String) async throws -> Void
    ) async throws {
        try folder.write("FROM scratch\nADD root.tar /\nCMD [\"bash\"]\n", "Dockerfile.debian")
        try await Peers.withDockerRegistry(in: folder.path) { address in
            let base = "\(address)/debian:12"
            let stet = Program.stet(home: folder.path.pushing("oracle/home"))
            for options in [["-t", "localhost/debian:12"], ["-t", base, "--push"]] {
                let built = try await stet.run(
                    ["build", "-f", folder.path.appending("Dockerfile.debian").string] + options
                        + [archive.removingLastComponent().string])
                #expect(built.status == 0, "\(built)")
            }
            try await body(base)
        }
    }
}
