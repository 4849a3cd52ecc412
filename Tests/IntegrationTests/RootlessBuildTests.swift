// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// Builds with `RUN` by an ordinary user.
///
/// The user exists only where stet runs: in a mount namespace with other files in /etc. Needs root.
@Suite(.enabled(if: geteuid() == 0)) struct RootlessBuildTests {
    private static let user: uid_t = 7321

    /// Runs stet as the user, who has the numbers that `numbers` says.
    private func stet(
        _ arguments: [String], in folder: TestFolder, numbers: String = "builder:300000:65536\n"
    ) async throws -> ProgramResult {
        let home = folder.path.appending("home")
        try Folder.create(home)
        #expect(chown(home.string, Self.user, Self.user) == 0)
        let known = String(decoding: try WholeFile.read("/etc/passwd"), as: UTF8.self)
        try folder.write(known + "builder:x:\(Self.user):\(Self.user)::/nowhere:/bin/sh\n", "etc/passwd")
        for name in ["subuid", "subgid"] { try folder.write(numbers, "etc/\(name)") }
        let script = """
            set -e
            for name in passwd subuid subgid; do mount --bind "$1/etc/$name" "/etc/$name"; done
            home=$1/home
            shift
            exec setpriv --reuid \(Self.user) --regid \(Self.user) --clear-groups env HOME="$home" NO_COLOR=1 \
                XDG_DATA_HOME="$home/data" XDG_CACHE_HOME="$home/cache" XDG_STATE_HOME="$home/state" \
                XDG_CONFIG_HOME="$home/config" "$@"
            """
        return try await Program("unshare").run(
            ["--mount", "bash", "-c", script, "as-user", folder.path.string, Program.stetPath.string]
                + arguments)
    }

    private func makeContext(in folder: TestFolder) throws -> FilePath {
        let context = try folder.makeContext()
        try folder.write(
            """
            FROM scratch
            COPY bin /bin
            COPY --chown=5:6 files /files
            SHELL ["/bin/busybox", "sh", "-c"]
            RUN id=$(/bin/busybox id -u) && echo $id > /id && /bin/busybox chown 7:8 /files/greeting.txt
            RUN /bin/busybox rm -r /files/nested && /bin/busybox chmod 4755 /bin/busybox
            USER 77
            RUN --mount=type=tmpfs,target=/t /bin/busybox touch /t/x
            """, "context/Dockerfile")
        chmod(folder.path.string, 0o755)
        return context
    }

    @Test func anOrdinaryUsersImageIsThatOfRoot() async throws {
        let folder = try TestFolder()
        let context = try makeContext(in: folder)
        let root = try await Program.stet(home: folder.path.appending("root"))("build", "-q", context.string)
        let user = try await stet(["build", "-q", context.string], in: folder)
        // Where the kernel lets ordinary users make no namespaces, that is what is said.
        guard user.status == 0 else {
            #expect(user.errors.contains("containers need root"), "\(user)")
            return
        }
        #expect(root.status == 0 && user.output == root.output, "\(root)\n\(user)")
        #expect(try await stet(["store", "check"], in: folder).status == 0)
        let work = folder.path.pushing("home/data/stet/rootfs/work")
        #expect(try Folder.names(in: work).isEmpty)
    }

    /// Roots that debootstrap makes have devices, which nobody can make in a user namespace.
    @Test func devicesOfABaseAreKeptInItsLayersAndLeftOutOfRoots() async throws {
        let folder = try TestFolder()
        let context = try makeContext(in: folder)
        let script = """
            import sys, tarfile
            with tarfile.open(sys.argv[1], "w") as archive:
                for name, kind, link in [("null", tarfile.CHRTYPE, ""), ("same", tarfile.LNKTYPE, "odd/null")]:
                    entry = tarfile.TarInfo("odd/" + name)
                    entry.type, entry.linkname, entry.devmajor, entry.devminor = kind, link, 1, 3
                    archive.addfile(entry)
            """
        let made = try await Program("python3")("-c", script, context.appending("odd.tar").string)
        #expect(made.status == 0, "\(made)")
        try folder.write(
            """
            FROM scratch
            COPY bin /bin
            ADD odd.tar /
            RUN ["/bin/busybox", "touch", "/odd/new"]
            """, "context/Dockerfile")
        let tar = folder.path.pushing("home/files.tar").string
        let user = try await stet(
            ["build", "--progress", "plain", "-o", "type=tar,dest=\(tar)", context.string], in: folder)
        guard user.status == 0 else {
            #expect(user.errors.contains("containers need root"), "\(user)")
            return
        }
        let listing = try await Program("tar")("-tvf", tar).output.split(separator: "\n")
        #expect(listing.contains { $0.hasPrefix("c") && $0.contains(" 1,3 ") && $0.hasSuffix(" odd/null") })
        #expect(listing.contains { $0.hasSuffix(" odd/new") })
    }

    @Test func whoHasNoNumbersIsToldHowToGetThem() async throws {
        let folder = try TestFolder()
        let context = try makeContext(in: folder)
        let result = try await stet(["build", "-q", context.string], in: folder, numbers: "other:1:1\n")
        #expect(result.status != 0)
        #expect(result.errors.contains("usermod --add-subuids 100000-165535 builder"), "\(result)")
        #expect(result.errors.contains("Dockerfile:5:1: error:"), "\(result)")
        let doctor = try await stet(["doctor"], in: folder, numbers: "other:1:1\n")
        #expect(doctor.status == 1)
        #expect(doctor.output.contains("usermod --add-subuids 100000-165535 builder"), "\(doctor)")
    }
}
