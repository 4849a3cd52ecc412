// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// Steps for another processor, run by QEMU.
///
/// The emulator is registered in a user namespace that the test makes, and nowhere else: the kernel has had
/// registrations of a namespace's own since 6.7.
@Suite struct ForeignPlatformTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try WholeFile.write(ForeignProgram.bytes, to: folder.path.appending("hello"))
        chmod(folder.path.appending("hello").string, 0o755)
        try folder.write("FROM scratch\nCOPY hello /\nRUN [\"/hello\"]\nCMD [\"/hello\"]\n", "Dockerfile")
    }

    private static let canRegister =
        geteuid() == 0
        && system(
            "unshare --user --map-root-user --mount "
                + "mount -t binfmt_misc none /proc/sys/fs/binfmt_misc 2> /dev/null") == 0

    /// Runs `$1` in a user namespace whose ids are those outside, where `$2` is the emulator for arm64.
    private static let script = #"""
        mkfifo go
        unshare --user --mount sh -c '
            read -r word < go
            mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
            head=":qemu-aarch64:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00"
            mask="\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff"
            printf "%s:%s:%s:F" "$head" "$mask" "$1" > /proc/sys/fs/binfmt_misc/register
            eval "$0"' "$1" "$2" &
        child=$!
        until [ "$(readlink /proc/$child/ns/user)" != "$(readlink /proc/self/ns/user)" ]; do :; done
        echo 0 0 65536 > /proc/$child/uid_map
        echo 0 0 65536 > /proc/$child/gid_map
        echo go > go
        wait $child
        """#

    /// Runs the words of a shell, in the folder of the test, where programs for arm64 run.
    private func emulating(_ words: String) async throws -> ProgramResult {
        var shell = Program("sh")
        shell.environment = Program.stet(home: folder.path).environment
        return try await shell(
            "-c", "cd '\(folder.path)' && \(Self.script)", "sh",
            "stet() { '\(Program.stetPath)' \"$@\"; }; \(words)", NewerPeer.emulator.path.string)
    }

    @Test(
        .needs(.emulator),
        .enabled(
            if: canRegister, "only root can register an emulator for a namespace, and no kernel before 6.7"))
    func aStepRunsWhereItsPlatformIsEmulated() async throws {
        let result = try await emulating(
            """
            stet doctor | grep 'emulates arm64' && \\
                stet build --progress plain --platform linux/arm64 -t foreign:1 . && \\
                stet build -q --platform linux/arm64 -o out . && stet run --platform linux/arm64 --cmd foreign:1 /dev/null
            """)
        #expect(result.status == 0, "\(result)")
        #expect(Folder.isFolder(folder.path.appending("out").appending("made")))
        // Once while the image was built, and once by the task.
        #expect((result.output + result.errors).ranges(of: "hello from aarch64").count == 2, "\(result)")
    }

    @Test func elsewhereItIsAnErrorBeforeTheFirstStep() async throws {
        let stet = Program.stet(home: folder.path)
        let result = try await stet(
            "build", "--progress", "plain", "--platform", "linux/loong64", folder.path.string)
        #expect(result.status == 2)
        #expect(result.errors.contains("this machine cannot run linux/loong64"), "\(result)")
        #expect(!result.errors.contains("COPY hello"), "\(result)")
    }
}
