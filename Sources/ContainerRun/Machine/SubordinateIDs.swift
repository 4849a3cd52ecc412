// SPDX-License-Identifier: Apache-2.0

/// The numbers that a user may give to others in a user namespace: a line of /etc/subuid or /etc/subgid.
///
/// Source: subuid(5).
package struct SubordinateIDs: Hashable, Sendable {
    package let first: UInt32
    package let count: UInt32

    package init(first: UInt32, count: UInt32) {
        self.first = first
        self.count = count
    }

    /// Reads such a file: the ranges of a user who is named or numbered there.
    package static func ranges(in text: String, name: String, uid: UInt32) -> [SubordinateIDs] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count == 3, fields[0] == name || fields[0] == String(uid),
                let first = UInt32(fields[1]), let count = UInt32(fields[2]), count > 0
            else { return nil }
            return SubordinateIDs(first: first, count: count)
        }
    }

    /// The arguments of newuidmap(1) behind the process: the caller is root inside, then come the ranges.
    package static func mapArguments(caller: UInt32, _ ranges: [SubordinateIDs]) -> [String] {
        var arguments = ["0", String(caller), "1"]
        var next: UInt64 = 1
        for range in ranges {
            arguments += [String(next), String(range.first), String(range.count)]
            next += UInt64(range.count)
        }
        return arguments
    }
}
