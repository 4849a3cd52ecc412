// SPDX-License-Identifier: Apache-2.0

/// Whom a file belongs to, in numbers: names differ from image to image.
struct Owner: Hashable, Sendable {
    let user: UInt32
    let group: UInt32

    static let root = Owner(user: 0, group: 0)
}

/// `USER[:GROUP]` as `--chown` takes it, names or numbers.
struct OwnerText: Hashable {
    enum Name: Hashable {
        case number(UInt32)
        case name(String)

        /// - Throws: For a number that no file can belong to.
        init(_ text: some StringProtocol) throws(Problem) {
            guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
                self = .name(String(text))
                return
            }
            // The last one of 32 bits means to chown(2) that nothing changes.
            guard let number = UInt32(text), number < .max else {
                throw Problem(
                    "no file can belong to \(text)", hint: "the largest number is \(UInt32.max - 1)")
            }
            self = .number(number)
        }
    }

    let user: Name
    let group: Name?

    /// What is empty on one side of the colon is root's.
    ///
    /// - Throws: For a text that says neither user nor group, and a number that no file can belong to.
    ///
    /// Source: BuildKit, for `:GROUP` and `USER:`.
    init(_ text: String) throws(Problem) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, parts.contains(where: { !$0.isEmpty }) else {
            throw Problem("'\(text)' is not USER, USER:GROUP or :GROUP")
        }
        user = first.isEmpty ? .number(0) : try Name(first)
        group = parts.count < 2 ? nil : parts[1].isEmpty ? .number(0) : try Name(parts[1])
    }

    /// True when an image's `/etc/passwd` is needed to know the user, or `/etc/group` the group.
    var hasNames: (user: Bool, group: Bool) {
        var names = (user: false, group: false)
        if case .name = user { names.user = true }
        if case .name? = group { names.group = true }
        return names
    }

    /// The numbers for the names.
    ///
    /// A user without a group has the group of its line in `/etc/passwd`; a number is its own group.
    ///
    /// - Throws: For a name without a line.
    ///
    /// Source: Dockerfile reference, "COPY --chown --chmod".
    func resolve(passwd: String?, groups: String?) throws(Problem) -> Owner {
        var owner: (user: UInt32, group: UInt32)
        switch user {
        case .number(let number): owner = (number, number)
        case .name(let name):
            guard let line = Self.line(name, in: passwd), line.count > 3, let uid = UInt32(line[2]),
                let gid = UInt32(line[3])
            else { throw Self.unknown("user", name, file: "/etc/passwd", isThere: passwd != nil) }
            owner = (uid, gid)
        }
        switch group {
        case nil: break
        case .number(let number)?: owner.group = number
        case .name(let name)?:
            guard let line = Self.line(name, in: groups), line.count > 2, let gid = UInt32(line[2]) else {
                throw Self.unknown("group", name, file: "/etc/group", isThere: groups != nil)
            }
            owner.group = gid
        }
        return Owner(user: owner.user, group: owner.group)
    }

    private static func line(_ name: String, in text: String?) -> [Substring]? {
        for line in (text ?? "").split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.first.map(String.init) == name { return fields }
        }
        return nil
    }

    private static func unknown(_ noun: String, _ name: String, file: String, isThere: Bool) -> Problem {
        Problem(
            "no \(noun) '\(name)' in the image" + (isThere ? "" : ": it has no \(file)"),
            hint: "use a number, or add the \(noun) to \(file) first")
    }
}
