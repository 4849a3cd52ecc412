// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage
import Testing

/// An ordinary user of this machine who has numbers for a user namespace.
private enum SubordinateUser {
    /// Whoever stands first in /etc/subuid and can be become.
    static let name: String? = {
        guard geteuid() == 0, let bytes = try? WholeFile.read("/etc/subuid") else { return nil }
        let names = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap {
            $0.split(separator: ":").first.map(String.init)
        }
        return names.first { getpwnam($0) != nil && $0 != "root" }
    }()
}

/// Containers of an ordinary user, where there is one with numbers to give away: `nobody` has none.
@Suite(.enabled(if: SubordinateUser.name != nil)) struct ContainerRootlessTests {
    @Test func anOrdinaryUserIsRootInAUserNamespace() async throws {
        let user = try #require(SubordinateUser.name)
        let folder = try TestFolder()
        let home = folder.path.appending("home")
        try Folder.create(home)
        let entry = try #require(getpwnam(user))
        #expect(chown(home.string, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0)
        let line = "HOME=\(home) XDG_DATA_HOME=\(home)/data NO_COLOR=1 \(Program.stetPath) doctor"
        let result = try await Program("su")(user, "-s", "/bin/sh", "-c", line)
        // Where the kernel lets ordinary users make no namespaces, that is what is said.
        guard result.output.contains("root in a user namespace") else {
            #expect(result.output.contains("missing"), "\(result)")
            #expect(result.status == 1)
            return
        }
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("uid \(entry.pointee.pw_uid) outside"))
    }

    @Test func anOrdinaryUserWithoutNumbersIsToldHowToGetThem() async throws {
        let folder = try TestFolder()
        let line = "HOME=/tmp XDG_DATA_HOME=\(folder.path)/none NO_COLOR=1 \(Program.stetPath) doctor"
        let result = try await Program("su")("nobody", "-s", "/bin/sh", "-c", line)
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("usermod --add-subuids 100000-165535 nobody"), "\(result)")
    }
}
