// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import Testing

@Suite struct UserDirectoryTests {
    private let directory = UserDirectory(
        passwd: """
            root:x:0:0:root:/root:/bin/sh
            anna:x:1000:1000:Anna:/home/anna:/bin/sh
            1001:x:2000:2000::/numeric:/bin/sh
            half:a
            nohome:x:3000:30::
            far:x:70000:70000::/far:/bin/false
            """,
        group: """
            root:x:0:
            staff:x:50:anna,root
            anna:x:1000:anna
            media:x:60:anna,far
            broken
            55:x:5500:
            """)

    @Test(arguments: [
        ("", ContainerUser(uid: 0, gid: 0, groups: [50], home: "/root")),
        ("root", ContainerUser(uid: 0, gid: 0, groups: [50], home: "/root")),
        ("0", ContainerUser(uid: 0, gid: 0, groups: [50], home: "/root")),
        ("anna", ContainerUser(uid: 1000, gid: 1000, groups: [50, 60], home: "/home/anna")),
        ("1000", ContainerUser(uid: 1000, gid: 1000, groups: [50, 60], home: "/home/anna")),
        ("anna:", ContainerUser(uid: 1000, gid: 1000, groups: [50, 60], home: "/home/anna")),
        ("anna:staff", ContainerUser(uid: 1000, gid: 50, home: "/home/anna")),
        ("anna:7", ContainerUser(uid: 1000, gid: 7, home: "/home/anna")),
        ("1234", ContainerUser(uid: 1234, gid: 0, home: "/")),
        ("1234:staff", ContainerUser(uid: 1234, gid: 50, home: "/")),
        ("1234:55", ContainerUser(uid: 1234, gid: 5500, home: "/")),
        // A name wins over a number.
        ("1001", ContainerUser(uid: 2000, gid: 2000, home: "/numeric")),
        ("far", ContainerUser(uid: 70000, gid: 70000, groups: [60], home: "/far")),
        (":staff", ContainerUser(uid: 0, gid: 50, home: "/root")),
        ("2147483647", ContainerUser(uid: 2_147_483_647, gid: 0, home: "/")),
    ])
    func userIsResolvedAsDockerDoes(_ text: String, _ user: ContainerUser) throws {
        #expect(try directory.user(text) == user)
    }

    @Test(arguments: [
        ("bob", "there is no user \"bob\" in the image's /etc/passwd"),
        ("half", "there is no user \"half\" in the image's /etc/passwd"),
        ("anna:nobody", "there is no group \"nobody\" in the image's /etc/group"),
        ("-1", "there is no user \"-1\" in the image's /etc/passwd"),
        ("2147483648", "the user 2147483648 is not between 0 and 2147483647"),
        ("1:4294967295", "the group 4294967295 is not between 0 and 2147483647"),
        ("a b", "there is no user \"a b\" in the image's /etc/passwd"),
    ])
    func whoIsNotThereIsRefused(_ text: String, _ message: String) {
        #expect(throws: ContainerError.invalid(message)) { try directory.user(text) }
    }

    @Test func anImageWithoutFilesHasRootAndNumbers() throws {
        let empty = UserDirectory(passwd: "", group: "")
        #expect(try empty.user("") == .root)
        #expect(try empty.user("10:20") == ContainerUser(uid: 10, gid: 20, home: "/"))
    }
}
