// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

/// The same files give the same image, wherever and however they lie.
@Suite struct ReproducibleLayerTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    /// Copies a tree in reverse order, with the modes of the umask 002, and with times that are all the same.
    private func copy(_ context: FilePath, to name: String) async throws -> FilePath {
        let script = """
            set -e -o pipefail
            umask 002
            mkdir "$2"
            cd "$1"
            find . ! -type d -print0 | LC_ALL=C sort -rz | tar --null -T - -cf - | \
                tar --no-same-permissions --no-same-owner -C "$2" -xf -
            find "$2" ! -type l -exec chmod g+w {} +
            find "$2" -exec touch -h -d '2001-02-03 04:05:06' {} +
            """
        let target = folder.path.appending(name)
        let result = try await Program("bash")("-c", script, "copy", context.string, target.string)
        #expect(result.status == 0, "\(result)")
        return target
    }

    @Test func aCopyOfTheTreeGivesTheSameDigestInAnyLocale() async throws {
        let context = try folder.makeContext()
        let copied = try await copy(context, to: "copied")
        let names = try await Program("bash")(
            "-c", "cd '\(copied)' && ls -U files && stat -c %a files/greeting.txt")
        #expect(names.output.hasSuffix("664\n"), "the umask was another one: \(names)")
        var digests: Set<String> = []
        for (number, folder) in [context, copied].enumerated() {
            for locale in ["C", "C.UTF-8"] {
                var stet = Program.stet(home: self.folder.path.appending("home-\(number)-\(locale)"))
                stet.environment["LC_ALL"] = locale
                let build = try await stet("build", "-t", "r.io/app:1", folder.string)
                #expect(build.status == 0 && build.output.hasPrefix("sha256:"), "\(build)")
                digests.insert(build.output)
            }
        }
        #expect(digests.count == 1, "\(digests)")
    }
}
