// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// The users and groups that a root file system knows: its /etc/passwd and /etc/group.
///
/// Lines that are none are passed over, as the C library does.
///
/// Source: passwd(5), group(5); Docker's reference, `docker run --user` and the instruction USER.
package struct UserDirectory: Sendable {
    private struct User {
        let name: String
        let uid: UInt32
        let gid: UInt32
        let home: String
    }

    private struct Group {
        let name: String
        let gid: UInt32
        let members: [String]
    }

    private let users: [User]
    private let groups: [Group]
    private static let limitBytes = 16 << 20

    /// Reads the files of a mounted root.
    ///
    /// Blocks for a moment.
    package init(of root: MountedRoot) throws(ContainerError) {
        let tree = root.tree
        self = try ContainerError.file { () throws(FileError) in
            let files = try ["/etc/passwd", "/etc/group"].map { path throws(FileError) in
                String(decoding: try tree.read(path, limitBytes: Self.limitBytes) ?? [], as: UTF8.self)
            }
            return UserDirectory(passwd: files[0], group: files[1])
        }
    }

    /// Reads the files' contents.
    package init(passwd: String, group: String) {
        users = UserDirectory.fields(of: passwd).compactMap { fields in
            guard fields.count >= 6, let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) else {
                return nil
            }
            return User(name: fields[0], uid: uid, gid: gid, home: fields[5].isEmpty ? "/" : fields[5])
        }
        groups = UserDirectory.fields(of: group).compactMap { fields in
            guard fields.count >= 3, let gid = UInt32(fields[2]) else { return nil }
            let members = fields.count > 3 ? fields[3].split(separator: ",").map(String.init) : []
            return Group(name: fields[0], gid: gid, members: members)
        }
    }

    /// Who `name`, `name:group`, `uid`, `uid:gid` or a mixture is; an empty text is root.
    ///
    /// A name that is a number is taken for a name when there is such a user. A number needs no entry: its
    /// group is then 0. Supplementary groups are those that name the user as a member, and none when a group
    /// is given.
    ///
    /// - Throws: ``ContainerError/invalid(_:)`` for a name that is not there, or a number above 2^31 - 1.
    package func user(_ text: String) throws(ContainerError) -> ContainerUser {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let name = parts.first.flatMap { $0.isEmpty ? nil : $0 } ?? "0"
        let known =
            users.first { $0.name == name } ?? UInt32(name).flatMap { uid in users.first { $0.uid == uid } }
        var user = ContainerUser(uid: known?.uid ?? 0, gid: known?.gid ?? 0, home: known?.home ?? "/")
        if known == nil {
            user.uid = try UserDirectory.number(name, "user", "/etc/passwd")
            if user.uid == 0 { user.home = "/root" }
        }
        if parts.count == 2, !parts[1].isEmpty {
            user.gid = try group(parts[1])
        } else if let known {
            let own = groups.filter { $0.members.contains(known.name) }.map(\.gid)
            for gid in own where gid != user.gid && !user.groups.contains(gid) { user.groups.append(gid) }
        }
        return user
    }

    /// The number of a group that is given as a name or a number.
    package func group(_ name: String) throws(ContainerError) -> UInt32 {
        if let group = groups.first(where: { $0.name == name }) { return group.gid }
        return try UserDirectory.number(name, "group", "/etc/group")
    }

    private static func number(
        _ text: String, _ noun: String, _ file: String
    ) throws(ContainerError) -> UInt32 {
        guard let number = UInt32(text) else {
            throw .invalid("there is no \(noun) \"\(text)\" in the image's \(file)")
        }
        guard number <= UInt32(Int32.max) else {
            throw .invalid("the \(noun) \(text) is not between 0 and \(Int32.max)")
        }
        return number
    }

    private static func fields(of text: String) -> [[String]] {
        text.split(whereSeparator: \.isNewline).map { line in
            line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
