// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import OCISpec
import SystemPackage
import Testing

extension BuildOracleTests {
    /// Files that are closed in the context are closed in the image, as another builder has them.
    @Suite struct BuildModeOracleTests {
        private static let modes: [(name: String, mode: mode_t)] = [
            ("key", 0o600), ("program", 0o711), ("special", 0o4750), ("secrets/inside", 0o640),
            ("secrets", 0o700), ("open", 0o1755),
        ]

        /// buildah 1.28 takes the set-user-id bit from what is copied; BuildKit leaves it, as we do.
        private static let takenByBuildah: String = {
            let digest = Digest(of: Array("special".utf8))
            return "all/special: file 4750 0:0 \(digest) here, file 750 0:0 \(digest) there"
        }()

        @Test func theModesAreThoseOfAnotherBuilder() async throws {
            let folder = try TestFolder()
            let context = folder.path.appending("context")
            for name in ["key", "program", "special", "secrets/inside", "open/inside"] {
                try folder.write(name, "context/\(name)")
            }
            for (name, mode) in Self.modes {
                #expect(chmod(context.pushing(FilePath(name)).string, mode) == 0)
            }
            let oracle = ImageOracle(in: folder.path.appending("oracle"))
            // An older BuildKit, which leaves named pipes out, is not asked.
            if oracle.peer == .docker { #expect(mkfifo(context.appending("pipe").string, 0o600) == 0) }
            for line in ["COPY . /all/", "COPY key program /x/", "COPY secrets /s", "ADD secrets key /y/"] {
                let example = ImageOracle.Case(context: context, dockerfile: "FROM scratch\n\(line)\n")
                let differences = try await oracle.differences(example)
                let known = oracle.peer == .buildah && line == "COPY . /all/" ? [Self.takenByBuildah] : []
                #expect(differences == known, "\(line), by \(oracle.peer)")
            }
        }
    }
}
